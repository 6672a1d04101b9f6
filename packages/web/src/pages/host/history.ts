import type { TimeRange } from '@lumen/model/time'
import type { LiveFrame } from '@lumen/protocol/live/message'
import {
  type Accessor,
  batch,
  createEffect,
  createMemo,
  createSignal,
  on,
  onCleanup,
  untrack,
} from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import type { ChartSource } from '../../charts/chart-props.ts'
import { isWorthHolding } from '../../charts/hold.ts'
import { joinLimit } from '../../charts/line-path.ts'
import {
  closeGaps,
  dropBefore,
  LiveAppender,
  mergeAnswer,
  mergeGaps,
  TAIL_BUCKETS,
  tailRange,
} from '../../charts/merge-history.ts'
import type { ChartData } from '../../charts/picture.ts'
import { SeriesBuffer } from '../../charts/series-buffer.ts'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { hubNow, onFrames } from '../../live/live.ts'
import { COARSE_MS, leadOf, TAIL_EVERY_MS, upkeepOf } from './upkeep.ts'

/** Metrics that are fetched and kept together. */
export interface HistoryGroup extends ChartSource {
  /** Columns there are, in a stable order; changes only when one comes or goes. A window without any data keeps
   * those of the one before, so that its charts stay where they are. */
  names: Accessor<readonly string[]>
  /** The first answer is here. */
  isLoaded: Accessor<boolean>
  /** Why the newest load failed. */
  error: Accessor<ApiError | undefined>
  retry: () => void
}

export interface HistoryOptions {
  host: number
  metrics: readonly string[]
  /** Only this row of the metrics' entity. All of them without it. */
  key?: string
  axis: TimeAxis
  /** Buckets worth asking for, from the width a chart has. */
  points: () => number
  intervalMs: () => number
  thresholdsOf?: ChartSource['thresholdsOf']
}

const KEPT_FRAMES = 32
/** An answer that takes longer than this is told: the old picture goes to its place in the new window, greyed. */
const PATIENCE_MS = 300
/** Buckets kept before the window, for a line that enters from the left. */
const LEAD_BUCKETS = 2

/** History of a group of metrics in the axis' window, kept up while the calling component lives: loaded when the
 * view changes, continued by live frames (raw steps) or by refetching its newest buckets, loaded anew when the
 * stream began again. */
export function createHistory(options: HistoryOptions): HistoryGroup {
  const { axis } = options
  const [version, setVersion] = createSignal(0)
  const [isSlow, setSlow] = createSignal(false)
  const [held, setHeld] = createSignal<TimeRange | undefined>()
  const [isLoaded, setLoaded] = createSignal(false)
  const [error, setError] = createSignal<ApiError | undefined>()
  let data: ChartData | undefined
  let appender: LiveAppender | undefined
  let recent: LiveFrame[] = []
  let freshAt = 0
  let loading = new AbortController()
  let underWay: 'view' | 'same-view' | undefined
  let isTailUnderWay = false
  let patience: ReturnType<typeof setTimeout> | undefined

  const changed = () => setVersion((count) => count + 1)
  const isLive = () => untrack(axis.view).kind === 'live'
  const ask = (range: TimeRange, points: number, signal: AbortSignal) =>
    call(
      calls.getQuery,
      {
        query: {
          host: String(options.host),
          metrics: options.metrics.join(','),
          key: options.key,
          ...range,
          points,
        },
      },
      signal,
    )
  const tellSlow = () =>
    batch(() => {
      setHeld(undefined)
      setSlow(true)
    })
  const settle = () => {
    clearTimeout(patience)
    setSlow(false)
    setHeld(undefined)
  }

  const load = async (wanted: 'view' | 'same-view') => {
    // What a load of the view under way was for is still not shown.
    const kind = underWay === 'view' ? 'view' : wanted
    loading.abort()
    const mine = new AbortController()
    loading = mine
    underWay = kind
    clearTimeout(patience)
    // What is shown of the same view is right as far as it goes, so it is not greyed meanwhile.
    if (kind === 'view') patience = setTimeout(tellSlow, PATIENCE_MS)
    const { from, to } = untrack(axis.window)
    const points = untrack(options.points)
    const lead = leadOf({ from, to }, points, hubNow())
    try {
      const answer = await ask(
        { from: Math.max(0, from - lead), to: isLive() ? hubNow() : to },
        points,
        mine.signal,
      )
      if (mine.signal.aborted) return
      const buffer = new SeriesBuffer()
      mergeAnswer(buffer, answer)
      const stepMs = answer.step_ms
      data = { buffer, stepMs, joinMs: joinLimit(stepMs, options.intervalMs()), gaps: answer.gaps }
      appender = new LiveAppender(buffer, stepMs, options.metrics, options.key)
      underWay = undefined
      appendLive(recent)
      freshAt = Date.now()
      batch(() => {
        settle()
        setError(undefined)
        setLoaded(true)
        changed()
      })
    } catch (thrown) {
      if (mine.signal.aborted) return
      underWay = undefined
      batch(() => {
        settle()
        setError(asApiError(thrown))
      })
    }
  }

  const appendLive = (frames: readonly LiveFrame[]): boolean => {
    if (data === undefined || appender === undefined || data.stepMs >= COARSE_MS || !isLive()) return false
    // Rows of the view before; what comes meanwhile is appended to the answer.
    if (underWay === 'view') return false
    let isChanged = false
    for (const frame of frames) {
      data.gaps = closeGaps(data.gaps, frame.ts)
      isChanged = appender.append(frame) || isChanged
    }
    data.buffer.trimBefore(untrack(axis.window).from - 2 * data.stepMs)
    return isChanged
  }

  const refreshTail = async () => {
    const kept = data
    if (kept === undefined || isTailUnderWay) return
    const range = tailRange(hubNow(), kept.stepMs)
    isTailUnderWay = true
    try {
      const answer = await ask(range, TAIL_BUCKETS, loading.signal)
      if (kept !== data) return
      if (answer.step_ms !== kept.stepMs) return void load('same-view')
      mergeAnswer(kept.buffer, answer)
      const start = untrack(axis.window).from
      kept.gaps = dropBefore(mergeGaps(kept.gaps, answer.gaps, range), start)
      kept.buffer.trimBefore(start - LEAD_BUCKETS * kept.stepMs)
      freshAt = Date.now()
      changed()
    } catch {
      // The next turn asks again; what is shown stays true up to where it ends.
    } finally {
      isTailUnderWay = false
    }
  }

  const keepUp = () => {
    if (document.hidden || underWay !== undefined) return
    const next = upkeepOf({
      hasFailed: untrack(error) !== undefined,
      stepMs: data?.stepMs,
      isLive: isLive(),
      window: untrack(axis.window),
      nowMs: hubNow(),
      unrefreshedMs: Date.now() - freshAt,
    })
    if (next === 'load') void load('view')
    else if (next === 'reload') void load('same-view')
    else if (next === 'tail') void refreshTail()
  }

  createEffect(
    on([axis.view, axis.window], ([view, window], before) => {
      if (before !== undefined && before[0] === view) return
      if (before !== undefined && data !== undefined && isWorthHolding(extentOf(data), data.stepMs, window)) {
        setHeld(untrack(held) ?? before[1])
      } else setHeld(undefined)
      void load('view')
    }),
  )
  const timer = setInterval(keepUp, TAIL_EVERY_MS)
  document.addEventListener('visibilitychange', keepUp)
  let isFirstSnapshot = true
  const unlisten = onFrames(options.host, (frames, isSnapshot) => {
    recent = [...recent, ...frames].slice(-KEPT_FRAMES)
    if (appendLive(frames)) changed()
    if (isSnapshot && !isFirstSnapshot) void load('same-view')
    if (isSnapshot) isFirstSnapshot = false
  })
  onCleanup(() => {
    loading.abort()
    clearTimeout(patience)
    clearInterval(timer)
    document.removeEventListener('visibilitychange', keepUp)
    unlisten()
  })

  const names = createMemo<readonly string[]>(
    (before) => {
      version()
      return data === undefined || data.buffer.length === 0 ? before : data.buffer.names.toSorted()
    },
    [],
    { equals: (a, b) => a.length === b.length && a.every((name, i) => name === b[i]) },
  )
  return {
    version,
    data: () => data,
    window: () => held() ?? axis.window(),
    isStale: () => isLoaded() && (isSlow() || error() !== undefined),
    ...(options.thresholdsOf === undefined ? {} : { thresholdsOf: options.thresholdsOf }),
    names,
    isLoaded,
    error,
    retry: () => void load('view'),
  }
}

/** From the first row to the end of the last. */
function extentOf({ buffer, stepMs }: ChartData): TimeRange | undefined {
  const { t } = buffer
  return t.length === 0 ? undefined : { from: t[0]!, to: t[t.length - 1]! + stepMs }
}

function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  return new ApiError(0, 'unreadable', thrown instanceof Error ? thrown.message : String(thrown))
}
