import type { TimeRange } from '@lumen/model/time'
import type { Gap } from './merge-history.ts'
import { lowerBound } from './series-buffer.ts'

/** What a trace writes to; a canvas Path2D is one. */
export interface PathSink {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  closePath(): void
}

/** Rows `first` to `last`, inclusive, that one line may connect. */
export interface Run {
  first: number
  last: number
}

/** Where buckets and values lie on the canvas. */
export interface Projection {
  x(t: number): number
  y(value: number): number
  stepMs: number
}

/** Stretches of rows without anything missing between them, with one row of each side beyond the window so that
 * lines leave it. A missing value, a gap of the ledger, or more than `joinMs` between bucket starts ends a run:
 * a line never crosses what is not known. Gaps ascend. */
export function runsOf(
  t: Float64Array,
  values: Float64Array,
  { from, to }: TimeRange,
  joinMs: number,
  gaps: readonly Gap[],
): Run[] {
  const start = Math.max(0, lowerBound(t, from) - 1)
  const end = Math.min(t.length, lowerBound(t, to) + 1)
  const runs: Run[] = []
  let first = -1
  // Rows and gaps both ascend, so one pass over each.
  let gap = 0
  for (let row = start; row < end; row++) {
    const before = t[row - 1] ?? Number.NEGATIVE_INFINITY
    while (gap < gaps.length && gaps[gap]!.from <= before) gap += 1
    if (Number.isNaN(values[row]!)) {
      if (first !== -1) runs.push({ first, last: row - 1 })
      first = -1
    } else if (first === -1) first = row
    else if (t[row]! - before > joinMs || (gaps[gap]?.from ?? Number.POSITIVE_INFINITY) < t[row]!) {
      runs.push({ first, last: row - 1 })
      first = row
    }
  }
  if (first !== -1) runs.push({ first, last: end - 1 })
  return runs
}

/** The line through the middles of the buckets; its ends reach the edges of theirs, so that it meets the hatching
 * of a gap exactly and a single bucket is a visible dash. */
export function traceLine(
  sink: PathSink,
  t: Float64Array,
  values: Float64Array,
  run: Run,
  to: Projection,
): void {
  const half = to.stepMs / 2
  sink.moveTo(to.x(t[run.first]!), to.y(values[run.first]!))
  for (let row = run.first; row <= run.last; row++) sink.lineTo(to.x(t[row]! + half), to.y(values[row]!))
  sink.lineTo(to.x(t[run.last]! + to.stepMs), to.y(values[run.last]!))
}

/** The area between two lines over a run, closed. A bound that is missing at a row counts as the other one. */
export function traceBand(
  sink: PathSink,
  t: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  run: Run,
  to: Projection,
): void {
  const half = to.stepMs / 2
  const low = (row: number) => to.y(Number.isNaN(lower[row]!) ? upper[row]! : lower[row]!)
  const high = (row: number) => to.y(Number.isNaN(upper[row]!) ? lower[row]! : upper[row]!)
  sink.moveTo(to.x(t[run.first]!), high(run.first))
  for (let row = run.first; row <= run.last; row++) sink.lineTo(to.x(t[row]! + half), high(row))
  sink.lineTo(to.x(t[run.last]! + to.stepMs), high(run.last))
  sink.lineTo(to.x(t[run.last]! + to.stepMs), low(run.last))
  for (let row = run.last; row >= run.first; row--) sink.lineTo(to.x(t[row]! + half), low(row))
  sink.lineTo(to.x(t[run.first]!), low(run.first))
  sink.closePath()
}

/** Columns on top of each other: `tops[i]` is the sum of the first i + 1. Missing in one is missing in those
 * above it too: a stack with a hole in it would show a wrong total. */
export function stack(columns: readonly Float64Array[]): Float64Array[] {
  let below: Float64Array | undefined
  return columns.map((column) => {
    const base = below
    below = base === undefined ? column : Float64Array.from(column, (value, row) => base[row]! + value)
    return below
  })
}

/** How far apart the starts of two neighbouring rows may lie. Raw readings jitter against the buckets, which can
 * leave one bucket empty between two frames without anything being lost. */
export function joinLimit(stepMs: number, intervalMs: number): number {
  return stepMs < 2 * intervalMs ? Math.max(stepMs, intervalMs) * 2 + stepMs * 0.1 : stepMs * 1.5
}
