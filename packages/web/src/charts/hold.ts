import { intersect, type TimeRange } from '@lumen/model/time'

/** Fewer buckets than this across the plot are no picture. */
const FEWEST_BUCKETS = 12

/** Whether the rows at hand are too little of a window to be drawn in it: then the picture before stays until the
 * answer is there, as an almost empty one for a blink would be a flash. Moving by less than half a window and zooming
 * by a little are drawn at once, from what is known. */
export function isWorthHolding(rows: TimeRange | undefined, stepMs: number, window: TimeRange): boolean {
  const span = window.to - window.from
  if (span / stepMs < FEWEST_BUCKETS) return true
  const known = rows === undefined ? undefined : intersect(rows, window)
  return known === undefined || (known.to - known.from) / span < 0.5
}
