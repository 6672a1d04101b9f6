// First: see there.
import './plain-language.ts'
import { DAY, MINUTE, type TimeRange } from '@lumen/model/time'
import uPlot from 'uplot'
import { cuttingGaps, gapRects, hatchPattern } from './gap-layer.ts'
import { type Projection, runsOf, traceBand, traceLine } from './line-path.ts'
import { drawMark, markSpots } from './mark-layer.ts'
import type { Gap } from './merge-history.ts'
import type { Threshold } from './picture.ts'
import type { ChartTheme } from './theme.ts'
import { timeTicks, type ValueTicks } from './ticks.ts'
import type { AxisMark } from './time-axis.ts'
import { tickLabel } from './time-labels.ts'

/** One line of a plot. Columns are as long as the picture's `t`; NaN = missing. */
export interface PlotLine {
  values: Float64Array
  /** The other edge of a filled area: the maxima of a band, the line below in a stack. */
  edge: Float64Array | null
  colour: string
  /** How opaque the area is, 0 to 1. */
  fillAlpha: number
}

/** Everything one drawing shows. */
export interface Picture {
  t: Float64Array
  stepMs: number
  /** Bucket starts further apart than this are not connected. */
  joinMs: number
  lines: PlotLine[]
  gaps: readonly Gap[]
  window: TimeRange
  values: ValueTicks
  thresholds: readonly Threshold[]
}

export interface PlotOptions {
  element: HTMLElement
  width: number
  height: number
  theme: ChartTheme
  valueLabel: (value: number) => string
}

/** Width of the value axis in CSS pixels: the same in all charts, so that their time axes line up. */
export const VALUE_AXIS_WIDTH = 68
const TIME_AXIS_HEIGHT = 22
const TICK_SPACE = 84
const RIGHT_PADDING = 8
const TOP_PADDING = 8
const NARROW = 6
/** Of the marks on the axis for gaps that are shorter than a bucket. */
const MARK_HEIGHT = 5

/** The plotting area within the chart's element, CSS pixels. */
export interface PlotBox {
  left: number
  top: number
  width: number
  height: number
}

/** A canvas with axes, lines, bands and hatched gaps. The only part that knows the chart library: uPlot keeps the
 * canvas sharp, lays out the axes and scales; paths are our own, because a missing value here is NaN in a typed
 * array and ends a line. */
export class Plot {
  readonly #plot: uPlot
  readonly #valueLabel: (value: number) => string
  #theme: ChartTheme
  #hatch: CanvasPattern | null = null
  #hatchRatio = 0
  #picture: Picture | undefined
  #marks: readonly AxisMark[] = []

  constructor({ element, width, height, theme, valueLabel }: PlotOptions) {
    this.#theme = theme
    this.#valueLabel = valueLabel
    this.#plot = new uPlot(this.#options(width, height), [[]], element)
  }

  get box(): PlotBox {
    const { width, height } = this.#plot
    return {
      left: VALUE_AXIS_WIDTH,
      top: TOP_PADDING,
      width: width - VALUE_AXIS_WIDTH - RIGHT_PADDING,
      height: height - TIME_AXIS_HEIGHT - TOP_PADDING,
    }
  }

  /** `marks`: what happened, shown on the time axis. */
  draw(picture: Picture, marks: readonly AxisMark[]): void {
    const plot = this.#plot
    this.#marks = marks
    this.#picture = picture
    while (plot.series.length - 1 < picture.lines.length) plot.addSeries(this.#series(plot.series.length))
    while (plot.series.length - 1 > picture.lines.length) plot.delSeries(plot.series.length - 1)
    plot.batch(() => {
      plot.setData([picture.t, ...picture.lines.map(({ values }) => values)], false)
      plot.setScale('x', { min: picture.window.from, max: picture.window.to })
      plot.setScale('y', { min: picture.values.min, max: picture.values.max })
    })
  }

  /** Where a value lies, CSS pixels from the top of the element. */
  yOf(value: number): number {
    const { top, height } = this.box
    const { min, max } = this.#picture?.values ?? { min: 0, max: 1 }
    return top + height * (1 - (value - min) / (max - min))
  }

  resize(width: number, height: number): void {
    this.#plot.setSize({ width, height })
  }

  setTheme(theme: ChartTheme): void {
    this.#theme = theme
    this.#hatch = null
    this.#plot.redraw(true)
  }

  dispose(): void {
    this.#picture = undefined
    this.#plot.destroy()
  }

  #options(width: number, height: number): uPlot.Options {
    const axis = {
      stroke: () => this.#theme.text,
      font: this.#theme.font,
      border: { show: false },
      grid: { stroke: () => this.#theme.grid, width: 1 },
    }
    return {
      width,
      height,
      ms: 1,
      pxAlign: 1,
      padding: [TOP_PADDING, RIGHT_PADDING, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { time: false, range: () => this.#windowRange() },
        y: { auto: false, range: () => this.#valueRange() },
      },
      series: [{}],
      axes: [
        {
          ...axis,
          size: TIME_AXIS_HEIGHT,
          gap: 6,
          ticks: { show: false },
          splits: () => this.#timeTicks().at,
          values: (_, at) => this.#timeLabels(at),
        },
        {
          ...axis,
          size: VALUE_AXIS_WIDTH,
          gap: 8,
          ticks: { show: false },
          splits: () => this.#picture?.values.at ?? [],
          values: (_, at) => at.map((value) => this.#valueLabel(value)),
        },
      ],
      hooks: { drawAxes: [() => this.#drawBehind()] },
    }
  }

  #windowRange(): uPlot.Range.MinMax {
    const { from, to } = this.#picture?.window ?? { from: 0, to: 1 }
    return [from, to]
  }

  #valueRange(): uPlot.Range.MinMax {
    const { min, max } = this.#picture?.values ?? { min: 0, max: 1 }
    return [min, max]
  }

  #timeTicks() {
    const { from, to } = this.#picture?.window ?? { from: 0, to: 1 }
    return timeTicks({ from, to }, Math.max(2, Math.floor(this.box.width / TICK_SPACE)))
  }

  /** A label too near the right edge to be whole is left out; its grid line stays. */
  #timeLabels(at: readonly number[]): (string | null)[] {
    const { stepMs } = this.#timeTicks()
    const [from, to] = this.#windowRange() as [number, number]
    const latest = to - ((to - from) / this.box.width) * (stepMs < MINUTE || stepMs >= DAY ? 18 : 10)
    return at.map((t) => (t > latest ? null : tickLabel(t, stepMs)))
  }

  #series(index: number): uPlot.Series {
    const line = () => this.#picture?.lines[index - 1]
    return {
      scale: 'y',
      width: 1.5,
      points: { show: false },
      stroke: () => line()?.colour ?? 'transparent',
      fill: () => withAlpha(line()?.colour ?? '#000000', line()?.fillAlpha ?? 0),
      paths: () => this.#paths(index),
    }
  }

  #paths(index: number): uPlot.Series.Paths | null {
    const picture = this.#picture
    const line = picture?.lines[index - 1]
    if (picture === undefined || line === undefined) return null
    const { t, window, joinMs, gaps, stepMs } = picture
    const projection: Projection = {
      x: (at) => this.#plot.valToPos(at, 'x', true),
      y: (value) => this.#plot.valToPos(value, 'y', true),
      stepMs,
    }
    const stroke = new Path2D()
    const fill = line.edge === null ? null : new Path2D()
    for (const run of runsOf(t, line.values, window, joinMs, cuttingGaps(gaps, stepMs))) {
      traceLine(stroke, t, line.values, run, projection)
      if (fill !== null) traceBand(fill, t, line.values, line.edge!, run, projection)
    }
    return { stroke, fill, flags: 0 }
  }

  /** Between the grid and the lines: gaps, and the baseline of a mirrored chart. */
  #drawBehind(): void {
    const picture = this.#picture
    if (picture === undefined) return
    const { ctx, bbox } = this.#plot
    const ratio = uPlot.pxRatio
    if (this.#hatch === null || this.#hatchRatio !== ratio) {
      this.#hatch = hatchPattern(this.#theme.gap, ratio)
      this.#hatchRatio = ratio
    }
    ctx.save()
    const { gaps, window, stepMs } = picture
    for (const { x, width, isMark } of gapRects(gaps, window, bbox.left, bbox.width, stepMs)) {
      if (isMark) {
        const height = MARK_HEIGHT * ratio
        ctx.fillStyle = this.#theme.crosshair
        ctx.fillRect(x, bbox.top + bbox.height - height, Math.max(width, ratio), height)
        continue
      }
      // Too narrow for hatching to read as such.
      ctx.fillStyle = width < NARROW * ratio ? this.#theme.gap : (this.#hatch ?? this.#theme.gap)
      ctx.fillRect(x, bbox.top, width, bbox.height)
    }
    ctx.fillStyle = this.#theme.baseline
    const zero = Math.round(this.#plot.valToPos(0, 'y', true))
    if (picture.values.min <= 0)
      ctx.fillRect(bbox.left, zero - Math.floor(ratio / 2), bbox.width, Math.ceil(ratio))
    ctx.lineWidth = ratio
    ctx.setLineDash([5 * ratio, 4 * ratio])
    for (const { value, level } of picture.thresholds) {
      const y = Math.round(this.#plot.valToPos(value, 'y', true)) + 0.5
      ctx.strokeStyle = level === 'critical' ? this.#theme.trouble : this.#theme.warning
      ctx.beginPath()
      ctx.moveTo(bbox.left, y)
      ctx.lineTo(bbox.left + bbox.width, y)
      ctx.stroke()
    }
    for (const { x, isTrouble } of markSpots(this.#marks, window, bbox.width / ratio)) {
      drawMark(ctx, bbox.left + x * ratio, bbox.top + bbox.height, ratio)
      ctx.fillStyle = isTrouble ? this.#theme.trouble : this.#theme.text
      ctx.fill()
    }
    ctx.restore()
  }
}

/** `#rrggbb` with an opacity; other notations get it from color-mix. */
export function withAlpha(colour: string, alpha: number): string {
  if (alpha <= 0) return 'transparent'
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return `color-mix(in srgb, ${colour} ${alpha * 100}%, transparent)`
  const byte = Math.round(alpha * 255)
  return colour + byte.toString(16).padStart(2, '0')
}
