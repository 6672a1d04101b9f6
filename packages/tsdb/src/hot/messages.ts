import type { EntityName } from '@lumen/model/catalog'
import type { TimeRange } from '@lumen/model/time'
import type { StoredEvent } from '../api.ts'
import type { Needs } from '../budget/decide.ts'
import type { DiskUsage } from '../budget/disk-usage.ts'
import type { DurableChange, DurableRange } from '../pending/durable-ranges.ts'
import type { BlockColumns } from '../pending/rollup-block.ts'
import type { BucketColumn } from '../plan/bucket-set.ts'
import type { Grid } from '../plan/grid.ts'
import type { Budget, BudgetStage, WearDay } from '../storage-report.ts'
import type { Selection } from '../tier.ts'
import type { QuarantinedFile } from './list-quarantine.ts'
import type { MadeRoom } from './room-keeper.ts'
import type { HotSurvey } from './survey-hot.ts'

/** A row of the series table. Minutes are epoch ms here, minutes since the epoch on disk. */
export interface SeriesRow {
  id: number
  host: number
  entity: EntityName
  key: string
  firstMinute: number
}

export interface StreamRow {
  id: number
  host: number
  stream: string
}

export interface EventRow extends StoredEvent {
  host: number
}

export interface OpenRequest {
  dir: string
  /** Names the files quarantined by this open. */
  now: number
  faultPoint: string | null
  maxHotBytes: number | null
  budget: Budget
  wholeCheckBytes: number
}

export interface OpenAnswer {
  repairs: string[]
  series: SeriesRow[]
  streams: (StreamRow & { ranges: DurableRange[] })[]
  nextSeries: number
  nextStream: number
  hotBytes: number
}

/** One transaction. */
export interface FlushRequest {
  /** By the store's clock, epoch ms. */
  at: number
  generation: number
  minutes: { minute: number; blocks: BlockColumns[] }[]
  series: SeriesRow[]
  streams: StreamRow[]
  durable: ({ stream: number } & DurableChange)[]
  events: EventRow[]
}

export interface FlushAnswer {
  bytes: number
  hotBytes: number
  /** There is too little room for what comes next: `makeRoom` is due. */
  isShort: boolean
}

export interface ReadRequest {
  host: number
  grid: Grid
  selections: Selection[]
}

export interface ReadAnswer {
  /** The newest flush this answer includes. */
  generation: number
  columns: BucketColumn[]
  /** Minutes of the grid's range in which the host delivered frames, epoch ms; one may be there more than once. */
  minutes: Float64Array
  /** How many frames each of them counts. */
  frames: Float64Array
}

export interface RetainRequest {
  /** Rows of minutes before this are deleted, epoch ms. */
  before: number
  eventsBefore: number
  durable: ({ stream: number } & DurableChange)[]
  /** Streams with no range left. */
  streams: number[]
  /** Answer with the newest minute of every series. */
  survey: boolean
}

export interface RetainAnswer {
  lastMinutes: [series: number, minute: number][]
  hotBytes: number
}

/** What is on disk, what was written and what was set aside. */
export interface HotReport {
  usage: DiskUsage
  hot: HotSurvey[]
  wear: WearDay[]
  quarantine: QuarantinedFile[]
  stage: BudgetStage | null
  /** What was given up for lack of room, newest last. */
  given: string[]
}

/** Everything the worker does, by name: request and answer. */
export interface HotCalls {
  open: [OpenRequest, OpenAnswer]
  flush: [FlushRequest, FlushAnswer]
  read: [ReadRequest, ReadAnswer]
  events: [{ host: number; range: TimeRange }, StoredEvent[]]
  retain: [RetainRequest, RetainAnswer]
  dropSeries: [{ series: number[] }, null]
  deleteHost: [{ host: number }, null]
  check: [null, null]
  report: [{ now: number }, HotReport]
  configure: [Budget, null]
  makeRoom: [{ now: number; needs: Needs }, MadeRoom]
  close: [null, null]
}

export type HotCall = keyof HotCalls

export interface HotMessage<C extends HotCall = HotCall> {
  id: number
  call: C
  request: HotCalls[C][0]
}

export type HotReply =
  | { id: number; ok: true; answer: unknown }
  | { id: number; ok: false; code: string; message: string }

/** Sent without being asked, once: the file is damaged and the next open will replace it. */
export interface DamageReport {
  damage: string
}
