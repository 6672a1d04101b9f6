import { createMemo, createSignal, createUniqueId, type JSX, onMount, Show } from 'solid-js'
import { t } from '../i18n/t.ts'
import './charts.css'
import { attachCanvas, type Pointed } from './chart-canvas.ts'
import type { ChartProps } from './chart-props.ts'
import { gapAt } from './gap-layer.ts'
import { Legend } from './legend.tsx'
import { spotAt } from './mark-layer.ts'
import type { Gap } from './merge-history.ts'
import { beginOf, distinct, type LineSpec, lineStats, type Threshold, valueAt } from './picture.ts'
import { VALUE_AXIS_WIDTH } from './plot.ts'
import { rowAt, type SeriesStats } from './stats.ts'
import { chartSummary, cursorText, gapText, scopeText, spotText, thresholdText } from './texts.ts'
import { SERIES_SLOTS } from './theme.ts'
import { bucketLabel } from './time-labels.ts'

const DEFAULT_HEIGHT = 168

/** A chart with its numbers. Lines are averages, bands reach up to the maxima, hatched is what nobody measured. */
export function Chart(props: ChartProps): JSX.Element {
  const id = createUniqueId()
  const height = () => props.height ?? DEFAULT_HEIGHT
  const [hidden, setHidden] = createSignal<ReadonlySet<string>>(new Set())
  const [stats, setStats] = createSignal<readonly SeriesStats[]>([])
  const [scope, setScope] = createSignal('')
  const [isFocused, setFocused] = createSignal(false)
  const [isPointed, setPointed] = createSignal(false)
  let element: HTMLDivElement | undefined
  let canvas!: HTMLCanvasElement

  const isShown = (line: LineSpec, i: number) =>
    hidden().has(line.name) ? false : i < SERIES_SLOTS || hidden().has(`+${line.name}`)
  const shownLines = createMemo(() => props.lines.filter(isShown))
  const thresholds = createMemo((): readonly Threshold[] => {
    if (props.thresholds !== undefined) return props.thresholds
    const { thresholdsOf } = props.source
    if (thresholdsOf === undefined || props.isStacked) return []
    return distinct(shownLines().flatMap((line) => (line.isMirrored ? [] : thresholdsOf(line.name))))
  })
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
  const pointed = createMemo((): Pointed | undefined => {
    const at = props.axis.cursor()
    props.source.version()
    const data = props.source.data()
    if (at === null || data === undefined) return undefined
    // Where there is no plot yet there is no cursor in it either.
    const width = Math.max(1, (element?.clientWidth ?? 0) - VALUE_AXIS_WIDTH)
    return {
      at,
      data,
      gap: gapAt(data.gaps, at),
      spot: spotAt(props.axis.marks(), props.axis.window(), width, at),
      values: props.lines.map((line) => valueAt(data, line, at)),
    }
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

  onMount(() =>
    attachCanvas({
      element: element!,
      canvas,
      props,
      shownLines,
      pointed,
      thresholds,
      onDrawn: (data, window) => {
        setStats(props.lines.map((line) => lineStats(data, line, window)))
        // Rows of the view before say nothing of where this one begins.
        const begin = props.source.isStale() ? undefined : beginOf(data, shownLines(), window)
        setScope(scopeText(data.stepMs, begin, props.axis.now()))
      },
    }),
  )

  const chip = () => {
    const now = pointed()
    if (now === undefined || !(isPointed() || isFocused() || now.gap !== undefined)) return undefined
    const { from, to } = props.axis.window()
    const share = (now.at - from) / (to - from)
    if (share < 0 || share > 1) return undefined
    const text = now.gap === undefined ? instant() : gapText(now.gap, props.axis.now())
    return { share, text, happened: now.spot === undefined ? undefined : spotText(now.spot) }
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
                pointed()!.spot,
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
                <Show when={shown().happened}>
                  {(happened) => <span class="plot-chip-mark">{happened()}</span>}
                </Show>
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
      <p class="visually-hidden">
        {[chartSummary(gaps(), props.axis.now()), thresholdText(props.unit, thresholds())]
          .filter(Boolean)
          .join('. ')}
      </p>
    </figure>
  )
}
