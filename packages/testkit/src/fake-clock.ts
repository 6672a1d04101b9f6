import type { Clock } from '@lumen/std/clock'

/** A clock that moves only when told. Wall time and monotonic time are apart, as on a real machine. */
export class FakeClock implements Clock {
  #now: number
  #monotonic = 0

  /** `startMs` is the wall clock at the beginning, epoch ms. */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#monotonic
  }

  /** Time passes: both clocks move on. */
  advance(ms: number): void {
    if (ms < 0) throw new RangeError(`Cannot advance by ${ms} ms: time does not run backwards, use step()`)
    this.#now += ms
    this.#monotonic += ms
  }

  /** Somebody sets the wall clock: it jumps by `ms` (either way), monotonic time does not notice. */
  step(ms: number): void {
    this.#now += ms
  }
}
