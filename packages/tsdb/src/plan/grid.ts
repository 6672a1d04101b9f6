import { bucketStart, type TimeRange } from '@lumen/model/time'

/** Buckets of equal length, aligned to the epoch. */
export interface Grid {
  start: number
  stepMs: number
  buckets: number
}

/** Buckets that start inside the range, so that neighbouring ranges share none; the one bucket around a range
 * too short to hold a start. */
export function gridOf(range: TimeRange, stepMs: number): Grid {
  const start = Math.ceil(range.from / stepMs) * stepMs
  const buckets = Math.max(0, Math.ceil((range.to - start) / stepMs))
  if (buckets > 0 || range.from >= range.to) return { start, stepMs, buckets }
  return { start: bucketStart(range.from, stepMs), stepMs, buckets: 1 }
}

export function gridRange(grid: Grid): TimeRange {
  return { from: grid.start, to: grid.start + grid.buckets * grid.stepMs }
}

export function bucketStarts(grid: Grid): number[] {
  return Array.from({ length: grid.buckets }, (_, index) => grid.start + index * grid.stepMs)
}
