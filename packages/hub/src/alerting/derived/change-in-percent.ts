import { DAY, HOUR } from '@lumen/model/time'

/** What is compared with what: an hour in steps of five minutes, and the same a week before. */
export const CHANGE_SPAN_MS = HOUR
export const CHANGE_STEP_MS = HOUR / 12
export const CHANGE_AGO_MS = 7 * DAY

/** By how many percent the last hour differs from the same hour a week before: positive when it is higher. NaN: half of
 * either hour is missing, or the earlier one was 0 and the difference is not too small to matter.
 * @param least differences smaller than this, in the values' unit, are none */
export function changeInPercent(now: ArrayLike<number>, weekAgo: ArrayLike<number>, least: number): number {
  const recent = averageOf(now)
  const earlier = averageOf(weekAgo)
  const difference = recent - earlier
  if (Number.isNaN(difference)) return Number.NaN
  if (difference === 0 || Math.abs(difference) < least) return 0
  return earlier === 0 ? Number.NaN : (difference / Math.abs(earlier)) * 100
}

function averageOf(values: ArrayLike<number>): number {
  let known = 0
  let sum = 0
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    if (Number.isNaN(value)) continue
    known += 1
    sum += value
  }
  return known === 0 || known < values.length / 2 ? Number.NaN : sum / known
}
