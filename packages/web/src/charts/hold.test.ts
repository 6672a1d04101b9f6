import { expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { isWorthHolding } from './hold.ts'

const now = 1_790_000_000_000
const day = { from: now - DAY, to: now }

test('moving by a part of the window is drawn at once from what is known', () => {
  expect(isWorthHolding(day, 2 * MINUTE, { from: now - 1.1 * DAY, to: now - 0.1 * DAY })).toBe(false)
  expect(isWorthHolding(day, 2 * MINUTE, { from: now - 2 * DAY, to: now - DAY })).toBe(true)
})

test('zooming by a little is drawn at once, far out or far in waits for the answer', () => {
  expect(isWorthHolding(day, 2 * MINUTE, { from: now - DAY / 2, to: now })).toBe(false)
  expect(isWorthHolding(day, 2 * MINUTE, { from: now - 30 * DAY, to: now })).toBe(true)
  const year = { from: now - 365 * DAY, to: now }
  expect(isWorthHolding(year, 12 * HOUR, { from: now - 300 * DAY, to: now - 300 * DAY + HOUR })).toBe(true)
})

test('nothing known is nothing to draw', () => {
  expect(isWorthHolding(undefined, MINUTE, day)).toBe(true)
})
