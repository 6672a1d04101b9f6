/** A line through points that outliers do not bend. */
export interface Line {
  /** Per unit of x: the median of the slopes between all pairs of points. */
  slope: number
  /** The same, of which a quarter of the slopes is smaller: not above 0 when nothing rises steadily. */
  lowerSlope: number
  /** At x = 0. */
  intercept: number
}

/** Theil's and Sen's estimator (Sen 1968, J. Am. Stat. Assoc. 63). Points with NaN are left out; undefined for fewer than
 * three. Costs n² slopes: at most some hundred points. */
export function fitLine(xs: ArrayLike<number>, ys: ArrayLike<number>): Line | undefined {
  const known = Array.from({ length: xs.length }, (_, index) => index).filter(
    (index) => !Number.isNaN(xs[index]!) && !Number.isNaN(ys[index]!),
  )
  if (known.length < 3) return undefined
  const slopes = new Float64Array((known.length * (known.length - 1)) / 2)
  let count = 0
  for (let i = 0; i < known.length; i++) {
    for (let j = i + 1; j < known.length; j++) {
      const dx = xs[known[j]!]! - xs[known[i]!]!
      if (dx !== 0) slopes[count++] = (ys[known[j]!]! - ys[known[i]!]!) / dx
    }
  }
  if (count === 0) return undefined
  const sorted = slopes.subarray(0, count).sort()
  const slope = quantile(sorted, 0.5)
  const rests = Float64Array.from(known, (index) => ys[index]! - slope * xs[index]!).sort()
  return { slope, lowerSlope: quantile(sorted, 0.25), intercept: quantile(rests, 0.5) }
}

function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share
  const low = sorted[Math.floor(at)]!
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at))
}
