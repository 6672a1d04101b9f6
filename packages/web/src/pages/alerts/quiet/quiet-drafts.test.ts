import { expect, test } from 'bun:test'
import type { Maintenance, MaintenanceSpec } from '@lumen/protocol/http/alerts/silence'
import { draftOf, readDraft } from './maintenance-draft.ts'
import { matcherDraft, readMatcher } from './matcher-draft.ts'
import { reachesOf } from './reach.ts'
import { fieldText, fieldTime, presetEnd } from './silence-times.ts'

const now = new Date(2026, 10, 25, 14, 30).getTime()

test('presets end after their hours, or at eight the next morning of the reader', () => {
  expect(presetEnd('1h', now)).toBe(now + 3_600_000)
  expect(presetEnd('4h', now)).toBe(now + 4 * 3_600_000)
  expect(presetEnd('tomorrow', now)).toBe(new Date(2026, 10, 26, 8).getTime())
  expect(presetEnd('custom', now)).toBeUndefined()
})

test('a moment reads back from its field to the minute, and an empty field is none', () => {
  expect(fieldTime(fieldText(now))).toBe(now)
  expect(fieldText(now)).toBe('2026-11-25T14:30')
  expect(fieldTime('')).toBeUndefined()
})

test('a silence of an alert reaches from this one thing to its rule everywhere', () => {
  const alert = { rule_id: 2, rule: 'Full', host_id: 1, host: 'nas', entity: 'filesystem', key: '/a*b' }
  expect(reachesOf(alert).map(({ matcher }) => matcher)).toEqual([
    { rule_ids: [2], hosts: [{ by: 'host', id: 1 }], entity: 'filesystem', key: '/a?b' },
    { hosts: [{ by: 'host', id: 1 }] },
    { rule_ids: [2] },
  ])
  expect(
    reachesOf({ ...alert, host_id: null, entity: 'hub', key: '' }).map(({ matcher }) => matcher),
  ).toEqual([{ rule_ids: [2], entity: 'hub' }, { rule_ids: [2] }])
})

test('a matcher reads back as it was; nothing chosen means nothing, everything has to be said', () => {
  const matcher = {
    hosts: [{ by: 'tag' as const, tag: 'web' }],
    rule_ids: [3, 4],
    entity: 'disk',
    key: 'sd?',
  }
  expect(readMatcher(matcherDraft(matcher))).toEqual(matcher)
  expect(readMatcher({ ...matcherDraft(matcher), rule: 9 })).toMatchObject({ rule_ids: [9] })
  expect(readMatcher(matcherDraft(undefined))).toBeUndefined()
  expect(readMatcher({ ...matcherDraft(undefined), isEverywhere: true })).toEqual({
    hosts: [{ by: 'name', glob: '*' }],
  })
})

const windowOf = (time: MaintenanceSpec['time']): Maintenance => ({
  id: 1,
  spec: { name: 'Backup', matcher: { level: 'warning' }, time, is_enabled: true, comment: '' },
  created_by: 'anna',
  created_at: 0,
  window: null,
})

test('a window that is opened and saved untouched stays what it was', () => {
  const times: MaintenanceSpec['time'][] = [
    { kind: 'once', from: now, until: now + 3_600_000 },
    { kind: 'weekly', zone: 'Europe/Berlin', days: [1, 7], at: '03:00', duration_ms: 5_400_000 },
    { kind: 'monthly', zone: 'UTC', day: 31, at: '24:00', duration_ms: 60_000 },
  ]
  for (const time of times) {
    const one = windowOf(time)
    expect(readDraft(draftOf(one, 'Asia/Tokyo', now))).toEqual({ spec: one.spec, faults: {} })
  }
})

test('what is missing or the wrong way round is named by the path the hub would use', () => {
  const draft = draftOf(undefined, 'UTC', now)
  expect(readDraft({ ...draft, days: [] }).faults).toEqual({ name: 'missing', 'time.days': 'missing' })
  expect(
    readDraft({ ...draft, name: 'x', kind: 'once', from: fieldText(now), until: fieldText(now) }).faults,
  ).toEqual({ 'time.until': 'order' })
  expect(readDraft({ ...draft, name: 'x', kind: 'monthly', day: 'first' }).faults).toEqual({
    'time.day': 'number',
  })
})
