import type { RetainedFrame } from '../retain.ts'
import { type Extras, hasExtras } from './outbox.ts'

/** What was in the push whose answer is awaited. */
export interface Outgoing {
  frames: RetainedFrame[]
  extras: Extras
}

/** What the next push may carry. */
export type Part = 'all' | 'frames' | 'extras' | 'nothing'

const MAX_FRAMES = 200

/** Finds what a hub refuses without saying which part it is, so that one bad frame never blocks the rest: first
 * the frames alone, halved until one is left, then the facts and events alone. The last suspect is given up only
 * when the hub takes an empty push: where it refuses even that, the fault is on the way, not in the suspect. */
export class Isolate {
  #part: Part = 'all'
  #suspect: { outgoing: Outgoing; reason: string } | undefined
  #maxFrames = MAX_FRAMES

  get part(): Part {
    return this.#part
  }

  get maxFrames(): number {
    return this.#maxFrames
  }

  /** A push is wanted even if nothing is waiting. */
  get isBusy(): boolean {
    return this.#part !== 'all'
  }

  /** The push was taken. Answers what is proved guilty by that. */
  onTaken(hasExtrasWaiting: boolean): { outgoing: Outgoing; reason: string } | undefined {
    const suspect = this.#part === 'nothing' ? this.#suspect : undefined
    this.#part = this.#part === 'frames' && hasExtrasWaiting ? 'extras' : 'all'
    this.#suspect = undefined
    this.#maxFrames = Math.min(MAX_FRAMES, this.#maxFrames * 2)
    return suspect
  }

  /** The push was refused as a whole. False when there is nothing left to suspect. */
  onRefused(outgoing: Outgoing, reason: string): boolean {
    const { frames, extras } = outgoing
    if (frames.length === 0 && !hasExtras(extras)) {
      this.onFailure()
      return false
    }
    if (frames.length > 0 && hasExtras(extras)) {
      this.#part = 'frames'
    } else if (frames.length > 1) {
      this.#part = 'frames'
      this.#maxFrames = Math.max(1, Math.floor(frames.length / 2))
    } else {
      this.#part = 'nothing'
      this.#suspect = { outgoing, reason }
    }
    return true
  }

  /** The hub could not be asked: whoever is suspected stays. */
  onFailure(): void {
    if (this.#part === 'nothing') this.#part = 'all'
    this.#suspect = undefined
  }
}
