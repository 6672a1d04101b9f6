import { DAY } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'

/** A wall clock that is further ahead than this of what it should show is not believed at once. */
const BELIEVED_AHEAD_MS = DAY
/** How long it has to stay there. */
const WAIT_MS = DAY

/** The time by which history is deleted. A wall clock that jumps ahead (a dead battery, a typing error, a hub that was off
 * for long) would make all of it past retention in one moment, and nothing brings it back; so after a jump of more than a
 * day deleting goes on by the time that has really passed, until the clock has stood by its word for a day. A clock that is
 * set back deletes less, and is believed. */
export class DeletionClock {
  readonly #clock: Clock
  #wallMs: number
  #at: number
  #jumpedAt: number | null = null

  /** @param newestMs time of the newest reading in the store, epoch ms; null: it is empty */
  constructor(clock: Clock, newestMs: number | null) {
    this.#clock = clock
    this.#at = clock.monotonic()
    this.#wallMs = newestMs ?? clock.now()
  }

  /** Epoch ms; at most the wall clock. */
  now(): number {
    const [wall, at] = [this.#clock.now(), this.#clock.monotonic()]
    const expected = this.#wallMs + (at - this.#at)
    if (wall <= expected + BELIEVED_AHEAD_MS) return this.#believe(wall, at)
    this.#jumpedAt ??= at
    return at - this.#jumpedAt >= WAIT_MS ? this.#believe(wall, at) : expected
  }

  /** Whether deleting waits for a clock that jumped ahead. */
  get isWaiting(): boolean {
    this.now()
    return this.#jumpedAt !== null
  }

  #believe(wall: number, at: number): number {
    this.#wallMs = wall
    this.#at = at
    this.#jumpedAt = null
    return wall
  }
}
