import { expect, test } from 'bun:test'
import type { WeekSchedule } from '@lumen/protocol/http/alerts/week-schedule'
import { isWithin, nextChange } from './week-schedule.ts'

const WORKDAYS = [1, 2, 3, 4, 5]

function hours(zone: string, days: number[], from: string, to: string): WeekSchedule {
  return { zone, windows: [{ days, from, to }] }
}

const CASES: [
  why: string,
  schedule: WeekSchedule,
  asked: string,
  isWithin: boolean,
  nextChange: string | null,
][] = [
  [
    'office hours on a Wednesday',
    hours('Europe/Berlin', WORKDAYS, '08:00', '18:00'),
    ...(['2026-11-25T07:00Z', true, '2026-11-25T17:00Z'] as const),
  ],
  [
    'the minute before they begin',
    hours('Europe/Berlin', WORKDAYS, '08:00', '18:00'),
    ...(['2026-11-25T06:59:59Z', false, '2026-11-25T07:00Z'] as const),
  ],
  [
    'from Friday evening it is Monday, and summer time has begun meanwhile',
    hours('Europe/Berlin', WORKDAYS, '08:00', '18:00'),
    ...(['2026-03-27T17:00Z', false, '2026-03-30T06:00Z'] as const),
  ],
  [
    'a night runs into the next day, also from the last day named',
    hours('UTC', [5], '22:00', '06:00'),
    ...(['2026-11-28T05:59Z', true, '2026-11-28T06:00Z'] as const),
  ],
  [
    'a night does not begin the day after',
    hours('UTC', [5], '22:00', '06:00'),
    ...(['2026-11-28T23:00Z', false, '2026-12-04T22:00Z'] as const),
  ],
  [
    'an hour that is left out never comes: the Sunday after has it',
    hours('Europe/Berlin', [7], '02:00', '03:00'),
    ...(['2026-03-28T12:00Z', false, '2026-04-05T00:00Z'] as const),
  ],
  [
    'hours left out in part begin at the change',
    hours('Europe/Berlin', [7], '02:30', '03:30'),
    ...(['2026-03-28T12:00Z', false, '2026-03-29T01:00Z'] as const),
  ],
  [
    'an hour that comes twice is inside both times',
    hours('Europe/Berlin', [7], '02:00', '03:00'),
    ...(['2026-10-25T00:00Z', true, '2026-10-25T02:00Z'] as const),
  ],
  [
    'half of an hour that comes twice ends',
    hours('Europe/Berlin', [7], '02:00', '02:30'),
    ...(['2026-10-25T00:10Z', true, '2026-10-25T00:30Z'] as const),
  ],
  [
    'and begins again when the clock is put back',
    hours('Europe/Berlin', [7], '02:00', '02:30'),
    ...(['2026-10-25T00:40Z', false, '2026-10-25T01:00Z'] as const),
  ],
  [
    'Lord Howe shows half an hour twice',
    hours('Australia/Lord_Howe', [7], '01:30', '02:00'),
    ...(['2026-04-04T14:45Z', true, '2026-04-04T15:30Z'] as const),
  ],
  [
    'a Friday that Apia left out has no hours',
    hours('Pacific/Apia', [5], '00:00', '24:00'),
    ...(['2011-12-30T09:59Z', false, '2012-01-05T10:00Z'] as const),
  ],
  [
    'midnight to midnight is the whole day',
    hours('UTC', [3], '00:00', '24:00'),
    ...(['2026-11-25T23:59:59Z', true, '2026-11-26T00:00Z'] as const),
  ],
  [
    'a window that ends when it begins lasts a day',
    hours('UTC', [3], '08:00', '08:00'),
    ...(['2026-11-26T07:59Z', true, '2026-11-26T08:00Z'] as const),
  ],
  [
    'from the end of a day to the start of one is the day after',
    hours('UTC', [3], '24:00', '00:00'),
    ...(['2026-11-26T12:00Z', true, '2026-11-27T00:00Z'] as const),
  ],
  [
    'windows that touch are one',
    {
      zone: 'UTC',
      windows: [
        { days: [3], from: '08:00', to: '12:00' },
        { days: [3], from: '12:00', to: '24:00' },
        { days: [4], from: '00:00', to: '01:00' },
      ],
    },
    ...(['2026-11-25T09:00Z', true, '2026-11-26T01:00Z'] as const),
  ],
  [
    'every day around the clock never changes',
    hours('Europe/Berlin', [1, 2, 3, 4, 5, 6, 7], '00:00', '24:00'),
    ...(['2026-11-25T09:00Z', true, null] as const),
  ],
  [
    'in another zone the same schedule holds at other times',
    hours('Asia/Kathmandu', WORKDAYS, '08:00', '18:00'),
    ...(['2026-11-25T07:00Z', true, '2026-11-25T12:15Z'] as const),
  ],
  [
    'the leap day is a Tuesday of 2028',
    hours('UTC', [2], '00:00', '24:00'),
    ...(['2028-02-29T00:00Z', true, '2028-03-01T00:00Z'] as const),
  ],
]

for (const [why, schedule, asked, within, change] of CASES) {
  test(why, () => {
    const at = Date.parse(asked)
    const next = nextChange(schedule, at)
    const expected = change === null ? null : Date.parse(change)
    expect([isWithin(schedule, at), next]).toEqual([within, expected])
  })
}
