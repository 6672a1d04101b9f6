/** What a bucket keeps of the values that fell into it, in fixed point. Merging is associative and commutative
 * and `EMPTY_ROLLUP` is its unit (invariant T3), so order of arrival cannot change a result. Integers only:
 * sums stay exact below 2^53. */
export interface Rollup {
  count: number
  sum: number
  /** NaN when count is 0. */
  max: number
}

export const EMPTY_ROLLUP: Readonly<Rollup> = Object.freeze({ count: 0, sum: 0, max: Number.NaN })

export function rollupOf(value: number): Rollup {
  return Number.isNaN(value) ? { ...EMPTY_ROLLUP } : { count: 1, sum: value, max: value }
}

export function mergeRollups(a: Readonly<Rollup>, b: Readonly<Rollup>): Rollup {
  if (a.count === 0) return { ...b }
  if (b.count === 0) return { ...a }
  return { count: a.count + b.count, sum: a.sum + b.sum, max: Math.max(a.max, b.max) }
}

/** Mean in fixed point (not rounded), NaN when nothing was counted. */
export function averageOf(rollup: Readonly<Rollup>): number {
  return rollup.count === 0 ? Number.NaN : rollup.sum / rollup.count
}
