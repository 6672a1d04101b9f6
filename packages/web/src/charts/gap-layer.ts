import { intersect, type TimeRange } from '@lumen/model/time'
import type { Gap } from './merge-history.ts'
import { shareOf } from './window.ts'

/** A gap on the canvas, in the same pixels as the plot it was computed for. */
export interface GapRect {
  x: number
  width: number
  gap: Gap
}

/** Below this a gap could not be seen. */
const MIN_WIDTH = 3

/** Gaps within the window as spans of a plot that starts at `left`. A short one is widened around its middle
 * to stay visible; none leaves the plot. */
export function gapRects(gaps: readonly Gap[], window: TimeRange, left: number, width: number): GapRect[] {
  return gaps.flatMap((gap) => {
    const seen = intersect(gap, window)
    if (seen === undefined) return []
    const from = shareOf(seen.from, window) * width
    const to = shareOf(seen.to, window) * width
    const wide = Math.max(to - from, MIN_WIDTH)
    const x = Math.min(Math.max((from + to - wide) / 2, 0), width - wide)
    return [{ x: left + x, width: wide, gap }]
  })
}

/** The gap an instant lies in. */
export function gapAt(gaps: readonly Gap[], t: number): Gap | undefined {
  return gaps.find((gap) => gap.from <= t && t < gap.to)
}

const TILE = 7

/** A tile of diagonal hatching, seamless in both directions, one CSS pixel wide lines. */
export function hatchPattern(colour: string, pixelRatio: number): CanvasPattern | null {
  const size = Math.round(TILE * pixelRatio)
  const tile = document.createElement('canvas')
  tile.width = size
  tile.height = size
  const context = tile.getContext('2d')
  if (context === null) return null
  context.strokeStyle = colour
  context.lineWidth = pixelRatio
  for (const offset of [-size, 0, size]) {
    context.moveTo(offset - 1, size + 1)
    context.lineTo(offset + size + 1, -1)
  }
  context.stroke()
  return context.createPattern(tile, 'repeat')
}
