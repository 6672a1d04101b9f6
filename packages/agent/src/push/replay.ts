import type { Ack } from '@lumen/protocol/agent/ack'
import type { IntervalSet } from '@lumen/std/interval-set'
import type { RetainedFrame } from '../retain.ts'

/** Agents of one hub begin at different moments within this. */
const JITTER_MS = 2_000
/** The hub may ask for another replay only after this. */
const AGAIN_MS = 30_000
/** A taken frame is on the hub's disk within 75 s; one that is not by then while later ones are goes again. */
const OVERDUE_MS = 5 * 60_000
const OVERDUE_CHECK_MS = 60_000
/** `takenEpoch` of a frame that must go again although this run of the hub took it. */
const ASKED_AGAIN = '\0asked-again'

/** Knows which frames the hub needs a second time: all when it is a run of the hub not met before (its memory is
 * empty), those it asks for, and those it took but seems to have lost. */
export class Replay {
  readonly #random: () => number
  #epoch: string | null = null
  #dueAt = 0
  #last: { from: number; at: number } | undefined
  #isAsking = false
  #checkedAt = 0

  constructor(random: () => number) {
    this.#random = random
  }

  /** The run of the hub the last ack came from; null before the first. */
  get epoch(): string | null {
    return this.#epoch
  }

  /** From when on frames may go a second time, on the steady clock. */
  get dueAt(): number {
    return this.#dueAt
  }

  /** Takes an ack. As long as each ack asks, from the same frame or a later one, it is one request: what was sent
   * once for it is not sent again, even if the hub asks for frames that are gone. Answers what begins with it: the
   * replay for another run of the hub than the one before, one that was asked for, or none. */
  follow(ack: Ack, frames: readonly RetainedFrame[], steady: number): 'new-run' | 'asked' | undefined {
    const isFirst = this.#epoch === null
    const isNew = ack.epoch !== this.#epoch
    this.#epoch = ack.epoch
    const from = ack.replay_from
    const wasAsking = this.#isAsking
    this.#isAsking = from !== null
    if (isNew && !isFirst) {
      this.#begin(1, steady)
      return 'new-run'
    }
    if (from === null) return undefined
    if (this.#last !== undefined && from >= this.#last.from) {
      if (wasAsking) return undefined
      if (steady - this.#last.at < AGAIN_MS) {
        this.#isAsking = false
        return undefined
      }
    }
    this.#begin(from, steady)
    for (const frame of frames) {
      const wasTakenBefore = frame.takenEpoch !== null && frame.takenAtSteady < steady
      if (frame.seq >= from && wasTakenBefore) frame.takenEpoch = ASKED_AGAIN
    }
    return 'asked'
  }

  /** Marks frames that were taken long ago and are not on the hub's disk while later ones are. Cheap: once a
   * minute, and only frames in memory. */
  checkOverdue(frames: readonly RetainedFrame[], durable: IntervalSet, steady: number): void {
    if (steady - this.#checkedAt < OVERDUE_CHECK_MS) return
    this.#checkedAt = steady
    const newestDurable = durable.ranges().at(-1)?.[1] ?? 0
    for (const frame of frames) {
      if (frame.seq >= newestDurable) break
      const isLongTaken = frame.takenEpoch === this.#epoch && steady - frame.takenAtSteady > OVERDUE_MS
      if (isLongTaken && !durable.has(frame.seq)) frame.takenEpoch = ASKED_AGAIN
    }
  }

  #begin(from: number, steady: number): void {
    this.#last = { from, at: steady }
    this.#dueAt = steady + this.#random() * JITTER_MS
  }
}
