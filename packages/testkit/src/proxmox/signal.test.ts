import { expect, test } from 'bun:test'
import { Signal } from './signal.ts'

const FROM = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000

test('the integral is what the values add up to, over waves and over what is held', () => {
  const signal = new Signal(5, 0.4, 0.9, [
    { from: FROM + HOUR, to: FROM + 2 * HOUR, value: 3 },
    { from: FROM + 1.5 * HOUR, to: FROM + 1.75 * HOUR, value: 1 },
  ])
  const stepMs = 500
  let sum = 0
  for (let ms = FROM; ms < FROM + 3 * HOUR; ms += stepMs) sum += signal.at(ms + stepMs / 2) * stepMs
  expect(signal.integral(FROM, FROM + 3 * HOUR) / sum).toBeCloseTo(1, 6)
  expect(signal.integral(FROM, FROM)).toBe(0)
})

test('a later piece is held instead of an earlier one, which goes on after it', () => {
  const signal = new Signal(5, 0.4, 0.9, [
    { from: 0, to: 100, value: 3 },
    { from: 40, to: 60, value: 1 },
  ])
  expect([0, 39, 40, 59, 60, 99].map((ms) => signal.at(ms))).toEqual([3, 3, 1, 1, 3, 3])
})

test('a wave swings around its base, differs by seed and never falls below zero', () => {
  const values = Array.from({ length: 2_000 }, (_, index) => new Signal(9, 2, 1).at(FROM + index * 600_000))
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...values)).toBeLessThanOrEqual(4)
  expect(Math.max(...values)).toBeGreaterThan(2.5)
  expect(new Signal(10, 2, 1).at(FROM)).not.toBe(new Signal(9, 2, 1).at(FROM))
  expect(new Signal(9, 2, 1).at(FROM)).toBe(new Signal(9, 2, 1).at(FROM))
})
