import { expect, test } from 'bun:test'
import { HOUR, MINUTE } from '@lumen/model/time'
import { windowAt } from '../../../charts/window.ts'
import { viewAround } from './view-around.ts'

const now = 1_790_000_000_000

test('what lasts is seen live, with at least a third of its age before it', () => {
  for (const ageMs of [MINUTE, 9 * MINUTE, 30 * MINUTE, 4 * HOUR, 19 * HOUR, 100 * HOUR]) {
    const view = viewAround({ pending_at: now - ageMs, resolved_at: null }, now)
    expect(view.kind).toBe('live')
    expect(now - windowAt(view, now).from).toBeGreaterThan(ageMs * 1.15)
  }
})

test('what is over is seen with as much before as after, up to now', () => {
  expect(viewAround({ pending_at: now - 3 * HOUR, resolved_at: now - HOUR }, now)).toEqual({
    kind: 'fixed',
    from: now - 4 * HOUR,
    to: now,
  })
  const short = viewAround({ pending_at: now - 3 * HOUR, resolved_at: now - 3 * HOUR + MINUTE }, now)
  expect(short).toEqual({
    kind: 'fixed',
    from: now - 3 * HOUR - 10 * MINUTE,
    to: now - 3 * HOUR + 11 * MINUTE,
  })
})
