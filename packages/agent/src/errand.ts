import type { Clock } from '@lumen/std/clock'

/** Something done beside the tick because it may hang: begun when it is due, one at a time, and of no interest any more
 * once it was stopped. */
export class Errand {
  readonly #clock: Clock
  readonly #go: (isWanted: () => boolean) => Promise<number>
  #dueAt = Number.NEGATIVE_INFINITY
  #pending: Promise<void> | undefined
  #turn = 0

  /** @param go does it, asks before it keeps anything whether that is still wanted, and answers how many ms after it
   * began it is due again. Must not reject. */
  constructor(clock: Clock, go: (isWanted: () => boolean) => Promise<number>) {
    this.#clock = clock
    this.#go = go
  }

  /** Begins it when it is due; does not wait. */
  refresh(): void {
    const now = this.#clock.monotonic()
    if (this.#pending !== undefined || now < this.#dueAt) return
    const turn = this.#turn
    this.#pending = this.#run(() => turn === this.#turn, now)
  }

  /** Resolves when it is not under way. */
  async settled(): Promise<void> {
    await this.#pending
  }

  /** With the next refresh it begins anew. */
  stop(): void {
    this.#turn += 1
    this.#dueAt = Number.NEGATIVE_INFINITY
  }

  async #run(isWanted: () => boolean, startedAt: number): Promise<void> {
    const pauseMs = await this.#go(isWanted)
    if (isWanted()) this.#dueAt = startedAt + pauseMs
    this.#pending = undefined
  }
}
