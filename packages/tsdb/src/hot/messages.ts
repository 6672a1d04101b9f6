import type { EntityName } from '@lumen/model/catalog'
import type { TimeRange } from '@lumen/model/time'
import type { StoredEvent } from '../api.ts'
import type { Needs } from '../budget/decide.ts'
import type { DiskUsage } from '../budget/disk-usage.ts'
import type { ColdFile, ColdLevel } from '../cold/cold-file.ts'
import type { ColdCoverage, ListedFile } from '../cold/listed-file.ts'
import type { ColdWear } from '../cold/messages.ts'
import type { DurableChange, DurableRange } from '../pending/durable-ranges.ts'
import type { BlockColumns } from '../pending/rollup-block.ts'
import type { BucketColumn } from '../plan/bucket-set.ts'
import type { FrameCells } from '../plan/gaps.ts'
import type { Grid } from '../plan/grid.ts'
import type { Budget, BudgetStage, WearDay } from '../storage-report.ts'
import type { Selection } from '../tier.ts'
import type { HotDays } from './hot-days.ts'
import type { QuarantinedFile } from './list-quarantine.ts'
import type { FileTicket } from './manifest.ts'
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
  /** The first minute each host ever delivered, epoch ms. */
  firstMinutes: [host: number, minute: number][]
  coverage: ColdCoverage[]
  /** Up to when hosts' history was given up for lack of room, epoch ms; 0: never. */
  hostsGivenTo: number
  /** Seqs of frames older than this were forgotten: such frames must not be taken. Epoch ms. */
  seqsFrom: number
  /** The same of single hosts, which had too many. */
  hostSeqsFrom: [host: number, ts: number][]
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
  /** Where frames are to be counted. */
  framesWithin: TimeRange
}

export interface ReadAnswer {
  /** The newest flush this answer includes. */
  generation: number
  columns: BucketColumn[]
  /** How many frames the host delivered in each cell of `framesWithin`. */
  frames: FrameCells
  /** Whether any frame came from the hot tier, within the grid's range. */
  hasHot: boolean
  /** Whether any value or frame came from the cold tier. */
  hasCold: boolean
  /** Nothing was read: the cold tier holds part of the grid's range, and its buckets are longer than the step. */
  mustCoarsen: boolean
}

/** One selection of several hosts. */
export interface FleetReadRequest {
  hosts: number[]
  grid: Grid
  selection: Selection
}

export interface FleetReadAnswer {
  /** The newest flush this answer includes. */
  generation: number
  /** Of hosts with a value in the grid. */
  columns: [host: number, columns: BucketColumn[]][]
  /** As in `ReadAnswer`. */
  mustCoarsen: boolean
  /** How long the worker was busy with it. */
  tookMs: number
}

export interface RetainRequest {
  /** Rows of an entity of before this are deleted: the start of a UTC day, epoch ms. */
  before: [entity: EntityName, minute: number][]
  eventsBefore: number
  /** Of frames older than this, seqs are forgotten with these, or were before, epoch ms. */
  seqsFrom: number
  /** The same of single hosts; those not named stay. */
  hostSeqsFrom: [host: number, ts: number][]
  durable: ({ stream: number } & DurableChange)[]
  /** Streams with no range left. */
  streams: number[]
  /** Answer with the newest minute of every series. */
  survey: boolean
}

export interface RetainAnswer {
  lastMinutes: [series: number, minute: number][]
  hotDays: HotDays[]
  hotBytes: number
}

/** What is on disk, what was written and what was set aside. */
export interface HotReport {
  usage: DiskUsage
  hot: HotSurvey[]
  cold: ListedFile[]
  wear: WearDay[]
  quarantine: QuarantinedFile[]
  stage: BudgetStage | null
  /** What was given up for lack of room, newest last. */
  given: string[]
}

export interface ManifestAnswer {
  files: (ListedFile & {
    /** Deleted hosts with rows in it. */
    deleted: number[]
    /** What was found wrong with it, null when nothing was. */
    damage: string | null
  })[]
  /** Tombstones no listed file needs any more. */
  spent: [host: number, commitNo: number][]
  hotDays: HotDays[]
}

export interface SealBeginRequest {
  entity: EntityName
  /** Start of a UTC day, epoch ms. */
  day: number
  level: ColdLevel
}

export interface MergeBeginRequest {
  names: string[]
  /** Of the file they become. */
  level: ColdLevel
}

export interface SealCommitRequest {
  ticket: FileTicket
  file: ColdFile
  now: number
}

/** A file to merge: how to read it, and the deleted hosts to leave out. */
export interface MergeSource {
  file: ColdFile
  deleted: number[]
}

export interface MergeCommitRequest {
  kind: ReplaceKind
  ticket: FileTicket
  /** null: nothing was left. */
  file: ColdFile | null
  replaces: string[]
  now: number
}

/** Why files are replaced: the names of the steps at which tests may have the process die. */
export type ReplaceKind = 'cold-merge' | 'rewrite'

export interface CommitAnswer {
  /** `stale`: what the file was made of has changed since; it was deleted, and nothing else happened. */
  outcome: 'committed' | 'stale'
  coverage: ColdCoverage[]
}

export interface QuarantineAnswer extends CommitAnswer {
  /** What was done, in a sentence; empty when it was not listed. */
  sentence: string
}

export type SealedDay = Pick<SealBeginRequest, 'entity' | 'day'>

export interface MakeRoomRequest {
  now: number
  needs: Needs
  /** A day that is to become a file, which needs room besides. */
  sealing: SealedDay | null
  /** Files may be given up; false while somebody relies on them. */
  mayUnlist: boolean
  /** History may be given up; false: only say whether there is room. */
  mayGiveUp: boolean
}

export interface MakeRoomAnswer extends MadeRoom {
  hostsGivenTo: number
  coverage: ColdCoverage[]
}

/** Everything the worker does, by name: request and answer. */
export interface HotCalls {
  open: [OpenRequest, OpenAnswer]
  flush: [FlushRequest, FlushAnswer]
  read: [ReadRequest, ReadAnswer]
  readFleet: [FleetReadRequest, FleetReadAnswer]
  events: [{ host: number; range: TimeRange }, StoredEvent[]]
  retain: [RetainRequest, RetainAnswer]
  dropSeries: [{ series: number[] }, null]
  deleteHost: [{ host: number }, null]
  check: [null, null]
  report: [{ now: number }, HotReport]
  configure: [Budget, null]
  makeRoom: [MakeRoomRequest, MakeRoomAnswer]
  wear: [{ now: number } & ColdWear, null]
  manifest: [null, ManifestAnswer]
  /** How to read a listed file; null when it is not listed or known to be damaged. */
  coldFile: [{ name: string }, ColdFile | null]
  sealBegin: [SealBeginRequest, FileTicket]
  sealCommit: [SealCommitRequest, CommitAnswer]
  /** null: not all of them are listed. */
  mergeBegin: [MergeBeginRequest, { ticket: FileTicket; sources: MergeSource[] } | null]
  mergeCommit: [MergeCommitRequest, CommitAnswer]
  /** Takes whole files out of the manifest, then deletes them. */
  unlist: [{ names: string[] }, CommitAnswer]
  forgetTombstones: [{ spent: [host: number, commitNo: number][] }, null]
  /** Moves a damaged file out of the way, then takes it out of the manifest. */
  quarantineFile: [{ name: string; reason: string; now: number }, QuarantineAnswer]
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

/** Sent without being asked, once a file: it cannot be read and is left out of answers until it is moved away. */
export interface ColdDamageReport {
  coldDamage: { name: string; reason: string }
}
