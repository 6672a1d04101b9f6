import type { TimeRange } from '@lumen/model/time'
import { lowerBound } from './series-buffer.ts'

/** What a legend says of one series within the window; null = no value there. */
export interface SeriesStats {
  last: number | null
  lastT: number | null
  /** Lowest average. */
  min: number | null
  avg: number | null
  /** Highest maximum where the catalogue keeps one, else highest average. */
  max: number | null
}

export const NO_STATS: Readonly<SeriesStats> = Object.freeze({
  last: null,
  lastT: null,
  min: null,
  avg: null,
  max: null,
})

/** Over buckets that start in `[from, to)`. NaN is missing and counts for nothing. One pass. */
export function statsOf(
  t: Float64Array,
  avg: Float64Array,
  max: Float64Array | undefined,
  { from, to }: TimeRange,
): SeriesStats {
  let count = 0
  let sum = 0
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  let lastIndex = -1
  const end = lowerBound(t, to)
  for (let i = lowerBound(t, from); i < end; i++) {
    const value = avg[i]!
    if (Number.isNaN(value)) continue
    const peak = max === undefined || Number.isNaN(max[i]!) ? value : max[i]!
    count += 1
    sum += value
    if (value < lowest) lowest = value
    if (peak > highest) highest = peak
    lastIndex = i
  }
  if (count === 0) return NO_STATS
  return { last: avg[lastIndex]!, lastT: t[lastIndex]!, min: lowest, avg: sum / count, max: highest }
}

/** The row whose bucket holds `at`, or the nearest one within half a bucket more; undefined in a gap. */
export function rowAt(t: Float64Array, at: number, stepMs: number): number | undefined {
  const next = lowerBound(t, at)
  const after = t[next]
  const before = t[next - 1]
  if (after === at) return next
  if (before !== undefined && at < before + stepMs) return next - 1
  if (after !== undefined && after - at <= stepMs / 2) return next
  return before !== undefined && at - before <= stepMs * 1.5 ? next - 1 : undefined
}
