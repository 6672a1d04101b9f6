import type { Clock } from '@lumen/std/clock'

/** Times that never jump: the wall clock as it stood at the start, and the monotonic one from there on. What people see
 * and what is stored is said by the wall clock as it stands now. */
export class SteadyClock {
  readonly #clock: Clock
  readonly #originMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#originMs = clock.now() - clock.monotonic()
  }

  now(): number {
    return this.#originMs + this.#clock.monotonic()
  }

  /** Epoch ms by the wall clock. */
  toWall(at: number): number {
    return Math.round(at + this.#clock.now() - this.now())
  }

  /** What an earlier run wrote down. One from the future is from a clock that was set back meanwhile: now. */
  fromWall(at: number): number {
    return Math.min(at - this.#clock.now() + this.now(), this.now())
  }
}
