import { DAY, MINUTE, type TimeRange } from '@lumen/model/time'
import type { MaintenanceTime } from '@lumen/protocol/http/alerts/silence'
import { dateOf, instantOf, type LocalMs, localAt, minutesOf, weekdayOf } from './local-time.ts'

type Recurring = Exclude<MaintenanceTime, { kind: 'once' }>

/** A date that was left out altogether moves a start by a day; the next one of a month is at most 31 days on. */
const AHEAD_MS = { weekly: 9 * DAY, monthly: 33 * DAY }

/** The window under way at a moment, of several the one that ends last, else the next one; null: there is none any more.
 * A recurring window begins when its zone's clock shows its time on its date, first time of two, at the change where that
 * leaves it out, and lasts `duration_ms` of real time. */
export function windowAt(time: MaintenanceTime, at: number): TimeRange | null {
  if (time.kind === 'once') return at < time.until ? { from: time.from, to: time.until } : null
  const earliest = dateOf(localAt(time.zone, at - time.duration_ms)) - 2 * DAY
  const latest = dateOf(localAt(time.zone, at)) + AHEAD_MS[time.kind]
  let underWay: TimeRange | null = null
  for (let date = earliest; date <= latest; date += DAY) {
    if (!isOn(time, date)) continue
    const from = instantOf(time.zone, date + minutesOf(time.at) * MINUTE)
    if (from > at) return underWay ?? { from, to: from + time.duration_ms }
    if (from + time.duration_ms > at) underWay = { from, to: from + time.duration_ms }
  }
  return underWay
}

/** Whether a window begins on this date; a month without its day has its last day instead. */
function isOn(time: Recurring, date: LocalMs): boolean {
  if (time.kind === 'weekly') return time.days.includes(weekdayOf(date))
  const day = new Date(date).getUTCDate()
  const isLastDay = new Date(date + DAY).getUTCDate() === 1
  return day === time.day || (isLastDay && day < time.day)
}
