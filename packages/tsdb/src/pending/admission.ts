import type { EntityRow, Sample } from '@lumen/model/sample'
import { bucketStart, MINUTE } from '@lumen/model/time'
import type { AppendOutcome } from '../api.ts'
import { FUTURE_LIMIT_MS, type TsdbSettings } from '../options.ts'
import { LIVE_ENTITIES, PERSISTED_ENTITIES } from '../persisted.ts'
import type { RamTier } from '../ram/ram-tier.ts'
import { longestMs } from '../retention.ts'
import type { Limits } from '../storage-report.ts'
import { countSample } from './count-sample.ts'
import type { Directory, HostEntry } from './directory.ts'
import type { Pending } from './pending.ts'

/** What a frame counts besides its rows. */
const FRAME_ROWS = 4

export interface AdmissionParts {
  settings: Pick<TsdbSettings, 'clock' | 'maxSeriesPerHost'>
  limits: Limits
  directory: Directory
  pending: Pending
  ram: RamTier
  /** No older sample is taken: its seq could not be told from one that was there. Epoch ms. */
  seqsFrom(): number
  /** Rows that went to the pending minutes. */
  onTaken(rows: number): void
}

/** The door of the store: each frame once, within the times and the number of series that are kept. */
export class Admission {
  readonly #parts: AdmissionParts
  /** Since open. */
  tooOldFrames = 0

  constructor(parts: AdmissionParts) {
    this.#parts = parts
  }

  append(hostId: number, stream: string, sample: Sample): AppendOutcome {
    const { settings, limits, directory, pending, ram, seqsFrom, onTaken } = this.#parts
    const limitMs = longestMs(limits.retention)
    const now = settings.clock.now()
    const { seq, ts } = sample
    if (directory.hosts.get(hostId)?.streams.get(stream)?.seen.has(seq)) {
      ram.append(hostId, stream, sample, now)
      return { kind: 'duplicate' }
    }
    const crowdedTo = directory.hosts.get(hostId)?.seqsFrom ?? 0
    if (!(ts >= Math.max(now - limitMs, seqsFrom(), crowdedTo))) {
      this.tooOldFrames += 1
      return { kind: 'too-old', limitMs: Math.min(limitMs, Math.max(0, now - crowdedTo)) }
    }
    if (!(ts <= now + FUTURE_LIMIT_MS)) return { kind: 'in-future', limitMs: FUTURE_LIMIT_MS }
    const host = directory.host(hostId)
    const rows = this.#rowsWithRoom(host, sample.rows)
    const leftOut = sample.rows.length - rows.length
    const kept = leftOut === 0 ? sample : { ...sample, rows }
    const delta = pending.minute(bucketStart(ts, MINUTE))
    countSample(directory, host, directory.stream(host, stream), delta, kept)
    ram.append(hostId, stream, kept, now)
    onTaken(FRAME_ROWS + rows.length)
    return { kind: 'taken', leftOut }
  }

  /** All rows of series the host has, and of new ones as many as it may have, in their order. A machine whose containers get
   * another name each time costs itself new names, not its numbers. */
  #rowsWithRoom(host: HostEntry, rows: EntityRow[]): EntityRow[] {
    const { settings, ram } = this.#parts
    const ring = ram.find(host.id)
    const isKnown = ({ entity, key }: EntityRow) =>
      PERSISTED_ENTITIES.has(entity)
        ? host.find(entity, key) !== undefined
        : (ring?.hasSeries(entity, key) ?? false)
    const added = rows.filter((row) => !isKnown(row)).length
    if (added === 0) return rows
    const live = LIVE_ENTITIES.reduce((sum, entity) => sum + (ring?.seriesCount(entity) ?? 0), 0)
    let room = settings.maxSeriesPerHost - host.seriesCount - live
    if (added <= room) return rows
    // the host's own row is one, and always has room
    return rows.filter((row) => isKnown(row) || row.entity === 'host' || room-- > 0)
  }
}
