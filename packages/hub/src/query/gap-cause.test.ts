import { expect, test } from 'bun:test'
import type { StoredEvent } from '@lumen/tsdb/api'
import { causesRange, gapCauses } from './gap-cause.ts'

const gap = { from: 10_000_000, to: 10_600_000 }
const event = (type: string, at: number, detail: StoredEvent['detail'] = {}): StoredEvent => ({
  type,
  at,
  detail,
})

test.each<[string, StoredEvent[], string]>([
  ['nothing known', [], 'no contact'],
  ['events far away', [event('stop', 1_000), event('start', 20_000_000)], 'no contact'],
  ['a clean stop at its start', [event('stop', gap.from + 100)], 'agent stopped'],
  ['a clean stop, then a start', [event('stop', gap.from - 900), event('start', gap.to)], 'agent stopped'],
  [
    'a restart just before it',
    [event('stop', gap.from - 50_000), event('start', gap.from - 49_000)],
    'no contact',
  ],
  [
    'a restart just before it and a start at its end',
    [event('stop', gap.from - 50_000), event('start', gap.from - 49_000), event('start', gap.to - 100)],
    'agent was killed or crashed',
  ],
  ['a start without a stop', [event('start', gap.to - 100)], 'agent was killed or crashed'],
  [
    'an update that worked',
    [
      event('update', gap.from - 900, { state: 'started' }),
      event('start', gap.to - 100),
      event('update', gap.to, { state: 'done' }),
    ],
    'agent updated itself',
  ],
  [
    'an update that did not',
    [
      event('update', gap.from - 900, { state: 'started' }),
      event('start', gap.to - 100),
      event('update', gap.to, { state: 'rolled-back', reason: 'no answer' }),
    ],
    'an update of the agent did not work',
  ],
  [
    'an update that was not even tried',
    [event('start', gap.to - 100), event('update', gap.to, { state: 'failed' })],
    'agent was killed or crashed',
  ],
  ['a start long before', [event('start', gap.from - 59_000)], 'no contact'],
  ['a reboot', [event('stop', gap.from), event('start', gap.to), event('boot', gap.to)], 'machine rebooted'],
  ['a sleep', [event('resume', gap.to, { asleep_ms: 600_000 })], 'machine was suspended for 10 min'],
  ['a sleep of unknown length', [event('resume', gap.to)], 'machine was suspended'],
  [
    'frames dropped inside',
    [
      event('start', gap.to),
      event('drop', gap.to + 900, { frames: 9, from: gap.from, to: gap.to, cause: 'memory limit' }),
    ],
    'agent dropped frames: memory limit',
  ],
  [
    'frames dropped elsewhere',
    [event('drop', gap.to, { from: gap.to + 5_000, to: gap.to + 9_000, cause: 'memory limit' })],
    'no contact',
  ],
  [
    'an outage over it',
    [event('outage', gap.to, { from: gap.from - 90_000, to: gap.to + 90_000, reason: 'no route' })],
    'agent could not reach the hub: no route',
  ],
  [
    'an outage that nobody lived to see the end of',
    [event('outage', gap.from, {})],
    'agent could not reach the hub',
  ],
  [
    'an outage before it',
    [event('outage', gap.from - 1, { from: gap.from - 90_000, to: gap.from - 1, reason: 'no route' })],
    'no contact',
  ],
  [
    'a kill in an outage',
    [
      event('outage', gap.to, { from: gap.from, to: gap.to, reason: 'no route' }),
      event('start', gap.to - 100),
    ],
    'agent was killed or crashed',
  ],
  [
    'a spool that was damaged in an outage',
    [
      event('outage', gap.to, { from: gap.from, to: gap.to, reason: 'no route' }),
      event('spool', gap.to, { state: 'damaged', bytes: 9, from: gap.from, to: gap.to }),
    ],
    'part of the agent’s spool was damaged',
  ],
])('%s', (_name, events, cause) => {
  expect(gapCauses(events)(gap)).toBe(cause)
})

test('a drop reported hours after the gap is among the events looked at', () => {
  const { from, to } = causesRange(gap)
  expect(from).toBeLessThan(gap.from)
  expect(to).toBeGreaterThan(gap.to + 8 * 3_600_000)
  const late = event('drop', gap.to + 8 * 3_600_000, { from: gap.from, to: gap.to, cause: 'memory limit' })
  expect(gapCauses([late])(gap)).toBe('agent dropped frames: memory limit')
})

test('half a million events and thousands of gaps among them are told apart at once', () => {
  const events = Array.from({ length: 500_000 }, (_, n) => event('collector', n * 5_000))
  const causeOf = gapCauses(events.with(300_000, event('boot', 300_000 * 5_000)))
  const gaps = Array.from({ length: 2_700 }, (_, n) => ({ from: n * 900_000 + 1, to: n * 900_000 + 600_000 }))
  const causes = gaps.map(causeOf)
  expect(causes.filter((cause) => cause === 'no contact')).toHaveLength(2_699)
  expect(causes).toContain('machine rebooted')
})
