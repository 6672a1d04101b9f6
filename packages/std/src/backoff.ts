export interface BackoffOptions {
  firstMs: number
  maxMs: number
  /** 0..1; injected so tests are repeatable. */
  random?: () => number
}

/** Exponential back-off with full jitter over the upper half: attempt n waits between half and all of
 * `firstMs * 2^n`, capped at `maxMs`. `reset()` after a success. */
export class Backoff {
  readonly #options: Required<BackoffOptions>
  #attempt = 0

  constructor(options: BackoffOptions) {
    this.#options = { random: Math.random, ...options }
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const { firstMs, maxMs, random } = this.#options
    const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(this.#attempt, 30))
    this.#attempt += 1
    return Math.round(ceiling / 2 + (random() * ceiling) / 2)
  }

  reset(): void {
    this.#attempt = 0
  }
}
