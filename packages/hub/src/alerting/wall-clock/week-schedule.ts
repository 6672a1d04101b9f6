import { DAY, MINUTE } from '@lumen/model/time'
import type { WeekSchedule } from '@lumen/protocol/http/alerts/week-schedule'
import { dateOf, type LocalMs, localAt, minuteOfDay, minutesOf, weekdayOf } from './local-time.ts'
import { type EvenStretch, evenStretches } from './zone-offset.ts'

const DAY_MINUTES = 1_440
/** Hours on one weekday of which a clock change or a date that was left out takes one, come again within this. */
const HORIZON_MS = 16 * DAY

/** Whether the clock on the wall of the schedule's zone shows a time inside its hours. A time that comes twice is inside
 * both times; one that is left out never comes. A window that ends before it begins, or when, runs into the next day. */
export function isWithin(schedule: WeekSchedule, at: number): boolean {
  return isLocalWithin(schedule, localAt(schedule.zone, at))
}

/** The first moment after `at` from which `isWithin` answers differently; null: never. */
export function nextChange(schedule: WeekSchedule, at: number): number | null {
  const now = isWithin(schedule, at)
  for (let from = at; from < at + HORIZON_MS; from += DAY) {
    for (const stretch of evenStretches(schedule.zone, { from, to: from + DAY })) {
      for (const edge of edgesOf(schedule, stretch)) {
        if (edge > at && isLocalWithin(schedule, edge + stretch.offsetMs) !== now) return edge
      }
    }
  }
  return null
}

function isLocalWithin({ windows }: WeekSchedule, local: LocalMs): boolean {
  const today = weekdayOf(local)
  const yesterday = weekdayOf(local - DAY)
  const minute = minuteOfDay(local)
  return windows.some(({ days, from, to }) => {
    const begin = minutesOf(from)
    const length = (minutesOf(to) - begin + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES
    const holds = (day: number, minute: number) =>
      days.includes(day) && begin <= minute && minute < begin + length
    return holds(today, minute) || holds(yesterday, minute + DAY_MINUTES)
  })
}

/** Where something may begin or end while the clock runs evenly: its start, every midnight, every hour named. */
function edgesOf({ windows }: WeekSchedule, { from, to, offsetMs }: EvenStretch): number[] {
  const minutes = new Set([0, ...windows.flatMap((window) => [minutesOf(window.from), minutesOf(window.to)])])
  const edges = [from]
  for (let date = dateOf(from + offsetMs); date < to + offsetMs; date += DAY) {
    for (const minute of minutes) edges.push(date + minute * MINUTE - offsetMs)
  }
  return edges.filter((edge) => from <= edge && edge < to).sort((one, other) => one - other)
}
