/** Inclusive range of integers. */
export type IntRange = [from: number, to: number]

/** A set of integers kept as sorted, disjoint, non-adjacent inclusive ranges.
 * Sized by the number of holes, not of members. `add` and `has` cost O(log ranges) to find the place. */
export class IntervalSet {
  #ranges: IntRange[] = []

  static from(ranges: Iterable<IntRange>): IntervalSet {
    const set = new IntervalSet()
    for (const [from, to] of ranges) set.addRange(from, to)
    return set
  }

  has(value: number): boolean {
    const range = this.#ranges[this.#firstEndingAtOrAfter(value)]
    return range !== undefined && range[0] <= value
  }

  /** True when every integer from `from` to `to` is in the set. */
  hasRange(from: number, to: number): boolean {
    const range = this.#ranges[this.#firstEndingAtOrAfter(to)]
    return range !== undefined && range[0] <= from
  }

  /** True when `value` was not in the set before. */
  add(value: number): boolean {
    if (this.has(value)) return false
    this.addRange(value, value)
    return true
  }

  addRange(from: number, to: number): void {
    if (!(from <= to)) return
    const start = this.#firstEndingAtOrAfter(from - 1)
    let end = start
    let low = from
    let high = to
    for (
      let range = this.#ranges[end];
      range !== undefined && range[0] <= to + 1;
      range = this.#ranges[++end]
    ) {
      low = Math.min(low, range[0])
      high = Math.max(high, range[1])
    }
    this.#ranges.splice(start, end - start, [low, high])
  }

  addAll(other: IntervalSet): void {
    for (const [from, to] of other.#ranges) this.addRange(from, to)
  }

  /** Copies: the caller may keep or change them. */
  ranges(): IntRange[] {
    return this.#ranges.map(([from, to]) => [from, to])
  }

  get rangeCount(): number {
    return this.#ranges.length
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  /** How many integers are in the set. */
  get size(): number {
    return this.#ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0)
  }

  /** Forgets every value below `limit`. */
  dropBelow(limit: number): void {
    this.#ranges = this.#ranges
      .filter(([, to]) => to >= limit)
      .map(([from, to]) => [Math.max(from, limit), to])
  }

  #firstEndingAtOrAfter(value: number): number {
    let low = 0
    let high = this.#ranges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#ranges[middle]![1] < value) low = middle + 1
      else high = middle
    }
    return low
  }
}
