import { describe, expect, test } from 'bun:test'
import { NO_STATS, rowAt, statsOf } from './stats.ts'

const t = Float64Array.of(0, 10, 20, 30, 100)

describe('stats', () => {
  test('missing values count for nothing, not for zero', () => {
    const avg = Float64Array.of(4, Number.NaN, 8, Number.NaN, 50)
    expect(statsOf(t, avg, undefined, { from: 0, to: 40 })).toEqual({
      last: 8,
      lastT: 20,
      min: 4,
      avg: 6,
      max: 8,
    })
  })

  test('the maximum is that of the peaks, the minimum that of the averages', () => {
    const stats = statsOf(t, Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(9, 2, 3, 4, 5), {
      from: 0,
      to: 101,
    })
    expect(stats.max).toBe(9)
    expect(stats.min).toBe(1)
  })

  test('a window without values has no numbers', () => {
    expect(statsOf(t, Float64Array.of(1, 1, 1, 1, 1), undefined, { from: 40, to: 100 })).toEqual(NO_STATS)
  })
})

describe('row at an instant', () => {
  test('is the bucket that holds it', () => {
    expect(rowAt(t, 0, 10)).toBe(0)
    expect(rowAt(t, 14, 10)).toBe(1)
    expect(rowAt(t, 39, 10)).toBe(3)
  })

  test('is none inside a gap', () => {
    expect(rowAt(t, 60, 10)).toBeUndefined()
    expect(rowAt(new Float64Array(0), 60, 10)).toBeUndefined()
  })

  test('bridges the jitter of single readings', () => {
    expect(rowAt(t, 96, 10)).toBe(4)
    expect(rowAt(t, 44, 10)).toBe(3)
  })
})
