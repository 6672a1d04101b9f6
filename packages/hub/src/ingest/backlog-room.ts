import { MINUTE } from '@lumen/model/time'
import type { Tsdb } from '@lumen/tsdb/api'
import { tooMany } from '../refusal.ts'

/** Frames may wait for the flush up to this number before late ones have to wait outside: some 150 MB. */
const MOST_WAITING = 150_000
/** Older than what agents send again to a hub that restarted. */
const LATE_MS = 20 * MINUTE
const RETRY_AFTER_S = 5

/** Keeps the backlog of a fleet that comes back from hours of outage from filling the memory between two flushes.
 * Live frames, and those of the last minutes, are never held up.
 * @param frames of a push, oldest first, not yet checked
 * @throws {Refusal} 429 `backlog_waits` */
export function checkBacklogRoom(tsdb: Tsdb, frames: readonly unknown[], now: number): void {
  const oldest = frames[0]
  if (oldest === null || typeof oldest !== 'object' || !('ts' in oldest)) return
  if (typeof oldest.ts !== 'number' || oldest.ts > now - LATE_MS) return
  if (tsdb.health().pendingFrames < MOST_WAITING) return
  throw tooMany('backlog_waits', 'The hub is taking in older frames', RETRY_AFTER_S)
}
