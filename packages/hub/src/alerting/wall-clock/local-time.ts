import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { evenStretches, offsetAt } from './zone-offset.ts'

/** What a wall clock shows, as ms since it would have shown 1970-01-01 00:00: local dates and times as plain numbers. */
export type LocalMs = number

/** No wall clock is further from UTC. */
const FURTHEST_MS = 16 * HOUR

export function localAt(zone: string, at: number): LocalMs {
  return at + offsetAt(zone, at)
}

/** The first moment at which a zone's clock shows this time or has gone past it: of a time that comes twice the first,
 * for one that is left out the moment of the change. */
export function instantOf(zone: string, local: LocalMs): number {
  const around = { from: local - FURTHEST_MS, to: local + FURTHEST_MS }
  for (const { from, to, offsetMs } of evenStretches(zone, around)) {
    const reached = Math.max(from, local - offsetMs)
    if (reached < to) return reached
  }
  throw new RangeError(`Cannot place ${local} in ${zone}: it is further from UTC than any zone`)
}

/** Minutes since midnight of a time like `08:30`; `24:00` is 1,440. */
export function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}

/** Midnight of the date a local time falls on. */
export function dateOf(local: LocalMs): LocalMs {
  return Math.floor(local / DAY) * DAY
}

/** 1 is Monday, 7 is Sunday. */
export function weekdayOf(local: LocalMs): number {
  // 1970-01-01 was a Thursday.
  return ((((Math.floor(local / DAY) + 3) % 7) + 7) % 7) + 1
}

export function minuteOfDay(local: LocalMs): number {
  return Math.floor((local - dateOf(local)) / MINUTE)
}
