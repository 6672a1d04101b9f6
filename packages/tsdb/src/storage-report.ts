import type { EntityName } from '@lumen/model/catalog'
import type { TimeRange } from '@lumen/model/time'
import type { Retention } from './retention.ts'

export type TierName = 'ram' | 'hot' | 'cold'

/** What the store may take of the disk. */
export interface Budget {
  /** Most bytes of the store's folder; null: no cap. */
  maxBytes: number | null
  /** Free bytes of the file system below which the store stops growing; it never shrinks for somebody else's files. */
  minFreeBytes: number
}

/** What an admin may change while the store is in use. */
export interface Limits {
  retention: Retention
  budget: Budget
}

/** What is given up near the cap, in this order: containers' history, then that of disks, interfaces, sensors and the
 * other rows below a host, then the oldest days of everything. Within a stage the oldest goes first. */
export type BudgetStage = 'containers' | 'devices' | 'oldest-days'

export interface EntityCoverage {
  entity: EntityName
  tier: 'hot' | 'cold'
  /** Sorted, disjoint; whole days for the cold tier. */
  ranges: TimeRange[]
  bytes: number
  /** Rows: minutes of a series in the hot tier, five minutes of one in the cold tier. */
  rows: number
}

/** What one UTC day wrote to disk. */
export interface WearDay {
  /** Its start, epoch ms. */
  day: number
  tier: 'hot' | 'cold'
  bytes: number
  commits: number
  fsyncs: number
}

export interface StorageReport {
  tiers: { tier: TierName; bytes: number; from: number | null; to: number | null }[]
  coverage: EntityCoverage[]
  /** Oldest first, 90 days at most. */
  wear: WearDay[]
  budget: Budget & {
    usedBytes: number
    freeBytes: number
    /** The furthest stage in force, null while nothing is given up. */
    stage: BudgetStage | null
    /** What was given up so far for lack of room, one sentence each, newest last. */
    given: string[]
  }
  /** Files in `quarantine/`, with why. */
  quarantine: { file: string; reason: string }[]
  /** Frames refused since open because they were older than anything that is kept. */
  tooOldFrames: number
}

export interface RetentionForecast {
  tiers: { tier: TierName; bytesNow: number; bytes: number }[]
  /** Cold tier by entity, when it is full. */
  entities: { entity: EntityName; bytesPerDay: number; bytes: number }[]
  /** What saving would delete at once. */
  deletes: { tier: TierName; entity: EntityName | null; range: TimeRange; bytes: number }[]
  /** What the figures rest on. */
  basis: { hosts: number; days: number }
}
