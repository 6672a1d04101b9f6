import { describe, expect, test } from 'bun:test'
import { DAY, HOUR } from '@lumen/model/time'
import { wearDays, wearSums } from './wear-days.ts'

const today = 20_000 * DAY
const now = today + 5 * HOUR
const line = (daysAgo: number, tier: 'hot' | 'cold', bytes: number) => ({
  day: today - daysAgo * DAY,
  tier,
  bytes,
  commits: 10,
  fsyncs: 20,
})

describe('days of writing', () => {
  test('add up their tiers', () => {
    expect(wearDays([line(0, 'hot', 5), line(0, 'cold', 7)], now)).toEqual([
      { day: today, hot: 5, cold: 7, bytes: 12, commits: 20, fsyncs: 40 },
    ])
  })

  test('on which nothing was written are zero, and today is always there', () => {
    expect(wearDays([line(3, 'hot', 5), line(1, 'hot', 6)], now).map(({ bytes }) => bytes)).toEqual([
      5, 0, 6, 0,
    ])
  })

  test('are ninety at most', () => {
    const all = Array.from({ length: 120 }, (_, i) => line(i, 'hot', 1))
    const days = wearDays(all, now)
    expect(days).toHaveLength(90)
    expect(days[0]!.day).toBe(today - 89 * DAY)
  })

  test('there are none before the first write', () => {
    expect(wearDays([], now)).toEqual([])
  })
})

describe('sums', () => {
  test('leave days out that are not whole', () => {
    const days = wearDays([line(3, 'hot', 1), line(2, 'hot', 10), line(1, 'hot', 20), line(0, 'hot', 3)], now)
    expect(wearSums(days, 5)).toEqual({ today: 3, average: 15, perHost: 3, commits: 10 })
  })

  test('say nothing rather than something wrong in the first days', () => {
    expect(wearSums(wearDays([line(1, 'hot', 9), line(0, 'hot', 4)], now), 2)).toEqual({
      today: 4,
      average: null,
      perHost: null,
      commits: null,
    })
  })
})
