import { bucketStart, chooseStep, intersect, MINUTE, type TimeRange } from '@lumen/model/time'
import { COLD_STEP_MS } from '../cold/cold-series.ts'
import { type Grid, gridOf, gridRange } from './grid.ts'

export interface PlanInput {
  range: TimeRange
  /** Most buckets wanted. */
  points: number
  now: number
  /** How far back anything may be. */
  keptMs: number
  /** Days the cold tier has files of, sorted and disjoint. */
  cold: readonly TimeRange[]
  /** What the RAM tier holds of the host: from when on it is complete, and the agent's interval. */
  ram: { completeFrom: number; intervalMs: number } | null
}

export interface Plan {
  grid: Grid
  /** `ram`: raw frames answer persisted fields. `rollups`: the hot tier, the cold tier and the minutes not yet on
   * disk do; they hold disjoint sets of frames. Fields that live in RAM only come from there anyway. */
  source: 'ram' | 'rollups'
  /** The grid that the tiers on disk are asked for, null when nothing of it can be there. */
  disk: Grid | null
}

/** Which tiers answer, in which step. Raw frames if RAM has the whole range; else rollups, by the minute, or by five
 * minutes where the range meets days of the cold tier. One step for all buckets, and each frame is in one of the
 * places that hold rollups, so no seam can count a bucket twice (T4). Pure. */
export function plan({ range, points, now, keptMs, cold, ram }: PlanInput): Plan {
  if (ram !== null && range.from >= ram.completeFrom) {
    const grid = gridOf(range, chooseStep(range, points, ram.intervalMs))
    if (grid.start >= ram.completeFrom) return { grid, source: 'ram', disk: null }
  }
  const byMinute = gridOf(range, chooseStep(range, points, MINUTE))
  const meetsCold = cold.some((days) => intersect(days, gridRange(byMinute)) !== undefined)
  const grid = meetsCold ? gridOf(range, chooseStep(range, points, COLD_STEP_MS)) : byMinute
  const kept: TimeRange = { from: bucketStart(now - keptMs, COLD_STEP_MS), to: now + MINUTE }
  return { grid, source: 'rollups', disk: intersect(gridRange(grid), kept) === undefined ? null : grid }
}
