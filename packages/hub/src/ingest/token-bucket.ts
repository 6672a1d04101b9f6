import type { Clock } from '@lumen/std/clock'

/** An allowance that fills up again at a steady rate. Full at first. */
export class TokenBucket {
  readonly #clock: Clock
  readonly #burst: number
  readonly #perS: number
  #left: number
  #at: number

  constructor(clock: Clock, { burst, perS }: { burst: number; perS: number }) {
    this.#clock = clock
    this.#burst = burst
    this.#perS = perS
    this.#left = burst
    this.#at = clock.monotonic()
  }

  /** False when less than `cost` is left; nothing is taken then. */
  take(cost: number): boolean {
    this.#fill()
    if (this.#left < cost) return false
    this.#left -= cost
    return true
  }

  /** Seconds until `cost` can be taken; 0 when it can be now. */
  waitS(cost: number): number {
    this.#fill()
    return Math.max(0, (cost - this.#left) / this.#perS)
  }

  #fill(): void {
    const now = this.#clock.monotonic()
    this.#left = Math.min(this.#burst, this.#left + (Math.max(0, now - this.#at) / 1_000) * this.#perS)
    this.#at = now
  }
}
