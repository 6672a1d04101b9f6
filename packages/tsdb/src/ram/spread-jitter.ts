import type { Grid } from '../plan/grid.ts'

/** Which bucket each frame belongs to, for frames sorted by time inside the grid.
 * A frame belongs to the bucket its time falls into. But where the step is about the agent's interval, ticks a
 * few milliseconds early or late put two frames into one bucket and none into the next, which would read as a
 * gap that never was: there the frame nearest to the empty bucket, at most half a step away, moves into it.
 * Every frame still counts exactly once (T4). */
export function spreadJitter(times: readonly number[], grid: Grid, intervalMs: number): Int32Array {
  const buckets = Int32Array.from(times, (ts) => Math.floor((ts - grid.start) / grid.stepMs))
  if (grid.stepMs >= 2 * intervalMs) return buckets
  for (let index = 1; index < buckets.length; index++) {
    const bucket = buckets[index]!
    if (bucket !== buckets[index - 1]) continue
    const left = grid.start + bucket * grid.stepMs
    const right = left + grid.stepMs
    const isLeftEmpty = bucket > 0 && (index < 2 || buckets[index - 2]! < bucket - 1)
    const isRightEmpty = bucket + 1 < grid.buckets && (buckets[index + 1] ?? grid.buckets) > bucket + 1
    if (isRightEmpty && right - times[index]! <= grid.stepMs / 2) buckets[index] = bucket + 1
    else if (isLeftEmpty && times[index - 1]! - left <= grid.stepMs / 2) buckets[index - 1] = bucket - 1
  }
  return buckets
}
