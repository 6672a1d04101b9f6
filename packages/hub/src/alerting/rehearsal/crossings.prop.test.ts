import { expect, test } from 'bun:test'
import { MINUTE } from '@lumen/model/time'
import fc from 'fast-check'
import { Crossings, upToDigits } from './crossings.ts'

/** Two digits, so that no threshold is rounded. */
const value = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -20, max: 20 }) }, fc.constant(Number.NaN))

/** How often so many values in a row are past a threshold, after it was not so. */
function crossingsOf(values: readonly number[], buckets: number, isPast: (value: number) => boolean): number {
  let count = 0
  let wasHeld = false
  for (let end = 0; end < values.length; end++) {
    const window = values.slice(Math.max(0, end - buckets + 1), end + 1)
    const isHeld = window.length === buckets && window.every(isPast)
    if (isHeld && !wasHeld) count += 1
    wasHeld = isHeld
  }
  return count
}

test('crossings of every threshold are counted as one by one, in either direction and for any duration', () => {
  const things = fc.array(fc.array(value, { maxLength: 40 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(
      things,
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom('above' as const, 'below' as const),
      (things, minutes, direction) => {
        const crossings = new Crossings(direction, minutes * MINUTE)
        for (const values of things) {
          crossings.add([{ start: 0, stepMs: MINUTE, avg: Float64Array.from(values), max: null }])
        }
        const ranges = crossings.ranges()
        const sign = direction === 'above' ? 1 : -1
        for (let threshold = -22; threshold <= 22; threshold++) {
          const range = ranges.find(({ from, to }) => from <= threshold && threshold < to)!
          const expected = things.reduce(
            (sum, values) => sum + crossingsOf(values, minutes + 1, (each) => each * sign > threshold),
            0,
          )
          expect([threshold, range.count]).toEqual([threshold, expected])
        }
      },
    ),
  )
})

test('a number is rounded up to so many digits', () => {
  expect(upToDigits(91.34, 2)).toBe(92)
  expect(upToDigits(9_134, 1)).toBe(10_000)
  expect(upToDigits(0.0701, 2)).toBe(0.071)
  expect(upToDigits(-91.3, 2)).toBe(-91)
  expect(upToDigits(0, 3)).toBe(0)
})
