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
  const known = Array.from(values).filter((value) => !Number.isNaN(value))
  if (known.length === 0 || known.length < values.length / 2) return Number.NaN
  return known.reduce((sum, value) => sum + value, 0) / known.length
}
