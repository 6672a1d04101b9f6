import type { Unit } from '@lumen/model/field'
import type { TimeRange } from '@lumen/model/time'
import { stack } from './line-path.ts'
import { type Gap, maxName } from './merge-history.ts'
import type { Picture, PlotLine } from './plot.ts'
import { lowerBound, type SeriesBuffer } from './series-buffer.ts'
import { NO_STATS, rowAt, type SeriesStats, statsOf } from './stats.ts'
import { type ValueAxis, valueTicks } from './ticks.ts'

/** One line a chart may draw. */
export interface LineSpec {
  /** Column of the buffer. */
  name: string
  label: string
  /** Which of the series colours, 0 to 7; stable for what the line stands for. */
  slot: number
  /** Drawn below zero (what is sent or written, against what is received or read). */
  isMirrored?: boolean
}

/** A value from which on (or below which) something is wrong. */
export interface Threshold {
  value: number
  level: 'warning' | 'critical'
}

/** Each value and level once. */
export function distinct(thresholds: readonly Threshold[]): Threshold[] {
  return [...new Map(thresholds.map((one) => [`${one.level} ${one.value}`, one])).values()]
}

/** What a chart draws from: rows with their step, where nothing was delivered, and how far rows may lie apart. */
export interface ChartData {
  buffer: SeriesBuffer
  stepMs: number
  joinMs: number
  gaps: readonly Gap[]
}

export interface PictureOptions {
  lines: readonly LineSpec[]
  unit: Unit
  valueAxis: ValueAxis
  isStacked: boolean
  /** The value axis has room for this, whatever the data (the size of memory). */
  limit: number | null
  thresholds?: readonly Threshold[]
  colours: readonly string[]
  /** How many intervals the value axis has room for. */
  intervals: number
}

const BAND_ALPHA = 0.16
const STACK_ALPHA = 0.4
const EMPTY = new Float64Array(0)

/** The drawing of some lines in a window. Cost: a pass over the rows a line. */
export function composePicture(data: ChartData, window: TimeRange, options: PictureOptions): Picture {
  const { buffer } = data
  const t = buffer.t
  const blank = new Float64Array(t.length).fill(Number.NaN)
  const columns = options.lines.map(({ name }) => buffer.column(name) ?? blank)
  const colourOf = (line: LineSpec) => options.colours[line.slot] ?? options.colours[0] ?? '#888888'
  const tops = options.isStacked ? stack(columns) : columns
  const lines = options.lines.map((line, i): PlotLine => {
    const values = tops[i]!
    if (options.isStacked) {
      const edge = i === 0 ? new Float64Array(t.length) : tops[i - 1]!
      return { values, edge, colour: colourOf(line), fillAlpha: STACK_ALPHA }
    }
    const max = buffer.column(maxName(line.name)) ?? null
    const edge = max !== null && line.isMirrored ? negated(max) : max
    return {
      values: line.isMirrored ? negated(values) : values,
      edge,
      colour: colourOf(line),
      fillAlpha: edge === null ? 0 : BAND_ALPHA,
    }
  })
  const [low, high] = extent(t, lines, window)
  const values = valueTicks(options.valueAxis, options.unit, low, high, {
    intervals: options.intervals,
    isMirrored: options.lines.some(({ isMirrored }) => isMirrored),
    ...(options.limit === null ? {} : { limit: options.limit }),
  })
  // What is drawn last lies on top: the first of the legend is the one to see.
  return {
    t,
    stepMs: data.stepMs,
    joinMs: data.joinMs,
    lines: lines.toReversed(),
    gaps: data.gaps,
    window,
    values,
    thresholds: (options.thresholds ?? []).filter(({ value }) => value >= values.min && value <= values.max),
  }
}

export function lineStats(data: ChartData, line: LineSpec, window: TimeRange): SeriesStats {
  const avg = data.buffer.column(line.name)
  if (avg === undefined) return NO_STATS
  return statsOf(data.buffer.t, avg, data.buffer.column(maxName(line.name)), window)
}

/** Where the data of some lines begins within the window; undefined when it reaches to its start, when a gap says that
 * there was data before, and when there is none. */
export function beginOf(data: ChartData, lines: readonly LineSpec[], window: TimeRange): number | undefined {
  const { t } = data.buffer
  const start = lowerBound(t, window.from - data.stepMs)
  const end = lowerBound(t, window.to)
  let first = end
  for (const { name } of lines) {
    const column = data.buffer.column(name)
    if (column === undefined) continue
    for (let row = start; row < first; row++) if (!Number.isNaN(column[row]!)) first = row
  }
  if (first === end || t[first]! <= window.from + data.joinMs) return undefined
  return data.gaps.some((gap) => gap.from < t[first]!) ? undefined : t[first]!
}

/** Value of a line in the bucket at an instant; null where it is missing. */
export function valueAt(data: ChartData, line: LineSpec, at: number): number | null {
  const row = rowAt(data.buffer.t, at, data.stepMs)
  const value = row === undefined ? Number.NaN : (data.buffer.column(line.name) ?? EMPTY)[row]
  return value === undefined || Number.isNaN(value) ? null : value
}

/** Lowest and highest value drawn within the window; NaN when there is none. */
function extent(t: Float64Array, lines: readonly PlotLine[], { from, to }: TimeRange): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  const start = Math.max(0, lowerBound(t, from) - 1)
  const end = lowerBound(t, to)
  for (const { values, edge } of lines) {
    for (const column of edge === null ? [values] : [values, edge]) {
      for (let row = start; row < end; row++) {
        const value = column[row]!
        if (value < low) low = value
        if (value > high) high = value
      }
    }
  }
  return low > high ? [Number.NaN, Number.NaN] : [low, high]
}

const negated = (column: Float64Array) => column.map((value) => -value)
