import { MINUTE, SECOND } from '@lumen/model/time'

/** A second's work that comes this late was held up: the machine slept, or the hub's virtual machine was stopped for a
 * backup. */
const PAUSE_MS = 15 * SECOND
/** Agents may be waiting out a long back-off when the hub is back. */
const GRACE_MS = 3 * MINUTE

/** Notices that the hub itself was not there for a while. Whoever was silent then says nothing by it: silence counts anew
 * from the moment the hub can hear again. */
export class PauseWatch {
  #tickedAt: number | undefined
  #resumedAt = Number.NEGATIVE_INFINITY

  /** @param now of a clock that never steps, ms; once a second */
  tick(now: number): void {
    if (this.#tickedAt !== undefined && now - this.#tickedAt > PAUSE_MS) this.#resumedAt = now
    this.#tickedAt = now
  }

  /** Whether somebody that was heard so long ago has had no fair chance to be heard since the hub is back.
   * @param silentMs null: never heard in this run */
  isExcused(silentMs: number | null, now: number): boolean {
    const sinceMs = now - this.#resumedAt
    return sinceMs < GRACE_MS && (silentMs === null || silentMs >= sinceMs)
  }
}
