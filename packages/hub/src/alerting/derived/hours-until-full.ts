import { HOUR } from '@lumen/model/time'
import { fitLine } from './fit.ts'

/** How far back a fit looks, in which steps, and how much of that it must have seen. */
export const FILL_SPAN_MS = 24 * HOUR
export const FILL_STEP_MS = HOUR / 4
const LEAST_SPAN_MS = 6 * HOUR
const LEAST_SHARE = 0.5
/** A thing that fills slower than this stays where it is, as far as anybody can see. */
export const LEAST_PER_HOUR = 0.01

/** Hours until a percentage reaches 100 if it goes on as over the last day; Infinity when it does not rise steadily. NaN:
 * less than six hours, or less than half of what lies between the first and the last value, are known.
 * @param t bucket starts, epoch ms @param percents averages of the buckets, NaN = missing @param now epoch ms */
export function hoursUntilFull(t: ArrayLike<number>, percents: ArrayLike<number>, now: number): number {
  const last = lastKnown(t, percents)
  if (last === undefined) return Number.NaN
  const hours = Float64Array.from(t, (at) => (at - now) / HOUR)
  const line = fitLine(hours, percents)
  if (line === undefined) return Number.NaN
  if (line.lowerSlope <= 0 || line.slope < LEAST_PER_HOUR) return Number.POSITIVE_INFINITY
  // What was freed a moment ago is free, whatever the day before was like.
  const full = Math.min(line.intercept, percents[last]!)
  return Math.max(0, (100 - full) / line.slope)
}

/** Whether enough of a day is known to say something. */
export function isFillKnown(t: ArrayLike<number>, percents: ArrayLike<number>): boolean {
  return lastKnown(t, percents) !== undefined
}

/** Index of the last value; undefined when too few are known. */
function lastKnown(t: ArrayLike<number>, percents: ArrayLike<number>): number | undefined {
  let first = -1
  let last = -1
  let known = 0
  for (let index = 0; index < percents.length; index++) {
    if (Number.isNaN(percents[index]!)) continue
    if (first < 0) first = index
    last = index
    known += 1
  }
  const isEnough =
    known > 0 && t[last]! - t[first]! >= LEAST_SPAN_MS && known >= LEAST_SHARE * (last - first + 1)
  return isEnough ? last : undefined
}
