import { shortDurationText } from './duration.ts'

const dateTime = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** `12 s ago`; `just now` below two seconds and for clocks that run ahead. */
export function relativeText(atMs: number, nowMs: number): string {
  const seconds = (nowMs - atMs) / 1000
  return seconds < 2 ? 'just now' : `${shortDurationText(seconds)} ago`
}

/** Date and minute in the reader's own language and zone; 24 hours, as on every axis. */
export const dateTimeText = (atMs: number): string => dateTime.format(atMs)

/** Hour, minute and second in the reader's own zone; 24 hours. */
export const clockText = (atMs: number): string => clock.format(atMs)
