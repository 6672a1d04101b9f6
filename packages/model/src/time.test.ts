import { expect, test } from 'bun:test'
import { bucketStart, chooseStep, DAY, HOUR, intersect, MINUTE, STEPS_MS } from './time.ts'

test('a bucket starts at the multiple of its step at or before the instant', () => {
  expect(bucketStart(119_999, MINUTE)).toBe(60_000)
  expect(bucketStart(120_000, MINUTE)).toBe(120_000)
})

test('a step is never finer than the data and fits the wanted points', () => {
  expect(chooseStep({ from: 0, to: HOUR }, 600, MINUTE)).toBe(MINUTE)
  expect(chooseStep({ from: 0, to: 15 * MINUTE }, 600, 1_000)).toBe(2_000)
  expect(chooseStep({ from: 0, to: DAY }, 600, MINUTE)).toBe(5 * MINUTE)
})

test('a range too long for any step gets the longest', () => {
  expect(chooseStep({ from: 0, to: 100_000 * DAY }, 10, MINUTE)).toBe(365 * DAY)
})

test('ten years fit into ten points', () => {
  expect(chooseStep({ from: 0, to: 3_650 * DAY }, 10, MINUTE)).toBe(365 * DAY)
})

test('every step divides a day or is whole days', () => {
  for (const step of STEPS_MS) expect(step < DAY ? DAY % step : step % DAY).toBe(0)
})

test('ranges that only touch share nothing', () => {
  expect(intersect({ from: 0, to: 5 }, { from: 5, to: 9 })).toBeUndefined()
  expect(intersect({ from: 0, to: 6 }, { from: 5, to: 9 })).toEqual({ from: 5, to: 6 })
})
