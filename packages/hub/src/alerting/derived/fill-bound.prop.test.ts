import { expect, test } from 'bun:test'
import { DAY, MINUTE } from '@lumen/model/time'
import fc from 'fast-check'
import { mayFillWithin } from './fill-bound.ts'
import { hoursUntilFull } from './hours-until-full.ts'

const STEP = 15 * MINUTE
const NOW = 20_000 * DAY

/** Doubles would be nearly all next to nothing. */
const between = (min: number, max: number) =>
  fc.integer({ min: Math.round(min * 100), max: Math.round(max * 100) }).map((hundredths) => hundredths / 100)

/** A day in stretches of different slopes, with holes and noise. */
const day = fc
  .record({
    start: between(0, 80),
    /** Percent an hour. */
    slopes: fc.array(between(-0.5, 2), { minLength: 1, maxLength: 4 }),
    noise: fc.array(between(-0.3, 0.3), { minLength: 96, maxLength: 96 }),
    holes: fc.array(fc.boolean(), { minLength: 96, maxLength: 96 }),
    sparse: fc.boolean(),
  })
  .map(({ start, slopes, noise, holes, sparse }) => {
    const t = Array.from({ length: 96 }, (_, index) => NOW - DAY + index * STEP)
    let percent = start
    const percents = t.map((_, index) => {
      percent += slopes[Math.floor((index / 96) * slopes.length)]! / 4
      percent = Math.min(100, Math.max(0, percent))
      return sparse && holes[index] ? Number.NaN : Math.min(100, Math.max(0, percent + noise[index]!))
    })
    return { t, percents }
  })

test('what cannot fill within so many hours is never found to do so', () => {
  let sure = 0
  let fills = 0
  fc.assert(
    fc.property(day, between(1, 200), ({ t, percents }, hours) => {
      const value = hoursUntilFull(t, percents, NOW)
      if (value < hours) fills += 1
      if (mayFillWithin(t, percents, hours, STEP)) return
      sure += 1
      expect(value < hours).toBe(false)
    }),
    { numRuns: 2_000 },
  )
  expect(sure).toBeGreaterThan(100)
  expect(fills).toBeGreaterThan(100)
})
