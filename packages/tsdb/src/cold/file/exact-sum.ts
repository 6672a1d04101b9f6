/** Integers up to here are exact in a double. */
const EXACT = 2 ** 53

/** sum - average * count, exactly, also where the product is past 2^53. */
export function remainderOf(sum: number, average: number, count: number): number {
  const product = average * count
  if (product <= EXACT && product >= -EXACT) return sum - product
  return Number(BigInt(sum) - BigInt(average) * BigInt(count))
}

/** The sum those three came from: the very double. */
export function sumOf(average: number, count: number, remainder: number): number {
  const product = average * count
  if (product <= EXACT && product >= -EXACT) return product + remainder
  return Number(BigInt(average) * BigInt(count) + BigInt(remainder))
}
