import type { Clock } from '@lumen/std/clock'

/** Places are this much further apart than the rate asks for: on its way to the server a request may be held up, and
 * the next one not. */
const SLACK = 1.15

/** Keeps calls to one machine apart: at most so many in any second, never two at once. */
export class Pacer {
  readonly #clock: Clock
  readonly #gapMs: number
  #freeAt = Number.NEGATIVE_INFINITY
  #passedAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, perS: number) {
    this.#clock = clock
    this.#gapMs = (1_000 / perS) * SLACK
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

  /** Said when that wait is over: a wait may end late, and then the next must not end on time right behind it.
   * @returns how long to wait still, ms */
  static pass(pacers: readonly Pacer[]): number {
    const first = pacers[0]
    if (first === undefined) return 0
    const now = first.#clock.monotonic()
    const at = Math.max(now, ...pacers.map((pacer) => pacer.#passedAt + pacer.#gapMs))
    for (const pacer of pacers) {
      pacer.#passedAt = at
      pacer.#freeAt = Math.max(pacer.#freeAt, at + pacer.#gapMs)
    }
    return at - now
  }
}
