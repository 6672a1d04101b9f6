import { bucketStart, chooseStep, intersect, MINUTE, type TimeRange } from '@lumen/model/time'
import { type Grid, gridOf, gridRange } from './grid.ts'

export interface PlanInput {
  range: TimeRange
  /** Most buckets wanted. */
  points: number
  now: number
  hotRetentionMs: number
  /** What the RAM tier holds of the host: from when on it is complete, and the agent's interval. */
  ram: { completeFrom: number; intervalMs: number } | null
}

export interface Plan {
  grid: Grid
  /** `ram`: raw frames answer persisted fields. `minutes`: the hot tier and the minutes not yet in it do; both
   * hold one-minute rollups of disjoint sets of frames. Fields that live in RAM only come from there anyway. */
  source: 'ram' | 'minutes'
  /** The part of the grid that the hot tier is asked for, null when none of it can be there. */
  hot: Grid | null
}

/** Which tier answers which buckets. One source for all buckets of persisted fields, so no seam can count a
 * bucket twice (T4): raw frames if RAM has the whole range, else minutes. Pure. */
export function plan({ range, points, now, hotRetentionMs, ram }: PlanInput): Plan {
  if (ram !== null && range.from >= ram.completeFrom) {
    const grid = gridOf(range, chooseStep(range, points, ram.intervalMs))
    if (grid.start >= ram.completeFrom) return { grid, source: 'ram', hot: null }
  }
  const grid = gridOf(range, chooseStep(range, points, MINUTE))
  const kept: TimeRange = { from: bucketStart(now - hotRetentionMs, MINUTE), to: now + MINUTE }
  return { grid, source: 'minutes', hot: intersect(gridRange(grid), kept) === undefined ? null : grid }
}
