import type { Grid } from '../plan/grid.ts'

/** Share of the interval by which a tick may be early or late. */
const JITTER = 0.1

/** Which bucket each frame belongs to, for frames sorted by time inside the grid.
 * A frame belongs to the bucket its time falls into. But where the step is about the agent's interval, ticks a
 * few milliseconds early or late put two frames into one bucket and none into the next, which would read as a
 * gap that never was: there a frame that is early by a tenth of the interval or less goes into the next bucket
 * if that one has none. Every frame still counts exactly once (T4). */
export function spreadJitter(times: readonly number[], grid: Grid, intervalMs: number): Int32Array {
  const buckets = Int32Array.from(times, (ts) => Math.floor((ts - grid.start) / grid.stepMs))
  if (grid.stepMs >= 2 * intervalMs) return buckets
  // From the newest on, so that a whole train of early ticks can move.
  for (let index = buckets.length - 1; index >= 0; index--) {
    const next = buckets[index]! + 1
    const earlyMs = grid.start + next * grid.stepMs - times[index]!
    const isTick = index === 0 || times[index]! - times[index - 1]! >= intervalMs / 2
    const isFree = next < grid.buckets && (buckets[index + 1] ?? grid.buckets) > next
    if (isTick && isFree && earlyMs <= JITTER * intervalMs) buckets[index] = next
  }
  return buckets
}
