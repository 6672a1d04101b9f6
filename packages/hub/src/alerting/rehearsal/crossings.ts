import { comparedOf, type Stretch } from './replay.ts'

/** How often things crossed each threshold for long enough, for every threshold at once. A value that is held for a
 * duration is the mildest of the buckets of that duration; each rise of it is one crossing of every threshold it passes.
 * Thresholds are told apart in three significant digits. Values are in the direction that is bad: `below` negates them. */
export class Crossings {
  readonly #forMs: number
  readonly #direction: 'above' | 'below'
  /** By threshold: how many crossings begin to count there (positive), or no longer do. */
  readonly #steps = new Map<number, number>()
  #everywhere = 0

  constructor(direction: 'above' | 'below', forMs: number) {
    this.#direction = direction
    this.#forMs = forMs
  }

  add(stretches: readonly Stretch[]): void {
    const thresholds = { direction: this.#direction, warning: null, critical: null, clear: null }
    let before = Number.NEGATIVE_INFINITY
    for (const stretch of stretches) {
      const values = comparedOf(stretch, thresholds, this.#forMs)
      const sign = this.#direction === 'above' ? 1 : -1
      const buckets = Math.floor(this.#forMs / stretch.stepMs) + 1
      const held = new SlidingLeast(buckets)
      for (let bucket = 0; bucket < values.length; bucket++) {
        const now = held.push(values[bucket]! * sign)
        if (now > before) this.#rise(before, now)
        before = now
      }
    }
  }

  /** Ranges of thresholds crossed so many times, lowest first: each holds from `from` up to, not including, `to`. */
  ranges(): { from: number; to: number; count: number }[] {
    const at = [...this.#steps.keys()].sort((a, b) => a - b)
    const ranges: { from: number; to: number; count: number }[] = []
    let count = this.#everywhere
    let from = Number.NEGATIVE_INFINITY
    for (const threshold of at) {
      ranges.push({ from, to: threshold, count })
      count += this.#steps.get(threshold)!
      from = threshold
    }
    ranges.push({ from, to: Number.POSITIVE_INFINITY, count })
    return ranges.filter((range) => range.from < range.to)
  }

  #rise(before: number, now: number): void {
    if (before === Number.NEGATIVE_INFINITY) this.#everywhere += 1
    else this.#step(before, 1)
    this.#step(now, -1)
  }

  #step(value: number, by: number): void {
    const threshold = upToDigits(value, 3)
    this.#steps.set(threshold, (this.#steps.get(threshold) ?? 0) + by)
  }
}

/** The least number of so many significant digits that is not below the value. */
export function upToDigits(value: number, digits: number): number {
  if (value === 0) return 0
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) + 1 - digits)
  // Units below 1 are divided by, so that 0.07 does not become 0.07000000000000001.
  return unit < 1 ? Math.ceil(value * (1 / unit)) / (1 / unit) : Math.ceil(value / unit) * unit
}

/** The least of the last so many values; -Infinity until there are so many, and while one of them is missing. */
class SlidingLeast {
  readonly #size: number
  /** Places of values that may become the least, least first. */
  readonly #places: number[] = []
  readonly #values: number[] = []
  #first = 0
  #count = 0
  #known = 0

  constructor(size: number) {
    this.#size = size
  }

  push(value: number): number {
    if (Number.isNaN(value)) {
      this.#known = 0
      this.#places.length = this.#values.length = this.#first = 0
      return Number.NEGATIVE_INFINITY
    }
    const place = this.#count++
    this.#known += 1
    while (this.#places.length > this.#first && this.#values[this.#values.length - 1]! >= value) {
      this.#places.pop()
      this.#values.pop()
    }
    this.#places.push(place)
    this.#values.push(value)
    if (this.#places[this.#first]! <= place - this.#size) this.#first += 1
    return this.#known < this.#size ? Number.NEGATIVE_INFINITY : this.#values[this.#first]!
  }
}
