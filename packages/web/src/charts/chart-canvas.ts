import type { TimeRange } from '@lumen/model/time'
import { type Accessor, createEffect, on, onCleanup } from 'solid-js'
import { theme } from '../theme.ts'
import { axisText } from './axis-text.ts'
import type { ChartProps } from './chart-props.ts'
import { CursorLayer } from './cursor-layer.ts'
import { DrawLoop } from './draw-loop.ts'
import { attachGestures, xOf } from './gestures.ts'
import type { MarkSpot } from './mark-layer.ts'
import type { Gap } from './merge-history.ts'
import { type ChartData, composePicture, type LineSpec, type Threshold } from './picture.ts'
import { type Picture, Plot } from './plot.ts'
import { rowAt } from './stats.ts'
import { readChartTheme } from './theme.ts'

/** What the cursor meets in one chart. */
export interface Pointed {
  at: number
  data: ChartData
  gap: Gap | undefined
  /** What happened there. */
  spot: MarkSpot | undefined
  /** Of each line; null where it is missing. */
  values: (number | null)[]
}

export interface CanvasOptions {
  element: HTMLDivElement
  /** Over the plot: what moves with the cursor. */
  canvas: HTMLCanvasElement
  /** Read whenever something is drawn. */
  props: ChartProps
  shownLines: Accessor<readonly LineSpec[]>
  pointed: Accessor<Pointed | undefined>
  thresholds: Accessor<readonly Threshold[]>
  /** The lines were drawn from `data` in `window`. */
  onDrawn: (data: ChartData, window: TimeRange) => void
}

/** One loop for all charts there are: a frame draws each of them at most once. */
const loop = new DrawLoop({
  request: (job) => requestAnimationFrame(job),
  cancel: (handle) => cancelAnimationFrame(handle),
})

/** Keeps the two canvases of a chart drawn while the calling component lives. */
export function attachCanvas({
  element,
  canvas,
  props,
  shownLines,
  pointed,
  thresholds,
  onDrawn,
}: CanvasOptions): void {
  let colours = readChartTheme(element)
  let width = element.clientWidth
  let tall = element.clientHeight
  const plot = new Plot({
    element,
    width,
    height: tall,
    theme: colours,
    valueLabel: (value) => axisText(props.unit, Math.abs(value)),
  })
  const layer = new CursorLayer(canvas)
  let picture: Picture | undefined

  const lines = loop.add(() => {
    const data = props.source.data()
    if (data === undefined || width === 0) return
    const window = props.source.window()
    picture = composePicture(data, window, {
      lines: shownLines(),
      unit: props.unit,
      valueAxis: props.valueAxis,
      isStacked: props.isStacked ?? false,
      limit: props.limit ?? null,
      thresholds: thresholds(),
      colours: colours.series,
      intervals: tall < 130 ? 2 : 4,
    })
    plot.draw(picture, props.axis.marks())
    onDrawn(data, window)
  })
  const marks = loop.add(() => {
    const box = plot.box
    const selection = props.axis.selection()
    const at = pointed()
    const x = at === undefined ? null : xOf(at.at, props.axis, box)
    const clamped = (t: number) => xOf(t, props.axis, box) ?? box.left
    layer.draw(
      {
        x,
        dots: x === null || at === undefined ? [] : dotsAt(at.data, at.at),
        selection: selection === null ? null : { from: clamped(selection.from), to: clamped(selection.to) },
      },
      box,
      colours,
      width,
      tall,
    )
  })
  const dotsAt = (data: ChartData, at: number) => {
    const row = rowAt(data.buffer.t, at, data.stepMs)
    if (row === undefined || picture === undefined || picture.t.length <= row) return []
    return picture.lines.flatMap(({ values, colour }) =>
      Number.isNaN(values[row] ?? Number.NaN) ? [] : [{ y: plot.yOf(values[row]!), colour }],
    )
  }

  createEffect(() => {
    props.source.version()
    props.axis.window()
    props.source.window()
    props.axis.marks()
    shownLines()
    thresholds()
    void props.limit
    lines.invalidate()
    marks.invalidate()
  })
  createEffect(
    on([pointed, props.axis.selection], () => marks.invalidate(), {
      defer: true,
    }),
  )
  createEffect(
    on(
      theme,
      () => {
        colours = readChartTheme(element)
        plot.setTheme(colours)
        lines.invalidate()
      },
      { defer: true },
    ),
  )
  const resized = new ResizeObserver(() => {
    const { clientWidth, clientHeight } = element
    if (clientWidth === 0 || (clientWidth === width && clientHeight === tall)) return
    width = clientWidth
    tall = clientHeight
    plot.resize(width, tall)
    lines.invalidate()
    marks.invalidate()
  })
  resized.observe(element)
  const seen = new IntersectionObserver(
    ([entry]) => {
      lines.setOnScreen(entry?.isIntersecting ?? true)
      marks.setOnScreen(entry?.isIntersecting ?? true)
    },
    { rootMargin: '120px' },
  )
  seen.observe(element)
  const release = attachGestures({
    element,
    axis: props.axis,
    box: () => plot.box,
    stepMs: () => props.source.data()?.stepMs ?? 1000,
  })
  onCleanup(() => {
    release()
    seen.disconnect()
    resized.disconnect()
    lines.dispose()
    marks.dispose()
    plot.dispose()
  })
}
