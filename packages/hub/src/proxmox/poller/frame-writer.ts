import type { EntityRow, Sample } from '@lumen/model/sample'
import { MINUTE, type TimeRange } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../../hosts/host-record.ts'
import type { PresenceBoard } from '../../hosts/presence-board.ts'
import { admit } from '../../ingest/admission.ts'
import type { Counters } from '../../telemetry/counters.ts'
import { SLOT_MS } from './metric-slots.ts'

/** Older points are history that is filled in: no news for the live stream and alerts. */
const FRESH_MS = 2 * MINUTE

export interface WriterParts {
  tsdb: Tsdb
  presence: PresenceBoard
  counters: Counters
  clock: Clock
  /** First-hand readings, newest last, for the live stream. */
  onSamples(hostId: number, samples: readonly Sample[]): void
  /** A host's list entry changed in any way. */
  onContact(hostId: number): void
}

/** Brings what one connection read to the door every sample comes through. A frame's number is its slot, so the same
 * look at a host counts once however often it is fetched, also after a restart of the hub (T2). */
export class FrameWriter {
  readonly #parts: WriterParts
  readonly #stream: string

  /** @param uid of the connection */
  constructor(parts: WriterParts, uid: string) {
    this.#parts = parts
    this.#stream = `proxmox:${uid}`
  }

  /** @param slotMs start of the slot, a multiple of ten seconds */
  write(host: HostRecord, slotMs: number, rows: EntityRow[]): void {
    if (rows.length === 0) return
    const { tsdb, presence, counters, clock } = this.#parts
    const sample: Sample = { seq: slotMs / SLOT_MS, ts: slotMs, intervalMs: SLOT_MS, rows }
    const admission = admit(tsdb, host.id, this.#stream, sample, clock.now())
    if (admission.kind === 'refused') {
      counters.add('frames_rejected', admission.code)
    } else if (admission.kind === 'duplicate') {
      counters.add('frames_duplicate')
    } else {
      counters.add('frames_accepted')
      const isFresh = clock.now() - slotMs < FRESH_MS
      if (presence.isFirstHand(host.id, slotMs) && isFresh) this.#parts.onSamples(host.id, [sample])
    }
  }

  /** The host is alive as of now. */
  heard(host: HostRecord): void {
    this.#parts.presence.heard(host, {})
    this.#parts.onContact(host.id)
  }

  /** Who was asked says that it is down. */
  saidDown(host: HostRecord, reason: string): void {
    this.#parts.presence.saidDown(host, reason)
    this.#parts.onContact(host.id)
  }

  /** One frame of history from elsewhere. @param source names its stream beside the connection's */
  writeImported(host: HostRecord, source: string, sample: Sample): 'taken' | 'duplicate' | 'refused' {
    const { tsdb, counters, clock } = this.#parts
    const admission = admit(tsdb, host.id, `${this.#stream}:${source}`, sample, clock.now())
    if (admission.kind === 'refused') counters.add('frames_rejected', admission.code)
    return admission.kind
  }

  /** Start of the oldest slot that was measured of this host, or undefined when none is on the disk yet. */
  measuredFrom(host: HostRecord): number | undefined {
    const oldest = this.#parts.tsdb.durableRanges(host.id, this.#stream)[0]
    return oldest === undefined ? undefined : oldest[0] * SLOT_MS
  }

  /** Time between slots of this host that are on the disk, in which none was measured; oldest first. */
  unmeasured(host: HostRecord): TimeRange[] {
    const ranges = this.#parts.tsdb.durableRanges(host.id, this.#stream)
    return ranges.slice(1).map(([next], index) => ({
      from: (ranges[index]![1] + 1) * SLOT_MS,
      to: next * SLOT_MS,
    }))
  }

  /** Start of the oldest slot the store took and gave up again for lack of memory, or undefined. */
  givenUpFrom(host: HostRecord): number | undefined {
    const seq = this.#parts.tsdb.replayFrom(host.id, this.#stream)
    return seq === null ? undefined : seq * SLOT_MS
  }

  /** End of the newest slot of this host that is on the disk, or undefined. */
  durableTo(host: HostRecord): number | undefined {
    const newest = this.#parts.tsdb.durableRanges(host.id, this.#stream).at(-1)
    return newest === undefined ? undefined : (newest[1] + 1) * SLOT_MS
  }
}
