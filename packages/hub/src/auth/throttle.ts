import type { Clock } from '@lumen/std/clock'
import { tooMany } from '../refusal.ts'

const FREE_FAILURES = 4
const FIRST_DELAY_MS = 1_000
const FORGET_AFTER_MS = 60 * 60_000
const MAX_KEYS = 10_000

interface Record {
  failures: number
  blockedUntil: number
  lastAt: number
}

/** Slows guessing: after four failures each further one doubles the wait for its key (an account, an address).
 * An attempt counts as failed from its start, so that parallel guesses gain nothing; `succeed` takes it back.
 * In memory, at most 10,000 keys, oldest forgotten first; an hour without attempts clears a key. */
export class Throttle {
  readonly #clock: Clock
  readonly #maxDelayMs: number
  readonly #records = new Map<string, Record>()

  constructor(clock: Clock, maxDelayMs: number) {
    this.#clock = clock
    this.#maxDelayMs = maxDelayMs
  }

  /** Begins an attempt under every key, or under none.
   * @throws {Refusal} 429 `too_many_attempts` with the longest wait of the keys */
  begin(keys: readonly string[]): void {
    const now = this.#clock.monotonic()
    const waitMs = Math.max(...keys.map((key) => (this.#records.get(key)?.blockedUntil ?? 0) - now))
    if (waitMs > 0) throw tooMany('too_many_attempts', 'Too many failed attempts', waitMs / 1_000)
    for (const key of keys) this.#countFailure(key, now)
  }

  /** The attempt begun under these keys was good. */
  succeed(keys: readonly string[]): void {
    for (const key of keys) this.#records.delete(key)
  }

  #countFailure(key: string, now: number): void {
    const known = this.#records.get(key)
    const failures = known !== undefined && now - known.lastAt < FORGET_AFTER_MS ? known.failures + 1 : 1
    this.#records.delete(key)
    this.#records.set(key, { failures, blockedUntil: now + this.#delayMs(failures), lastAt: now })
    if (this.#records.size > MAX_KEYS) this.#records.delete(this.#records.keys().next().value!)
  }

  #delayMs(failures: number): number {
    if (failures <= FREE_FAILURES) return 0
    return Math.min(this.#maxDelayMs, FIRST_DELAY_MS * 2 ** Math.min(failures - FREE_FAILURES - 1, 30))
  }
}
