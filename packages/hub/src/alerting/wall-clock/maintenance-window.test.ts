import { expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import type { MaintenanceTime } from '@lumen/protocol/http/alerts/silence'
import { windowAt } from './maintenance-window.ts'

const SUNDAY = 7

function weekly(zone: string, day: number, at: string, duration_ms: number): MaintenanceTime {
  return { kind: 'weekly', zone, days: [day], at, duration_ms }
}
function monthly(zone: string, day: number, at: string, duration_ms = HOUR): MaintenanceTime {
  return { kind: 'monthly', zone, day, at, duration_ms }
}

const CASES: [why: string, time: MaintenanceTime, asked: string, from: string, until: string][] = [
  [
    'spring forward leaves the start out: it is taken at the change and still lasts its time',
    weekly('Europe/Berlin', SUNDAY, '02:30', 90 * MINUTE),
    ...(['2026-03-28T12:00Z', '2026-03-29T01:00Z', '2026-03-29T02:30Z'] as const),
  ],
  [
    'fall back shows the start twice: the first counts, and two hours are two real hours',
    weekly('Europe/Berlin', SUNDAY, '02:30', 2 * HOUR),
    ...(['2026-10-24T12:00Z', '2026-10-25T00:30Z', '2026-10-25T02:30Z'] as const),
  ],
  [
    'a window across spring forward lasts its real time',
    weekly('Europe/Berlin', 6, '23:00', 6 * HOUR),
    ...(['2026-03-29T03:59Z', '2026-03-28T22:00Z', '2026-03-29T04:00Z'] as const),
  ],
  [
    'New York leaves 02:30 out in March',
    weekly('America/New_York', SUNDAY, '02:30', HOUR),
    ...(['2026-03-07T12:00Z', '2026-03-08T07:00Z', '2026-03-08T08:00Z'] as const),
  ],
  [
    'New York shows 01:30 twice in November',
    weekly('America/New_York', SUNDAY, '01:30', HOUR),
    ...(['2026-10-31T12:00Z', '2026-11-01T05:30Z', '2026-11-01T06:30Z'] as const),
  ],
  [
    'Lord Howe goes forward by half an hour',
    weekly('Australia/Lord_Howe', SUNDAY, '02:15', HOUR),
    ...(['2026-10-03T00:00Z', '2026-10-03T15:30Z', '2026-10-03T16:30Z'] as const),
  ],
  [
    'Lord Howe goes back by half an hour',
    weekly('Australia/Lord_Howe', SUNDAY, '01:45', HOUR),
    ...(['2026-04-04T00:00Z', '2026-04-04T14:45Z', '2026-04-04T15:45Z'] as const),
  ],
  [
    'Kathmandu is 5:45 ahead',
    weekly('Asia/Kathmandu', 1, '00:00', HOUR),
    ...(['2026-11-22T12:00Z', '2026-11-22T18:15Z', '2026-11-22T19:15Z'] as const),
  ],
  [
    'Kathmandu was 5:30 ahead until it left out a quarter of an hour of 1986',
    weekly('Asia/Kathmandu', 3, '00:05', HOUR),
    ...(['1985-12-31T12:00Z', '1985-12-31T18:30Z', '1985-12-31T19:30Z'] as const),
  ],
  [
    'Apia left out a whole Friday',
    weekly('Pacific/Apia', 5, '10:00', HOUR),
    ...(['2011-12-29T12:00Z', '2011-12-30T10:00Z', '2011-12-30T11:00Z'] as const),
  ],
  [
    'Apia has its next Friday a week later, on the other side of the date line',
    weekly('Pacific/Apia', 5, '10:00', HOUR),
    ...(['2011-12-30T11:00Z', '2012-01-05T20:00Z', '2012-01-05T21:00Z'] as const),
  ],
  [
    'São Paulo left out a midnight',
    weekly('America/Sao_Paulo', SUNDAY, '00:00', HOUR),
    ...(['2018-11-03T12:00Z', '2018-11-04T03:00Z', '2018-11-04T04:00Z'] as const),
  ],
  [
    'Berlin had no summer time in 1979',
    weekly('Europe/Berlin', SUNDAY, '12:00', HOUR),
    ...(['1979-06-30T12:00Z', '1979-07-01T11:00Z', '1979-07-01T12:00Z'] as const),
  ],
  [
    'the end of Sunday is the start of Monday',
    weekly('UTC', SUNDAY, '24:00', HOUR),
    ...(['2026-11-22T12:00Z', '2026-11-23T00:00Z', '2026-11-23T01:00Z'] as const),
  ],
  [
    'a leap day is the 29th',
    monthly('UTC', 29, '08:00'),
    ...(['2028-02-01T00:00Z', '2028-02-29T08:00Z', '2028-02-29T09:00Z'] as const),
  ],
  [
    'without a leap day the 29th is the 28th',
    monthly('UTC', 29, '08:00'),
    ...(['2027-02-01T00:00Z', '2027-02-28T08:00Z', '2027-02-28T09:00Z'] as const),
  ],
  [
    'the year 2100 has no leap day',
    monthly('UTC', 30, '08:00'),
    ...(['2100-02-01T00:00Z', '2100-02-28T08:00Z', '2100-02-28T09:00Z'] as const),
  ],
  [
    'a month without a 31st has its last day',
    monthly('Europe/Berlin', 31, '08:00'),
    ...(['2026-04-01T00:00Z', '2026-04-30T06:00Z', '2026-04-30T07:00Z'] as const),
  ],
  [
    'the last day of a year and the first of the next',
    monthly('UTC', 31, '23:30'),
    ...(['2026-12-31T23:45Z', '2026-12-31T23:30Z', '2027-01-01T00:30Z'] as const),
  ],
  [
    'after the window of a month comes that of the next',
    monthly('UTC', 1, '00:00'),
    ...(['2026-01-01T01:00Z', '2026-02-01T00:00Z', '2026-02-01T01:00Z'] as const),
  ],
  [
    'of windows that overlap the one that ends last is under way',
    { kind: 'weekly', zone: 'UTC', days: [1, 2], at: '00:00', duration_ms: 2 * DAY },
    ...(['2026-11-24T06:00Z', '2026-11-24T00:00Z', '2026-11-26T00:00Z'] as const),
  ],
  [
    'the same hours in another zone are other hours',
    weekly('America/New_York', SUNDAY, '12:00', HOUR),
    ...(['2026-06-27T12:00Z', '2026-06-28T16:00Z', '2026-06-28T17:00Z'] as const),
  ],
]

for (const [why, time, asked, from, until] of CASES) {
  test(why, () => {
    const window = windowAt(time, Date.parse(asked))
    expect(window && [new Date(window.from), new Date(window.to)]).toEqual([new Date(from), new Date(until)])
  })
}

test('a window ends at its end and not a moment later', () => {
  const time = weekly('UTC', SUNDAY, '12:00', HOUR)
  const end = Date.parse('2026-11-22T13:00Z')
  expect(windowAt(time, end - 1)?.to).toBe(end)
  expect(windowAt(time, end)?.from).toBe(end - HOUR + 7 * DAY)
})

test('a window that is once has none after it', () => {
  const time: MaintenanceTime = { kind: 'once', from: 1_000, until: 2_000 }
  expect(windowAt(time, 0)).toEqual({ from: 1_000, to: 2_000 })
  expect(windowAt(time, 1_999)).toEqual({ from: 1_000, to: 2_000 })
  expect(windowAt(time, 2_000)).toBeNull()
})
