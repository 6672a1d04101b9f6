import { expect, test } from 'bun:test'
import { type Contact, presenceOf } from './presence.ts'

const heard: Contact = {
  intervalMs: 5_000,
  silentMs: 0,
  hubUpMs: 3_600_000,
  silentBeforeMs: null,
  isStopped: false,
}
const restarted: Contact = { ...heard, silentMs: null, hubUpMs: 4_000, silentBeforeMs: 0 }
const waits = 'waiting for its next push'

test.each<[string, Partial<Contact>, string, string | null]>([
  ['just heard', {}, 'up', null],
  ['three intervals and at least 15 s', { silentMs: 15_000 }, 'up', null],
  ['a little longer', { silentMs: 15_001 }, 'stale', 'no contact for 15 s'],
  ['a minute at five seconds', { silentMs: 60_000 }, 'stale', 'no contact for 60 s'],
  ['longer than a minute', { silentMs: 60_001 }, 'down', 'no contact for 60 s'],
  ['at a 1 s interval the floors count', { intervalMs: 1_000, silentMs: 15_000 }, 'up', null],
  ['at a 60 s interval three of them', { intervalMs: 60_000, silentMs: 180_000 }, 'up', null],
  [
    'at a 60 s interval twelve of them',
    { intervalMs: 60_000, silentMs: 720_000 },
    'stale',
    'no contact for 12 min',
  ],
  ['at a 60 s interval more', { intervalMs: 60_000, silentMs: 720_001 }, 'down', 'no contact for 12 min'],
  ['stopped on purpose', { isStopped: true, silentMs: 1 }, 'down', 'agent stopped'],
])('%s: %o is %s', (_name, change, state, reason) => {
  expect(presenceOf({ ...heard, ...change }) as { state: string; reason: string | null }).toEqual({
    state,
    reason,
  })
})

test.each<[string, Partial<Contact>, string, string | null]>([
  ['never delivered anything', { silentBeforeMs: null }, 'waiting', 'no push received yet'],
  ['hub just restarted', {}, 'up', `hub restarted 4 s ago, ${waits}`],
  ['a late agent after a restart', { hubUpMs: 20_000 }, 'stale', `hub restarted 20 s ago, ${waits}`],
  [
    'an agent in a long back-off is not down',
    { hubUpMs: 180_000 },
    'stale',
    `hub restarted 3 min ago, ${waits}`,
  ],
  ['never came back', { hubUpMs: 200_000 }, 'down', 'no contact since the hub started 3 min ago'],
  [
    'was a little late when the hub ended',
    { silentBeforeMs: 50_000 },
    'up',
    `hub restarted 4 s ago, ${waits}`,
  ],
  ['was down before', { silentBeforeMs: 3_600_000 }, 'down', 'no contact for 60 min'],
  ['was stopped before', { isStopped: true }, 'down', 'agent stopped'],
])('after a hub start, %s: %o is %s', (_name, change, state, reason) => {
  expect(presenceOf({ ...restarted, ...change }) as { state: string; reason: string | null }).toEqual({
    state,
    reason,
  })
})
