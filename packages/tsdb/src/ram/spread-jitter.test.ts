import { expect, test } from 'bun:test'
import { spreadJitter } from './spread-jitter.ts'

const grid = { start: 0, stepMs: 5_000, buckets: 5 }
const spread = (times: number[], intervalMs = 5_000) => [...spreadJitter(times, grid, intervalMs)]

test('ticks a little early or late leave no bucket empty', () => {
  expect(spread([2, 4_998, 10_001, 15_000, 20_003])).toEqual([0, 1, 2, 3, 4])
  expect(spread([1, 4_999, 9_999, 14_998, 19_999])).toEqual([0, 1, 2, 3, 4])
  expect(spread([5_003, 10_002, 14_600, 20_001])).toEqual([1, 2, 3, 4])
})

test('a frame that was lost leaves its bucket empty', () => {
  expect(spread([1, 5_001, 15_001, 20_001])).toEqual([0, 1, 3, 4])
  expect(spread([100, 4_000, 10_100])).toEqual([0, 0, 2])
})

test('two frames of one instant stay in their bucket', () => {
  expect(spread([4_998, 4_999, 10_001])).toEqual([0, 0, 2])
})

test('nothing moves where a bucket holds two intervals', () => {
  expect(spread([4_999, 9_999], 2_500)).toEqual([0, 1])
})
