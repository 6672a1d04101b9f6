import { DAY, MINUTE, SECOND } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { Log } from '@lumen/std/log'
import { DEFAULT_RETENTION, type Retention } from './retention.ts'
import type { Budget } from './storage-report.ts'

export interface TsdbOptions {
  /** Folder for everything the store keeps; made when missing. */
  dir: string
  clock: Clock
  log: Log
  /** How long each tier keeps what it holds; what is not named keeps its default. */
  retention?: Partial<Retention>
  /** What the store may take of the disk. No cap unless told. */
  budget?: Budget
  /** How long events are kept at least; they stay as long as anything else does. 30 days. */
  eventRetentionMs?: number
  /** Time between flushes, 60 s. Below a minute, minutes still under way are flushed in parts. */
  flushEveryMs?: number
  /** How long after the minute's end its flush starts, so that its last frames are in. 5 s. */
  flushGraceMs?: number
  /** Most (entity, key) pairs of one host. 5,000. */
  maxSeriesPerHost?: number
  /** Memory for minutes that could not be flushed yet; past it the oldest are given up. 64 MiB. */
  maxPendingBytes?: number
  /** Most bytes `hot.db` may take; flushes fail past it, as on a full disk. Unlimited. */
  maxHotBytes?: number
  /** Largest `hot.db` that is checked whole at open; a larger one is while it is in use. 16 MiB. */
  wholeCheckBytes?: number
  /** Flushes, retains and checks by timer. true; tests with a fake clock call `flush` themselves. */
  autoFlush?: boolean
  /** Called when the worker died by itself: nothing can be stored any more. Ends the process with code 1. */
  onFatal?: (error: Error) => void
  /** Names of all hosts now, by id; cold files carry them beside the ids. A host without one goes by its id. */
  hostNames?: () => ReadonlyMap<number, string>
  /** Where the code of the worker that owns the disk is, for bundled executables. */
  workerUrl?: string | URL
  /** Where the code of the worker that makes cold files is. */
  coldWorkerUrl?: string | URL
  /** Crash and stall injection for tests, see fault-point.ts. */
  faultPoint?: string
}

export type TsdbSettings = Required<
  Omit<TsdbOptions, 'workerUrl' | 'coldWorkerUrl' | 'faultPoint' | 'maxHotBytes' | 'retention'>
> & {
  retention: Retention
  workerUrl: string | URL
  coldWorkerUrl: string | URL
  faultPoint: string | null
  maxHotBytes: number | null
}

/** Furthest ahead of the clock a frame may be. */
export const FUTURE_LIMIT_MS = 10 * SECOND

/** Nothing is given up; a full disk is waited out. */
export const NO_BUDGET: Budget = { maxBytes: null, minFreeBytes: 0 }

export function withDefaults(options: TsdbOptions): TsdbSettings {
  return {
    eventRetentionMs: 30 * DAY,
    flushEveryMs: MINUTE,
    flushGraceMs: 5 * SECOND,
    maxSeriesPerHost: 5_000,
    maxPendingBytes: 64 * 1024 * 1024,
    wholeCheckBytes: 16 * 1024 * 1024,
    autoFlush: true,
    onFatal: () => process.exit(1),
    hostNames: () => new Map(),
    budget: NO_BUDGET,
    ...options,
    retention: { ...DEFAULT_RETENTION, ...options.retention },
    workerUrl: options.workerUrl ?? new URL('./hot/worker.ts', import.meta.url).href,
    coldWorkerUrl: options.coldWorkerUrl ?? new URL('./cold/worker.ts', import.meta.url).href,
    faultPoint: options.faultPoint ?? null,
    maxHotBytes: options.maxHotBytes ?? null,
  }
}
