import type { Clock } from '@lumen/std/clock'

/** Keeps calls to one machine apart: at most so many a second, never two at once. */
export class Pacer {
  readonly #clock: Clock
  readonly #gapMs: number
  #freeAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, perS: number) {
    this.#clock = clock
    this.#gapMs = 1_000 / perS
  }

  /** Takes the next place that is free with all of them. @returns how long to wait for it, ms */
  static reserve(pacers: readonly Pacer[]): number {
    const first = pacers[0]
    if (first === undefined) return 0
    const now = first.#clock.monotonic()
    const at = Math.max(now, ...pacers.map((pacer) => pacer.#freeAt))
    for (const pacer of pacers) pacer.#freeAt = at + pacer.#gapMs
    return at - now
  }
}
