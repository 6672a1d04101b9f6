import { Backoff } from '@lumen/std/backoff'
import type { Log } from '@lumen/std/log'
import { describeFailure, type Failure } from './http-push.ts'

export type ContactState = 'new' | 'ok' | 'failing'

/** A time without answers that ended. */
export interface Silence {
  /** On the steady clock. */
  fromSteady: number
  /** What the last failure was. */
  reason: string
}

/** Whether the hub answers, since when it does not and why, and how long to leave it alone. */
export class Contact {
  readonly #log: Log
  readonly #random: () => number
  readonly #backoff: Backoff
  readonly #unauthorizedBackoff: Backoff
  #state: ContactState = 'new'
  #fault: string | null = null
  #failingSince = 0
  #failures = 0
  #notBefore = 0

  constructor({ log, random }: { log: Log; random: () => number }) {
    this.#log = log
    this.#random = random
    this.#backoff = new Backoff({ firstMs: 500, maxMs: 30_000, random })
    this.#unauthorizedBackoff = new Backoff({ firstMs: 2_000, maxMs: 60_000, random })
  }

  /** `new` before the first answer. */
  get state(): ContactState {
    return this.#state
  }

  /** Why the last push failed, or null after a success. */
  get fault(): string | null {
    return this.#fault
  }

  /** When the present or last silence began, on the steady clock. */
  get failingSince(): number {
    return this.#failingSince
  }

  get failures(): number {
    return this.#failures
  }

  /** No push before this, on the steady clock. */
  get notBefore(): number {
    return this.#notBefore
  }

  /** Ends whatever wait is on. */
  hurry(): void {
    this.#notBefore = 0
  }

  /** No push for a while although the hub answers. */
  pause(steady: number, ms: number): void {
    this.#notBefore = steady + ms
  }

  /** The hub answered. What was before: a silence, or nothing to tell of.
   * @param mostMs a longer wait than this is cut to it */
  onAnswer(steady: number, mostMs: number, waitingFrames: () => number): Silence | undefined {
    let ended: Silence | undefined
    if (this.#state === 'failing') {
      ended = { fromSteady: this.#failingSince, reason: this.#fault ?? '' }
      this.#log.info('hub answers again', {
        after_s: Math.round((steady - this.#failingSince) / 1_000),
        waiting_frames: waitingFrames(),
      })
    }
    if (this.#state !== 'ok' && ended === undefined) this.#log.info('hub answers')
    this.#state = 'ok'
    this.#fault = null
    this.#notBefore = Math.min(this.#notBefore, steady + mostMs)
    this.#backoff.reset()
    this.#unauthorizedBackoff.reset()
    return ended
  }

  /** @param isLast the agent is stopping: nothing is said about it any more */
  onFailure(answer: Failure, steady: number, isLast: boolean): void {
    const reason = describeFailure(answer)
    this.#failures += 1
    this.#notBefore = steady + this.#waitAfter(answer)
    if (isLast) return
    if (this.#state !== 'failing') this.#failingSince = steady
    if (reason !== this.#fault) this.#log.warn('push failed; keeping frames', { reason })
    this.#state = 'failing'
    this.#fault = reason
  }

  #waitAfter(answer: Failure): number {
    if (answer.kind === 'unauthorized') return this.#unauthorizedBackoff.next()
    const ownMs = this.#backoff.next()
    if (answer.kind !== 'busy') return ownMs
    return Math.max(ownMs, (answer.retryAfterMs ?? 0) * (1 + this.#random() / 10))
  }
}
