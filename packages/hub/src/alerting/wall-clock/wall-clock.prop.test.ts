import { expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import type { MaintenanceTime } from '@lumen/protocol/http/alerts/silence'
import type { WeekSchedule } from '@lumen/protocol/http/alerts/week-schedule'
import fc from 'fast-check'
import { windowAt } from './maintenance-window.ts'
import { isWithin, nextChange } from './week-schedule.ts'

/** Moments about which clocks were put forward or back, with their zones. */
const CHANGES: [zone: string, at: string][] = [
  ['Europe/Berlin', '2026-03-29T01:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00Z'],
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['Asia/Kathmandu', '1985-12-31T18:30Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00Z'],
  ['Asia/Tokyo', '2028-02-29T15:00Z'],
]

const clockTime = fc
  .integer({ min: 0, max: 96 })
  .map(
    (quarter) =>
      `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
  )
const days = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 })
const moment = fc
  .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -2 * 1_440, max: 2 * 1_440 }))
  .map(([[zone, at], minutes]) => ({ zone, at: Date.parse(at) + minutes * MINUTE }))

const formats = new Map<string, Intl.DateTimeFormat>()

/** What the clock on a wall shows, digit by digit: a date and minutes since its midnight. */
function shown(zone: string, at: number): { date: number; minute: number } {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit' },
    })
  formats.set(zone, format)
  const [month, day, year, hour, minute] = format.format(at).match(/\d+/g)!.map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  return { date: Date.UTC(year, month - 1, day), minute: hour * 60 + minute }
}

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
const weekdayOf = (date: number): number => new Date(date).getUTCDay() || 7

function isShownWithin({ zone, windows }: WeekSchedule, at: number): boolean {
  const { date, minute } = shown(zone, at)
  const dates = [date, date - DAY]
  return windows.some(({ days, from, to }) =>
    dates.some((begun) => {
      const length = (minutesOf(to) - minutesOf(from) + 1_440) % 1_440 || 1_440
      const since = minute + (date - begun) / MINUTE - minutesOf(from)
      return days.includes(weekdayOf(begun)) && since >= 0 && since < length
    }),
  )
}

test('hours of a week are those the clock on the wall shows, and change at the first minute it shows others', () => {
  const window = fc.record({ days, from: clockTime, to: clockTime })
  fc.assert(
    fc.property(moment, fc.array(window, { minLength: 1, maxLength: 3 }), ({ zone, at }, windows) => {
      const schedule = { zone, windows }
      const now = isShownWithin(schedule, at)
      expect(isWithin(schedule, at)).toBe(now)
      let change = at + MINUTE
      while (change < at + 3 * DAY && isShownWithin(schedule, change) === now) change += MINUTE
      const next = nextChange(schedule, at)
      if (change < at + 3 * DAY) expect(next).toBe(change)
      else expect(next ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(change)
    }),
    { numRuns: 150 },
  )
})

/** The first minute whose clock shows this date and minute or is past it, looked for a minute at a time. */
function reached(zone: string, date: number, minute: number): number {
  const wanted = date + minute * MINUTE
  let at = wanted - 15 * HOUR
  for (;;) {
    const { date, minute } = shown(zone, at)
    if (date + minute * MINUTE >= wanted) return at
    at += MINUTE
  }
}

test('a recurring window begins at the first minute whose clock has reached it and lasts its real time', () => {
  const weekly = fc.record({ kind: fc.constant('weekly' as const), days })
  const monthly = fc.record({ kind: fc.constant('monthly' as const), day: fc.integer({ min: 28, max: 31 }) })
  const durationMs = fc.integer({ min: 1, max: 2 * 1_440 }).map((minutes) => minutes * MINUTE)
  fc.assert(
    fc.property(moment, fc.oneof(weekly, monthly), clockTime, durationMs, ({ zone, at }, dates, time, ms) => {
      const spec: MaintenanceTime = { ...dates, zone, at: time, duration_ms: ms }
      const starts: number[] = []
      const { date } = shown(zone, at)
      for (let begun = date - 5 * DAY; begun <= date + 3 * DAY; begun += DAY) {
        const day = new Date(begun)
        const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate()
        const isOn =
          spec.kind === 'weekly'
            ? spec.days.includes(weekdayOf(begun))
            : spec.kind === 'monthly' && day.getUTCDate() === Math.min(spec.day, last)
        if (isOn) starts.push(reached(zone, begun, minutesOf(time)))
      }
      const underWay = starts.findLast((from) => from <= at && at < from + ms)
      const from = underWay ?? starts.find((start) => start > at)
      const window = windowAt(spec, at)
      if (from !== undefined) expect(window).toEqual({ from, to: from + ms })
      else expect(window!.from).toBeGreaterThan(at + DAY)
    }),
    { numRuns: 100 },
  )
})
