import { expect, test } from 'bun:test'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import { ruleSpec } from './rule-spec.fixture.ts'
import {
  conditionText,
  lastedMs,
  lastedText,
  matcherText,
  type Names,
  ownWords,
  scopeText,
  subjectText,
  suggestedName,
} from './words.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const names: Names = {
  host: (id) => (id === 1 ? 'nas' : undefined),
  rule: (id) => (id === 2 ? 'Busy' : undefined),
}

test('conditions read as what must not happen', () => {
  const text = (...args: Parameters<typeof conditionText>) => plain(conditionText(...args))
  expect(text(ruleSpec().condition)).toBe('CPU above 90 %')
  expect(text({ kind: 'fills', metric: 'filesystem.used_pct', key: '*', warning: 24, critical: 4 })).toBe(
    'Filesystem: Used full within 24 h, critical 4 h',
  )
  expect(text({ kind: 'state', state: 'host_down', key: '*', level: 'critical' })).toBe('Host is down')
  const change = { kind: 'changes', metric: 'host.load1', key: '*', least: 0 } as const
  expect(text({ ...change, direction: 'up', warning: null, critical: 200 })).toBe(
    'Load 1 min up by 200 % on last week',
  )
})

test('a rule without a name is called after its condition, without the graver threshold', () => {
  const both = { kind: 'fills', metric: 'filesystem.used_pct', key: '*', warning: 24, critical: 4 } as const
  expect(plain(suggestedName(both))).toBe('Filesystem: Used full within 24 h')
  expect(plain(suggestedName({ ...both, warning: null }))).toBe('Filesystem: Used full within 4 h')
})

test('scopes name their hosts, and say that one is gone', () => {
  expect(scopeText({ hosts: 'all', except: [] }, names)).toBe('all hosts')
  expect(scopeText({ hosts: 'all', except: [{ by: 'name', glob: 'lab-*' }] }, names)).toBe(
    'all hosts except lab-*',
  )
  expect(
    scopeText(
      {
        hosts: [
          { by: 'host', id: 1 },
          { by: 'tag', tag: 'web' },
        ],
        except: [],
      },
      names,
    ),
  ).toBe('nas, tag web')
  expect(scopeText({ hosts: [{ by: 'host', id: 9 }], except: [] }, names)).toContain('deleted')
})

test('a matcher reads as its parts', () => {
  expect(
    matcherText({ rule_ids: [2], hosts: [{ by: 'host', id: 1 }], key: '/srv', level: 'warning' }, names),
  ).toBe('Busy · on nas · /srv · warning only')
  expect(matcherText({ hosts: [{ by: 'name', glob: '*' }] }, names)).toBe('all hosts')
})

test('an alert is about a thing of a host, the host as a whole, or a part of the hub', () => {
  expect(subjectText({ entity: 'filesystem', key: '/srv' })).toBe('Filesystem /srv')
  expect(subjectText({ entity: 'host', key: '' })).toBe('')
  expect(subjectText({ entity: 'hub', key: 'mail' })).toBe('mail')
})

test('an alert lasts from when it fired, and its age rests between minutes', () => {
  const alert = { pending_at: 1_000, fired_at: 61_000, resolved_at: null } as Alert
  expect(lastedMs(alert, 121_000)).toBe(60_000)
  expect(lastedMs({ ...alert, fired_at: null }, 121_000)).toBe(120_000)
  expect(lastedMs({ ...alert, resolved_at: 91_000 }, 999_000)).toBe(30_000)
  expect(plain(lastedText(59_400))).toBe('59 s')
  expect(plain(lastedText(125_000))).toBe('2 min')
  expect(plain(lastedText(3_661_000))).toBe('1 h 1 min')
})

test('beside its host and thing an alert says only what is wrong with them', () => {
  const alert = { host: 'nas', entity: 'filesystem', key: '/srv' }
  expect(ownWords({ ...alert, summary: 'nas: Filesystem /srv: Used is 97 %' })).toBe('Used is 97 %')
  expect(ownWords({ ...alert, entity: 'host', key: '', summary: 'nas: CPU is 99 %' })).toBe('CPU is 99 %')
  expect(ownWords({ ...alert, entity: 'host', key: '', summary: 'nas is down' })).toBe('nas is down')
})
