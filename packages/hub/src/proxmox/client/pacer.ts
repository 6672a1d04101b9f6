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
  /** Whoever took the last turn. */
  #passing: Promise<void> = Promise.resolve()

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

  /** Takes turns with all of them right before a request is sent: a wait may end late, and whoever comes next is then
   * counted from when this one really went.
   * @param pause waits so many ms */
  static async pass(pacers: readonly Pacer[], pause: (ms: number) => Promise<void>): Promise<void> {
    const before = pacers.map((pacer) => pacer.#passing)
    const passing = (async () => {
      await Promise.all(before)
      const [first] = pacers
      if (first === undefined) return
      const clock = first.#clock
      const now = clock.monotonic()
      const at = Math.max(now, ...pacers.map((pacer) => pacer.#passedAt + pacer.#gapMs))
      if (at > now) await pause(at - now)
      const passedAt = Math.max(at, clock.monotonic())
      for (const pacer of pacers) {
        pacer.#passedAt = passedAt
        pacer.#freeAt = Math.max(pacer.#freeAt, passedAt + pacer.#gapMs)
      }
    })()
    for (const pacer of pacers) pacer.#passing = passing
    await passing
  }
}
