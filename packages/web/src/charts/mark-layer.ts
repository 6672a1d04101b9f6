import type { TimeRange } from '@lumen/model/time'
import type { AxisMark } from './time-axis.ts'
import { shareOf } from './window.ts'

/** One or several marks that would touch, in CSS pixels of the plot. */
export interface MarkSpot {
  x: number
  isTrouble: boolean
  marks: readonly AxisMark[]
}

/** Marks nearer than this share a spot; the cursor meets a spot within it. */
export const SPOT_WIDTH = 9

/** Marks of the window as spots of a plot that is `width` wide. Marks oldest first. */
export function markSpots(marks: readonly AxisMark[], window: TimeRange, width: number): MarkSpot[] {
  const spots: { x: number; isTrouble: boolean; marks: AxisMark[] }[] = []
  for (const mark of marks) {
    if (mark.at < window.from || mark.at > window.to) continue
    const x = shareOf(mark.at, window) * width
    const last = spots[spots.length - 1]
    if (last !== undefined && x - last.x < SPOT_WIDTH) {
      last.marks.push(mark)
      last.isTrouble ||= mark.isTrouble
    } else spots.push({ x, isTrouble: mark.isTrouble, marks: [mark] })
  }
  return spots
}

/** The spot an instant meets. */
export function spotAt(
  marks: readonly AxisMark[],
  window: TimeRange,
  width: number,
  at: number,
): MarkSpot | undefined {
  const x = shareOf(at, window) * width
  let nearest: MarkSpot | undefined
  for (const spot of markSpots(marks, window, width)) {
    const distance = Math.abs(spot.x - x)
    if (distance <= SPOT_WIDTH && (nearest === undefined || distance < Math.abs(nearest.x - x)))
      nearest = spot
  }
  return nearest
}

/** A small triangle that points up at the axis from within the plot. */
export function drawMark(ctx: CanvasRenderingContext2D, x: number, bottom: number, ratio: number): void {
  const half = 4 * ratio
  ctx.beginPath()
  ctx.moveTo(x - half, bottom)
  ctx.lineTo(x + half, bottom)
  ctx.lineTo(x, bottom - 7 * ratio)
  ctx.closePath()
}
