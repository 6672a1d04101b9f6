import type { EntityName } from '@lumen/model/catalog'
import type { Metric } from '@lumen/model/metric'
import type { Sample } from '@lumen/model/sample'
import type { TimeRange } from '@lumen/model/time'
import type { IntRange } from '@lumen/std/interval-set'
import type { Limits, RetentionForecast, StorageReport, TierName } from './storage-report.ts'

/** What became of one sample. Expected outcomes, so values, not errors. */
export type AppendOutcome =
  /** Counted now; durable once `durableRanges` covers its seq. */
  | {
      kind: 'taken'
      /** Rows that were not, for the host has as many series as one host may have. */
      leftOut: number
    }
  /** Counted before. It still refilled the RAM tier if it was missing there. */
  | { kind: 'duplicate' }
  /** Older than anything that is kept. */
  | { kind: 'too-old'; limitMs: number }
  /** Further ahead of the hub's clock than is believable. */
  | { kind: 'in-future'; limitMs: number }

/** Something that happened to a host, from its agent or noticed by the hub. */
export interface StoredEvent {
  at: number
  type: string
  detail: Readonly<Record<string, string | number | boolean | null>>
}

export interface RangeQuery {
  host: number
  metrics: readonly Metric[]
  /** One key, or null for all of them. */
  key: string | null
  /** `[from, to)`, epoch ms. */
  range: TimeRange
  /** Most buckets wanted. */
  points: number
}

export interface RangeSeries {
  metric: Metric
  key: string
  /** Fixed point, not rounded; NaN = missing. As long as `t`. */
  avg: Float64Array
  /** null when the catalogue keeps no maximum for the field. */
  max: Float64Array | null
}

export interface RangeAnswer {
  stepMs: number
  /** Which tiers the values came from. */
  tiers: TierName[]
  /** Bucket starts, aligned to the epoch. */
  t: number[]
  series: RangeSeries[]
  /** Where the host delivered nothing at all, after its first data and before `to` or now. */
  gaps: TimeRange[]
}

/** One metric of many hosts. */
export interface FleetQuery {
  hosts: readonly number[]
  /** One that is persisted; others have no history to answer. */
  metric: Metric
  /** One key, or null for all of them. */
  key: string | null
  /** `[from, to)`, epoch ms. */
  range: TimeRange
  /** A minute or more; where the range goes back before `minutesFrom`, five. */
  stepMs: number
}

/** A host's part of the answer to a fleet query. */
export interface FleetSeries extends RangeSeries {
  host: number
}

export interface FleetPart {
  /** Start of the first bucket, epoch ms. */
  start: number
  stepMs: number
  buckets: number
  /** Every series with a value in the range, of a few hosts. */
  series: FleetSeries[]
}

export interface TsdbHealth {
  /** When the last flush became durable, epoch ms; null before the first. */
  lastFlushAt: number | null
  lastFlushMs: number | null
  /** Why the last flush failed, or what is wrong with the file on disk, or null. */
  flushFault: string | null
  /** Frames accepted and not yet durable. */
  pendingFrames: number
  /** What waits for the disk takes most of the memory it may: late frames should wait outside, or minutes that were
   * taken must be given up again. */
  isCrowded?: boolean
  /** Since open. */
  commits: number
  /** Bytes of rows and ranges handed to SQLite since open, by the store's own count. */
  bytesWritten: number
  /** What was found wrong on disk, at open and since, one sentence each. */
  repairs: string[]
  ramBytes: number
  hotBytes: number
  /** Frames accepted and given up again since open, because the disk refused for so long that memory was at its
   * limit. Agents still keep them and may send them again. */
  givenUpFrames?: number
  /** Events lost since open for the same reason. */
  droppedEvents?: number
  /** Why something was not done that was due on cold files (a seal, a merge), null when nothing was left. */
  compactFault?: string | null
  /** The wall clock jumped ahead by more than a day: nothing is deleted by it before it has stayed there for a day. */
  isDeletingHeld?: boolean
}

/** The store as the hub sees it. Appends and RAM reads are synchronous and never touch the disk; everything
 * that does happens in a worker. */
export interface Tsdb extends AsyncDisposable {
  /** Idempotent per (host, stream, seq): invariant T2. */
  append(host: number, stream: string, sample: Sample): AppendOutcome
  /** Seqs of a stream that are on disk, sorted inclusive ranges. */
  durableRanges(host: number, stream: string): IntRange[]
  /** The lowest seq of a stream whose frame was taken and then given up for lack of memory, so that its agent
   * must send it again; null when there is none, and while flushes still fail. */
  replayFrom(host: number, stream: string): number | null
  /** Written with the next flush; the same event twice is one. */
  appendEvents(host: number, events: readonly StoredEvent[]): void
  /** Oldest first, those not yet written included. */
  events(host: number, range: TimeRange): Promise<StoredEvent[]>
  /** From now on these hold; what is past retention goes within moments. */
  configure(limits: Limits): void
  /** What is kept, written, given up and set aside. Some milliseconds, whatever the store holds.
   * @throws {LumenError} when the disk cannot be read */
  report(): Promise<StorageReport>
  /** What these limits would take and delete; changes nothing.
   * @throws {LumenError} when the disk cannot be read */
  forecast(wanted: Limits): Promise<RetentionForecast>
  query(query: RangeQuery): Promise<RangeAnswer>
  /** A metric's rollups of many hosts, a few hosts at a time, each host in one part. What is written and asked meanwhile
   * comes in between: no part keeps the disk's thread for long. Each host is as of the moment its part was read.
   * @throws {LumenError} `step_too_fine` when the cold tier holds a part of the range by now and the step is below five
   *   minutes, `answer_too_large`, and what the hot tier throws */
  queryFleet(query: FleetQuery): AsyncIterable<FleetPart>
  /** From when on rollups of an entity are kept by the minute: before it there may be files of five. Epoch ms; 0: all. */
  minutesFrom(entity: EntityName): number
  /** The sample with the highest ts in the RAM tier. */
  latest(host: number): Sample | undefined
  /** Averages of a host field from the RAM tier alone, fixed point, NaN = missing: `buckets` steps ending at `to`. */
  ramAverages(host: number, metric: Metric, to: number, stepMs: number, buckets: number): Float64Array
  /** Newest sample time of every host known to the store, as of open, epoch ms. */
  lastSampleTimes(): ReadonlyMap<number, number>
  /** Writes every complete minute now; `all` also the minute under way (for a clean stop). */
  flush(scope?: 'complete' | 'all'): Promise<void>
  /** Forgets a host in every tier. Later appends for it start anew. */
  deleteHost(host: number): Promise<void>
  /** Once answered, files of the cold tier and their list stay as they are until it is disposed, so that they can be
   * copied together with a snapshot of `hot.db`. Everything else, flushes too, goes on. */
  holdFiles(): Promise<Disposable>
  health(): TsdbHealth
}
