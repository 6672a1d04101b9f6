import type { Sample } from '@lumen/model/sample'
import { MINUTE } from '@lumen/model/time'
import type { Tsdb } from '@lumen/tsdb/api'
import { tooMany } from '../refusal.ts'

/** Frames may wait for the flush up to this number before late ones have to wait outside: some 150 MB. */
const MOST_WAITING = 150_000
/** Older than what agents send again to a hub that restarted. */
const LATE_MS = 20 * MINUTE
const RETRY_AFTER_S = 5

/** Rows of late frames taken between two looks, some MB. */
const ROWS_A_LOOK = 5_000

/** Keeps the backlog of a fleet that comes back from hours of outage, and of one host whose frames are wide, from filling the
 * memory between two flushes. Live frames, and those of the last minutes, are never held up. For one push. */
export class BacklogRoom {
  readonly #tsdb: Tsdb
  readonly #lateBefore: number
  #rows = ROWS_A_LOOK

  constructor(tsdb: Tsdb, now: number) {
    this.#tsdb = tsdb
    this.#lateBefore = now - LATE_MS
  }

  /** To be asked before each frame is taken.
   * @throws {Refusal} 429 `backlog_waits` */
  check({ ts, rows }: Sample): void {
    if (ts > this.#lateBefore) return
    this.#rows += rows.length
    if (this.#rows < ROWS_A_LOOK) return
    this.#rows = 0
    const { pendingFrames, isCrowded } = this.#tsdb.health()
    if (pendingFrames < MOST_WAITING && isCrowded !== true) return
    throw tooMany('backlog_waits', 'The hub is taking in older frames', RETRY_AFTER_S)
  }
}
