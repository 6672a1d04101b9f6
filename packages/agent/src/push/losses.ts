import type { RetainedFrame } from '../retain.ts'
import type { Instant } from './instant.ts'
import type { Outbox, PendingDrop } from './outbox.ts'

/** Reasons kept apart; further ones count together. */
const MOST_REASONS = 50

/** Frames that are lost for good: counted by reason, and told to the hub as gaps. */
export class Losses {
  readonly #outbox: Outbox
  readonly #now: () => Instant
  readonly #dropped: Record<string, number> = {}

  constructor(outbox: Outbox, now: () => Instant) {
    this.#outbox = outbox
    this.#now = now
  }

  /** Frames given up, by reason. */
  counts(): Readonly<Record<string, number>> {
    return { ...this.#dropped }
  }

  count(reason: string, frames: number): void {
    const isKnown = Object.hasOwn(this.#dropped, reason) || Object.keys(this.#dropped).length < MOST_REASONS
    const key = isKnown ? reason : 'other'
    this.#dropped[key] = (this.#dropped[key] ?? 0) + frames
  }

  /** Frames that had to go unsent. In order of their number. */
  report(lost: readonly RetainedFrame[], cause: string): void {
    const instant = (frame: RetainedFrame): Instant =>
      frame.ts === null ? { steady: frame.steady } : { ts: frame.ts }
    const [from, to] = [instant(lost[0]!), instant(lost.at(-1)!)]
    this.add({ frames: lost.length, from, to, at: this.#now(), cause })
  }

  add(drop: PendingDrop): void {
    this.#outbox.addDrop(drop)
    this.count(drop.cause, drop.frames)
  }
}
