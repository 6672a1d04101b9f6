/** Epoch milliseconds, half-open: `from` is inside, `to` is not. */
export interface TimeRange {
  from: number
  to: number
}

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Steps a query may answer in, ascending. */
export const STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 30, 90, 365].map((n) => n * DAY),
]

/** Start of the bucket that holds `ts`; buckets are aligned to the epoch. */
export function bucketStart(ts: number, stepMs: number): number {
  return Math.floor(ts / stepMs) * stepMs
}

/** Smallest allowed step that is no finer than `finestMs` and covers the range in at most `points` buckets;
 * the largest step where none does. */
export function chooseStep(range: TimeRange, points: number, finestMs: number): number {
  const spanMs = range.to - range.from
  const fits = STEPS_MS.find((step) => step >= finestMs && spanMs / step <= points)
  return fits ?? STEPS_MS[STEPS_MS.length - 1]!
}

/** The part both ranges share, or undefined. */
export function intersect(a: TimeRange, b: TimeRange): TimeRange | undefined {
  const from = Math.max(a.from, b.from)
  const to = Math.min(a.to, b.to)
  return from < to ? { from, to } : undefined
}
