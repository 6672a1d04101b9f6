import { expect, test } from 'bun:test'
import type { AlertMatcher } from '@lumen/protocol/http/alerts/silence'
import { means } from './matcher.ts'

const alert = { rule_id: 3, host_id: 7, entity: 'filesystem', key: '/mnt/Backup', level: 'warning' } as const
const host = { id: 7, name: 'nas', tags: ['home'] }

const MEANT: AlertMatcher[] = [
  { hosts: [{ by: 'host', id: 7 }] },
  {
    hosts: [
      { by: 'host', id: 8 },
      { by: 'tag', tag: 'home' },
    ],
  },
  { rule_ids: [1, 3] },
  { entity: 'filesystem' },
  { key: '/mnt/*' },
  { level: 'warning' },
  {
    hosts: [{ by: 'name', glob: 'n?s' }],
    rule_ids: [3],
    entity: 'filesystem',
    key: '*backup',
    level: 'warning',
  },
]
const NOT_MEANT: AlertMatcher[] = [
  { hosts: [{ by: 'host', id: 8 }] },
  { hosts: [{ by: 'tag', tag: 'hom' }] },
  { rule_ids: [1, 2] },
  { entity: 'host' },
  { key: '/mnt' },
  { level: 'critical' },
  { hosts: [{ by: 'host', id: 7 }], level: 'critical' },
]

for (const matcher of MEANT) {
  test(`an alert is meant by ${JSON.stringify(matcher)}`, () =>
    expect(means(matcher, alert, host)).toBe(true))
}
for (const matcher of NOT_MEANT) {
  test(`an alert is not meant by ${JSON.stringify(matcher)}`, () => {
    expect(means(matcher, alert, host)).toBe(false)
  })
}

test("the hub's own trouble is no host's, also not of all hosts by name", () => {
  const own = { ...alert, host_id: null }
  expect(means({ hosts: [{ by: 'name', glob: '*' }] }, own, undefined)).toBe(false)
  expect(means({ rule_ids: [3] }, own, undefined)).toBe(true)
})
