import { intersect, MINUTE, type TimeRange } from '@lumen/model/time'
import type { Gap } from './merge-history.ts'
import { shareOf } from './window.ts'

/** A gap on the canvas, in the same pixels as the plot it was computed for. */
export interface GapRect {
  x: number
  width: number
  /** Shorter than its bucket, which has an average of the rest: a mark on the axis, no hole. */
  isMark: boolean
}

/** Below this a gap could not be seen. */
const MIN_WIDTH = 3
/** Of a mark: a year has room for hundreds of them. */
const MARK_WIDTH = 1
/** From this step on a bucket holds so many readings that some may be missing and it still stands. */
const COARSE_STEP_MS = 5 * MINUTE

/** Gaps that end a line. In coarse steps one shorter than a bucket does not: the bucket has an average of the rest. */
export function cuttingGaps(gaps: readonly Gap[], stepMs: number): readonly Gap[] {
  return stepMs < COARSE_STEP_MS ? gaps : gaps.filter((gap) => !isShort(gap, stepMs))
}

/** Gaps within the window as spans of a plot that starts at `left`. A short one is widened around its middle
 * to stay visible; none leaves the plot. Short ones that would touch are one. */
export function gapRects(
  gaps: readonly Gap[],
  window: TimeRange,
  left: number,
  width: number,
  stepMs: number,
): GapRect[] {
  const rects: GapRect[] = []
  let lastMark: GapRect | undefined
  for (const gap of gaps) {
    const seen = intersect(gap, window)
    if (seen === undefined) continue
    const from = shareOf(seen.from, window) * width
    const to = shareOf(seen.to, window) * width
    const isMark = stepMs >= COARSE_STEP_MS && isShort(gap, stepMs)
    const wide = Math.max(to - from, isMark ? MARK_WIDTH : MIN_WIDTH)
    const x = left + Math.min(Math.max((from + to - wide) / 2, 0), width - wide)
    if (isMark && lastMark !== undefined && x <= lastMark.x + lastMark.width) {
      lastMark.width = Math.max(lastMark.width, x + wide - lastMark.x)
      continue
    }
    const rect = { x, width: wide, isMark }
    lastMark = isMark ? rect : undefined
    rects.push(rect)
  }
  return rects
}

const isShort = ({ from, to }: Gap, stepMs: number): boolean => to - from < stepMs

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
