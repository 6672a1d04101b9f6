import { expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { changeInPercent } from './change-in-percent.ts'
import { fitLine } from './fit.ts'
import { hoursUntilFull } from './hours-until-full.ts'

const STEP = 15 * MINUTE
const NOW = 20_000 * DAY

/** A day of buckets up to now with the value of each by hours before now. */
function day(valueAt: (hoursAgo: number) => number): { t: number[]; percents: number[] } {
  const t = Array.from({ length: DAY / STEP }, (_, index) => NOW - DAY + index * STEP)
  return { t, percents: t.map((at) => valueAt((NOW - at) / HOUR)) }
}
const hours = (valueAt: (hoursAgo: number) => number) => {
  const { t, percents } = day(valueAt)
  return hoursUntilFull(t, percents, NOW)
}

test('a line is found through outliers that would bend the least squares', () => {
  const xs = Array.from({ length: 40 }, (_, x) => x)
  const ys = xs.map((x) => (x % 7 === 0 ? 500 : 2 * x + 1))
  const line = fitLine(xs, ys)
  expect(line?.slope).toBeCloseTo(2, 1)
  expect(line?.intercept).toBeCloseTo(1, 0)
  expect(fitLine([1, 2], [1, 2])).toBeUndefined()
  expect(fitLine([1, 1, 1], [1, 2, 3])).toBeUndefined()
})

test('a disk that fills evenly is full when it will be', () => {
  expect(hours((ago) => 80 - ago)).toBeCloseTo(20, 0)
})

test('a night’s backup that comes and goes does not make a disk fill up', () => {
  expect(hours((ago) => (ago > 4 && ago < 6 ? 95 : 60))).toBe(Number.POSITIVE_INFINITY)
})

test('a disk that empties, or stands still, is never full', () => {
  expect(hours((ago) => 50 + ago)).toBe(Number.POSITIVE_INFINITY)
  expect(hours(() => 97)).toBe(Number.POSITIVE_INFINITY)
  expect(hours((ago) => 50 - ago * 0.001)).toBe(Number.POSITIVE_INFINITY)
})

test('what was freed a moment ago counts', () => {
  expect(hours((ago) => (ago < 0.4 ? 30 : 95 - ago))).toBeGreaterThan(60)
})

test('noise does not hide that it fills', () => {
  expect(hours((ago) => 70 - 2 * ago + ((ago * 37) % 3))).toBeLessThan(18)
})

test('too little history says nothing', () => {
  expect(hours((ago) => (ago > 5 ? Number.NaN : 80 - ago))).toBeNaN()
  expect(hours((ago) => (Math.round(ago * 4) % 3 === 0 ? 80 - ago : Number.NaN))).toBeNaN()
  expect(hoursUntilFull([], [], NOW)).toBeNaN()
})

const even = (value: number) => Array.from({ length: 12 }, () => value)

test('a change is told in percent of the same hour last week', () => {
  expect(changeInPercent(even(150), even(100), 0)).toBe(50)
  expect(changeInPercent(even(25), even(100), 0)).toBe(-75)
  expect(changeInPercent(even(-15), even(-10), 0)).toBe(-50)
})

test('a change too small to matter is none, and one from nothing is unknown', () => {
  expect(changeInPercent(even(3), even(1), 5)).toBe(0)
  expect(changeInPercent(even(3), even(0), 5)).toBe(0)
  expect(changeInPercent(even(30), even(0), 5)).toBeNaN()
})

test('half an hour without values says nothing', () => {
  const holes = even(1).map((value, index) => (index < 7 ? Number.NaN : value))
  expect(changeInPercent(holes, even(1), 0)).toBeNaN()
  expect(changeInPercent(even(1), holes, 0)).toBeNaN()
})
