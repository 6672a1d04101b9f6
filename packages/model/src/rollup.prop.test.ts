import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { averageOf, EMPTY_ROLLUP, mergeRollups, type Rollup, rollupOf } from './rollup.ts'

const value = fc.oneof(fc.integer({ min: -1e9, max: 1e12 }), fc.constant(Number.NaN))
const rollup: fc.Arbitrary<Rollup> = fc
  .array(value, { maxLength: 6 })
  .map((values) => values.map(rollupOf).reduce(mergeRollups, { ...EMPTY_ROLLUP }))

test('T3 merging is associative', () => {
  fc.assert(
    fc.property(rollup, rollup, rollup, (a, b, c) => {
      expect(mergeRollups(mergeRollups(a, b), c)).toEqual(mergeRollups(a, mergeRollups(b, c)))
    }),
  )
})

test('T3 merging is commutative', () => {
  fc.assert(
    fc.property(rollup, rollup, (a, b) => {
      expect(mergeRollups(a, b)).toEqual(mergeRollups(b, a))
    }),
  )
})

test('the empty rollup changes nothing', () => {
  fc.assert(
    fc.property(rollup, (a) => {
      expect(mergeRollups(a, EMPTY_ROLLUP)).toEqual(a)
      expect(mergeRollups(EMPTY_ROLLUP, a)).toEqual(a)
    }),
  )
})

test('any order and grouping of values gives the count, sum and max of the values themselves', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e9, max: 1e12 }), { minLength: 1, maxLength: 40 }), (values) => {
      const merged = values.map(rollupOf).reduceRight(mergeRollups)
      expect(merged).toEqual({
        count: values.length,
        sum: values.reduce((a, b) => a + b),
        max: Math.max(...values),
      })
      expect(averageOf(merged)).toBe(merged.sum / values.length)
    }),
  )
})

test('T5 a missing value counts for nothing', () => {
  expect(rollupOf(Number.NaN)).toEqual({ count: 0, sum: 0, max: Number.NaN })
  expect(averageOf(EMPTY_ROLLUP)).toBeNaN()
})
