import { DAY, HOUR, MINUTE } from '@lumen/model/time'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number) => String(n).padStart(2, '0')

/** Below this two minutes would read alike, so the ends of a span are told to the second. */
const SECONDS_BELOW_MS = 5 * MINUTE
/** From this on the hour of a span's ends says nothing. */
const DAYS_FROM_MS = 10 * DAY

export const timeLabelOfMinute = (t: number): string => {
  const at = new Date(t)
  return `${two(at.getHours())}:${two(at.getMinutes())}`
}
export const timeLabelOfSecond = (t: number): string =>
  `${timeLabelOfMinute(t)}:${two(new Date(t).getSeconds())}`

/** `22 Nov`; with the year where `now` is in another one. */
export function dayLabel(t: number, now: number): string {
  const at = new Date(t)
  const day = `${at.getDate()} ${MONTHS[at.getMonth()]}`
  return at.getFullYear() === new Date(now).getFullYear() ? day : `${day} ${at.getFullYear()}`
}

/** `22 Nov` of a day that began at midnight UTC. */
export function utcDayLabel(day: number, now: number): string {
  const at = new Date(day)
  const name = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`
  return at.getUTCFullYear() === new Date(now).getUTCFullYear() ? name : `${name} ${at.getUTCFullYear()}`
}

/** `22 Nov 14:05`. */
export const dayLabelOfMinute = (t: number, now: number): string =>
  `${dayLabel(t, now)} ${timeLabelOfMinute(t)}`

/** Of a tick on a time axis whose ticks are `stepMs` apart. Local time, 24 hours: `14:05`, with seconds where ticks
 * are closer than a minute; the date at midnight, the month on its first day, the year with January. */
export function tickLabel(t: number, stepMs: number): string {
  const at = new Date(t)
  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0 && at.getSeconds() === 0
  if (!isMidnight && stepMs < DAY) return stepMs < MINUTE ? timeLabelOfSecond(t) : timeLabelOfMinute(t)
  const month = MONTHS[at.getMonth()]!
  const isFirst = at.getDate() === 1
  const isNewYear = isFirst && at.getMonth() === 0
  const name = isFirst && stepMs >= 28 * DAY ? month : `${at.getDate()} ${month}`
  return isNewYear ? `${name} ${at.getFullYear()}` : name
}

/** The instant under a cursor: to the second, or a bucket's whole length where it is a minute or more, with its day
 * where the window holds several. */
export function bucketLabel(t: number, stepMs: number, now: number): string {
  if (stepMs < MINUTE)
    return isToday(t, now) ? timeLabelOfSecond(t) : `${dayLabel(t, now)} ${timeLabelOfSecond(t)}`
  return isToday(t, now) && isToday(t + stepMs, now)
    ? `${timeLabelOfMinute(t)}–${timeLabelOfMinute(t + stepMs)}`
    : spanLabel({ from: t, to: t + stepMs }, now)
}

/** `22 Nov 09:00 – 12:00`: the day once where both ends share it, seconds where minutes could not tell the ends
 * apart, days alone where the span is long. */
export function spanLabel({ from, to }: { from: number; to: number }, now: number): string {
  // A year both ends share is said once.
  const day = dayLabel(from, to)
  if (to - from >= DAYS_FROM_MS) return `${day} – ${dayLabel(to, now)}`
  const ofTime = to - from < SECONDS_BELOW_MS ? timeLabelOfSecond : timeLabelOfMinute
  const isSameDay = new Date(from).toDateString() === new Date(to).toDateString()
  return isSameDay
    ? `${dayLabel(from, now)} ${ofTime(from)} – ${ofTime(to)}`
    : `${day} ${ofTime(from)} – ${dayLabel(to, now)} ${ofTime(to)}`
}

/** Since when, as precisely as `stepMs` lets one say. */
export function sinceLabel(t: number, stepMs: number, now: number): string {
  if (stepMs >= DAY) return dayLabel(t, now)
  if (!isToday(t, now) && stepMs >= HOUR) return dayLabel(t, now)
  return isToday(t, now) ? timeLabelOfMinute(t) : dayLabelOfMinute(t, now)
}

const isToday = (t: number, now: number): boolean =>
  new Date(t).toDateString() === new Date(now).toDateString()
