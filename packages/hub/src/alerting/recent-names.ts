import type { Clock } from '@lumen/std/clock'

/** More are counted as so many. */
const MOST_NAMES = 20_000

/** How many different names came lately: those of the last `spanMs`, and at most of as long before that. Bounded, so what
 * gives itself ever new names takes no memory without end. */
export class RecentNames {
  readonly #clock: Clock
  readonly #spanMs: number
  #newer = new Set<string>()
  #older = new Set<string>()
  /** Since when names go to the newer ones, on the monotonic clock. */
  #since: number

  constructor(clock: Clock, spanMs: number) {
    this.#clock = clock
    this.#spanMs = spanMs
    this.#since = clock.monotonic()
  }

  add(name: string): void {
    this.#age()
    this.#older.delete(name)
    if (this.#newer.size < MOST_NAMES) this.#newer.add(name)
  }

  delete(name: string): void {
    this.#newer.delete(name)
    this.#older.delete(name)
  }

  count(): number {
    this.#age()
    return this.#newer.size + this.#older.size
  }

  #age(): void {
    const age = this.#clock.monotonic() - this.#since
    if (age < this.#spanMs) return
    this.#older = age < 2 * this.#spanMs ? this.#newer : new Set()
    this.#newer = new Set()
    this.#since = this.#clock.monotonic()
  }
}
