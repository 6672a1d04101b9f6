import type { Budget } from '../storage-report.ts'
import { type DiskUsage, folderBytes } from './disk-usage.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** `hot.db` never shrinks, so it is not let grow past this part of a cap: the rest is for the cold tier. */
const HOT_SHARE = 0.75

/** Sizes that go with the space there is: the cap, or the file system where that is smaller. */
export interface Sizes {
  /** Room that is always kept free for the next flushes. */
  slackBytes: number
  /** What the WAL gathers before it is moved to the database. */
  walBytes: number
  /** File that is deleted when the disk is full, so that the database can take what the WAL holds: only then can
   * something be deleted from it. */
  reserveBytes: number
}

/** How much more the store may write. Infinity without a budget. */
export interface Room {
  /** Bytes the folder may grow; below 0: bytes it is over its cap. */
  growBytes: number
  /** Bytes `hot.db` takes without growing. */
  hotFreeBytes: number
  /** Bytes until `hot.db` has its whole share of the cap. */
  hotShareBytes: number
}

/** What `hot.db` can take: what is free in it, and what it may grow. */
export function hotRoom({ growBytes, hotFreeBytes, hotShareBytes }: Room): number {
  return hotFreeBytes + hotGrowth({ growBytes, hotShareBytes })
}

/** What the file itself may grow. */
export function hotGrowth({ growBytes, hotShareBytes }: Pick<Room, 'growBytes' | 'hotShareBytes'>): number {
  return Math.max(0, Math.min(growBytes, hotShareBytes))
}

/** Whether there is a limit to keep: no cap and a floor of 0 mean that nothing is ever given up. */
export function isLimited({ maxBytes, minFreeBytes }: Budget): boolean {
  return maxBytes !== null || minFreeBytes > 0
}

export function sizesOf({ maxBytes }: Budget, diskTotalBytes: number): Sizes {
  const base = Math.min(maxBytes ?? Number.POSITIVE_INFINITY, diskTotalBytes)
  const walBytes = clamp(base / 16, 128 * KIB, 16 * MIB)
  return {
    slackBytes: clamp(base / 32, 128 * KIB, 32 * MIB),
    walBytes,
    reserveBytes: walBytes + walBytes / 4,
  }
}

/** Pure. Below its floor of free space the folder keeps its size; it never shrinks for somebody else's files. */
export function roomOf(usage: DiskUsage, budget: Budget): Room {
  const { hotFreeBytes } = usage
  const all = Number.POSITIVE_INFINITY
  if (!isLimited(budget)) return { growBytes: all, hotFreeBytes, hotShareBytes: all }
  const walGrowth = walGrowthOf(usage, budget)
  const floorRoom = Math.max(0, diskRoom(usage, budget) - budget.minFreeBytes)
  const { maxBytes } = budget
  if (maxBytes === null) return { growBytes: floorRoom, hotFreeBytes, hotShareBytes: all }
  // As much again stays free for what was estimated too low.
  const { slackBytes } = sizesOf(budget, usage.diskTotalBytes)
  return {
    growBytes: Math.min(floorRoom, maxBytes - slackBytes - folderBytes(usage) - walGrowth),
    hotFreeBytes,
    hotShareBytes: Math.max(0, maxBytes * HOT_SHARE - usage.hotFileBytes),
  }
}

/** What the disk itself has room for: without it no page may be added, or the WAL holds what the file cannot take. */
export function diskRoom(usage: DiskUsage, budget: Budget): number {
  return Math.max(0, usage.diskFreeBytes - usage.hotPendingBytes - walGrowthOf(usage, budget))
}

/** The WAL may reach its size any minute. */
function walGrowthOf({ walBytes, diskTotalBytes }: DiskUsage, budget: Budget): number {
  return Math.max(0, sizesOf(budget, diskTotalBytes).walBytes - walBytes)
}

function clamp(value: number, least: number, most: number): number {
  return Math.floor(Math.min(most, Math.max(least, value)))
}
