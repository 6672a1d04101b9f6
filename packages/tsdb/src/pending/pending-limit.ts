import type { TsdbSettings } from '../options.ts'
import type { StreamLedger } from './directory.ts'
import type { Flusher } from './flusher.ts'
import type { Pending } from './pending.ts'

/** How often the memory of pending minutes is measured: after so many rows, some MB, where each of them is the first of its
 * series in its minute. */
const MEASURE_EVERY_ROWS = 5_000
/** Share of the memory for pending minutes past which late frames are not welcome. */
const CROWDED_SHARE = 0.75
/** Past which minutes that are over are written at once, whatever the time. */
const MUCH_SHARE = 0.25

export interface PendingLimitParts {
  settings: Pick<TsdbSettings, 'maxPendingBytes' | 'autoFlush' | 'log'>
  pending: Pending
  flusher: Flusher
  /** Much waits, and nothing keeps it from being written. */
  flushNow(): void
}

/** Keeps what waits for the disk within its memory. */
export class PendingLimit {
  readonly #parts: PendingLimitParts
  #unmeasuredRows = 0
  /** Since open. */
  givenUpFrames = 0
  /** Flushes that had succeeded when frames were last given up. */
  #commitsAtGivingUp = -1

  constructor(parts: PendingLimitParts) {
    this.#parts = parts
  }

  /** So much waits that late frames should wait outside. */
  get isCrowded(): boolean {
    const { pending, settings } = this.#parts
    return pending.bytes > CROWDED_SHARE * settings.maxPendingBytes
  }

  /** So many rows more wait. Many frames at once (agents that resend after an outage) are written as they come, not given
   * up. */
  added(rows: number): void {
    this.#unmeasuredRows += rows
    if (this.#unmeasuredRows < MEASURE_EVERY_ROWS) return
    this.#unmeasuredRows = 0
    const { settings, pending, flusher, flushNow } = this.#parts
    const isMuch = pending.bytes > MUCH_SHARE * settings.maxPendingBytes
    if (isMuch && settings.autoFlush && !flusher.isBusy && flusher.fault === null) flushNow()
    this.enforce()
  }

  /** Gives up the oldest pending minutes when flushes have failed for so long that memory is at its limit.
   * Their seqs are forgotten with them, so that agents, which still keep these frames, may send them again. */
  enforce(): void {
    const { settings, pending, flusher } = this.#parts
    let frames = 0
    let newest = 0
    while (pending.bytes > settings.maxPendingBytes) {
      const oldest = pending.deltas()[0]!.minute
      const [lost] = pending.take((minute) => minute === oldest)
      if (lost === undefined) break
      flusher.recallSeen(lost.counted.keys())
      for (const [ledger, { seqs }] of lost.counted) ledger.givenUp.add(lost.minute, seqs)
      this.#commitsAtGivingUp = flusher.commits
      this.givenUpFrames += lost.frames
      frames += lost.frames
      newest = oldest
    }
    if (frames === 0) return
    settings.log.error('Too much waits for the disk: gave up minutes, agents may send them again', {
      ...{ newest, frames },
    })
  }

  /** The lowest seq of a stream that was given up and may come again; null when there is none, and as long as nothing was
   * written since: whoever resends into a store that still cannot write does so for nothing.
   * @param oldest older ones are of no use any more, epoch ms */
  replayFrom(ledger: StreamLedger, oldest: number): number | null {
    const { flusher } = this.#parts
    if (ledger.givenUp.isEmpty) return null
    if (flusher.fault !== null || flusher.commits === this.#commitsAtGivingUp) return null
    return ledger.givenUp.lowest(ledger.seen, oldest)
  }
}
