import type { Unit } from '@lumen/model/field'
import type { TimeRange } from '@lumen/model/time'
import {
  type Accessor,
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  type JSX,
  on,
  onCleanup,
  onMount,
  Show,
} from 'solid-js'
import { t } from '../i18n/t.ts'
import { theme } from '../theme.ts'
import { axisText } from './axis-text.ts'
import './charts.css'
import { CursorLayer } from './cursor-layer.ts'
import { DrawLoop } from './draw-loop.ts'
import { gapAt } from './gap-layer.ts'
import { attachGestures, xOf } from './gestures.ts'
import { Legend } from './legend.tsx'
import type { Gap } from './merge-history.ts'
import { beginOf, type ChartData, composePicture, type LineSpec, lineStats, valueAt } from './picture.ts'
import { type Picture, Plot } from './plot.ts'
import { rowAt, type SeriesStats } from './stats.ts'
import { chartSummary, cursorText, gapText, scopeText } from './texts.ts'
import { readChartTheme, SERIES_SLOTS } from './theme.ts'
import type { ValueAxis } from './ticks.ts'
import type { TimeAxis } from './time-axis.ts'
import { bucketLabel } from './time-labels.ts'

/** Where a chart's rows come from. `version` rises when they change; `data` is undefined before the first. */
export interface ChartSource {
  version: Accessor<number>
  data: () => ChartData | undefined
  /** What to draw: the axis' window, or for a moment the one before while its successor has nothing to show yet. */
  window: Accessor<TimeRange>
  /** What is shown belongs to another window and its successor is on the way. */
  isStale: Accessor<boolean>
}

export interface ChartProps {
  title: string
  /** A word beside the title: what the two directions mean, what the top is. */
  note?: string
  unit: Unit
  axis: TimeAxis
  source: ChartSource
  lines: readonly LineSpec[]
  valueAxis: ValueAxis
  isStacked?: boolean
  limit?: number | null
  height?: number
}

const DEFAULT_HEIGHT = 168

/** One loop for all charts there are: a frame draws each of them at most once. */
const loop = new DrawLoop({
  request: (job) => requestAnimationFrame(job),
  cancel: (handle) => cancelAnimationFrame(handle),
})

/** A chart with its numbers. Lines are averages, bands reach up to the maxima, hatched is what nobody measured. */
export function Chart(props: ChartProps): JSX.Element {
  const id = createUniqueId()
  const height = () => props.height ?? DEFAULT_HEIGHT
  const [hidden, setHidden] = createSignal<ReadonlySet<string>>(new Set())
  const [stats, setStats] = createSignal<readonly SeriesStats[]>([])
  const [scope, setScope] = createSignal('')
  const [isFocused, setFocused] = createSignal(false)
  const [isPointed, setPointed] = createSignal(false)
  let element!: HTMLDivElement
  let canvas!: HTMLCanvasElement

  const isShown = (line: LineSpec, i: number) =>
    hidden().has(line.name) ? false : i < SERIES_SLOTS || hidden().has(`+${line.name}`)
  const shownLines = createMemo(() => props.lines.filter(isShown))
  const offNames = createMemo(
    () => new Set(props.lines.filter((line, i) => !isShown(line, i)).map(({ name }) => name)),
  )
  const toggle = (name: string) => {
    const next = new Set(hidden())
    const isExtra = props.lines.findIndex((line) => line.name === name) >= SERIES_SLOTS
    const mark = isExtra ? `+${name}` : name
    if (!next.delete(mark)) next.add(mark)
    setHidden(next)
  }

  /** The cursor in this chart, read anew when rows change. */
  const pointed = createMemo(() => {
    const at = props.axis.cursor()
    props.source.version()
    const data = props.source.data()
    if (at === null || data === undefined) return undefined
    return { at, data, gap: gapAt(data.gaps, at), values: props.lines.map((line) => valueAt(data, line, at)) }
  })
  const gaps = createMemo((): readonly Gap[] => {
    props.source.version()
    const { from, to } = props.axis.window()
    return (props.source.data()?.gaps ?? []).filter((gap) => gap.to > from && gap.from < to)
  })
  const instant = createMemo(() => {
    const now = pointed()
    if (now === undefined) return ''
    const { data, at } = now
    const row = rowAt(data.buffer.t, at, data.stepMs)
    return row === undefined
      ? bucketLabel(at, 1, props.axis.now())
      : bucketLabel(data.buffer.t[row]!, data.stepMs, props.axis.now())
  })

  onMount(() => {
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
        colours: colours.series,
        intervals: tall < 130 ? 2 : 4,
      })
      plot.draw(picture)
      setStats(props.lines.map((line) => lineStats(data, line, window)))
      setScope(scopeText(data.stepMs, beginOf(data, shownLines(), window), props.axis.now()))
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
      shownLines()
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
  })

  const chip = () => {
    const now = pointed()
    if (now === undefined || !(isPointed() || isFocused() || now.gap !== undefined)) return undefined
    const { from, to } = props.axis.window()
    const share = (now.at - from) / (to - from)
    if (share < 0 || share > 1) return undefined
    return { share, text: now.gap === undefined ? instant() : gapText(now.gap, props.axis.now()) }
  }

  return (
    <figure class="chart" classList={{ stale: props.source.isStale() }} aria-labelledby={`${id}-title`}>
      <figcaption class="chart-head">
        <h3 id={`${id}-title`}>{props.title}</h3>
        <Show when={props.note}>
          <span class="chart-note">{props.note}</span>
        </Show>
        <span class="chart-scope">{scope()}</span>
      </figcaption>
      <div
        ref={element}
        class="plot"
        style={{ 'min-height': `${height()}px` }}
        role="slider"
        tabIndex={0}
        aria-label={t('chart.cursorOf', props.title)}
        aria-valuemin={Math.round(props.axis.window().from / 1000)}
        aria-valuemax={Math.round(props.axis.window().to / 1000)}
        aria-valuenow={Math.round((props.axis.cursor() ?? props.axis.window().to) / 1000)}
        aria-valuetext={
          isFocused() && pointed() !== undefined
            ? cursorText(
                instant(),
                props.unit,
                props.lines,
                pointed()!.values,
                pointed()!.gap,
                props.axis.now(),
              )
            : t('chart.noCursor')
        }
        onFocus={(event) => setFocused(event.currentTarget.matches(':focus-visible'))}
        onBlur={() => setFocused(false)}
        onPointerEnter={() => setPointed(true)}
        onPointerLeave={(event) => event.pointerType === 'mouse' && setPointed(false)}
      >
        <canvas ref={canvas} class="plot-marks" />
        <Show when={chip()}>
          {(shown) => (
            <div class="plot-chip-place" aria-hidden="true">
              <span
                class="plot-chip"
                style={{
                  left: `${shown().share * 100}%`,
                  transform: `translateX(${-shown().share * 100}%)`,
                }}
              >
                {shown().text}
              </span>
            </div>
          )}
        </Show>
      </div>
      <Legend
        caption={props.title}
        unit={props.unit}
        lines={props.lines}
        hidden={offNames()}
        stats={stats()}
        values={pointed()?.values}
        onToggle={toggle}
      />
      <p class="visually-hidden">{chartSummary(gaps(), props.axis.now())}</p>
    </figure>
  )
}
