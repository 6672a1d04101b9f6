import { HOUR } from '@lumen/model/time'
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
import type { ChartSource } from '../../charts/chart.tsx'
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
import { COARSE_MS, TAIL_EVERY_MS, upkeepOf } from './upkeep.ts'

/** Metrics that are fetched and kept together. */
export interface HistoryGroup extends ChartSource {
  /** Columns there are, in a stable order; changes only when one comes or goes. */
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
  axis: TimeAxis
  /** Buckets worth asking for, from the width a chart has. */
  points: () => number
  intervalMs: () => number
}

const KEPT_FRAMES = 32

/** History of a group of metrics in the axis' window, kept up while the calling component lives: loaded when the
 * view changes, continued by live frames (raw steps) or by refetching its newest buckets, loaded anew when the
 * stream began again. */
export function createHistory(options: HistoryOptions): HistoryGroup {
  const { host, metrics, axis } = options
  const [version, setVersion] = createSignal(0)
  const [isLoading, setLoading] = createSignal(true)
  const [isLoaded, setLoaded] = createSignal(false)
  const [error, setError] = createSignal<ApiError | undefined>()
  let data: ChartData | undefined
  let appender: LiveAppender | undefined
  let recent: LiveFrame[] = []
  let freshAt = 0
  let loading = new AbortController()
  let isUnderWay = false
  let isTailUnderWay = false

  const changed = () => setVersion((count) => count + 1)
  const isLive = () => untrack(axis.view).kind === 'live'

  /** `isSameView`: what is shown is right as far as it goes, so it is not greyed meanwhile. */
  const load = async ({ isSameView = false } = {}) => {
    loading.abort()
    const mine = new AbortController()
    loading = mine
    isUnderWay = true
    if (!isSameView) setLoading(true)
    const { from, to } = untrack(axis.window)
    const margin = Math.ceil((to - from) / 50)
    try {
      const answer = await call(
        calls.getQuery,
        {
          query: {
            host: String(host),
            metrics: metrics.join(','),
            from: from - margin,
            to: isLive() ? hubNow() : to,
            points: options.points(),
          },
        },
        mine.signal,
      )
      if (mine.signal.aborted) return
      const buffer = new SeriesBuffer()
      mergeAnswer(buffer, answer)
      const stepMs = answer.step_ms
      data = { buffer, stepMs, joinMs: joinLimit(stepMs, options.intervalMs()), gaps: answer.gaps }
      appender = new LiveAppender(buffer, stepMs, metrics)
      appendLive(recent)
      freshAt = Date.now()
      batch(() => {
        setError(undefined)
        setLoading(false)
        setLoaded(true)
        changed()
      })
    } catch (thrown) {
      if (mine.signal.aborted) return
      batch(() => {
        setError(asApiError(thrown))
        setLoading(false)
      })
    } finally {
      if (loading === mine) isUnderWay = false
    }
  }

  const appendLive = (frames: readonly LiveFrame[]): boolean => {
    if (data === undefined || appender === undefined || data.stepMs >= COARSE_MS || !isLive()) return false
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
      const answer = await call(
        calls.getQuery,
        { query: { host: String(host), metrics: metrics.join(','), ...range, points: TAIL_BUCKETS } },
        loading.signal,
      )
      if (kept !== data) return
      if (answer.step_ms !== kept.stepMs) return void load({ isSameView: true })
      mergeAnswer(kept.buffer, answer)
      kept.gaps = dropBefore(mergeGaps(kept.gaps, answer.gaps, range), hubNow() - 26 * HOUR)
      kept.buffer.trimBefore(untrack(axis.window).from - 2 * kept.stepMs)
      freshAt = Date.now()
      changed()
    } catch {
      // The next turn asks again; what is shown stays true up to where it ends.
    } finally {
      isTailUnderWay = false
    }
  }

  const keepUp = () => {
    if (document.hidden || isUnderWay) return
    const next = upkeepOf({
      hasFailed: untrack(error) !== undefined,
      stepMs: data?.stepMs,
      isLive: isLive(),
      window: untrack(axis.window),
      nowMs: hubNow(),
      unrefreshedMs: Date.now() - freshAt,
    })
    if (next === 'load') void load()
    else if (next === 'reload') void load({ isSameView: true })
    else if (next === 'tail') void refreshTail()
  }

  createEffect(on(axis.view, () => void load()))
  const timer = setInterval(keepUp, TAIL_EVERY_MS)
  const onVisible = () => keepUp()
  document.addEventListener('visibilitychange', onVisible)
  let isFirstSnapshot = true
  const unlisten = onFrames(host, (frames, isSnapshot) => {
    recent = [...recent, ...frames].slice(-KEPT_FRAMES)
    if (appendLive(frames)) changed()
    if (isSnapshot && !isFirstSnapshot) void load({ isSameView: true })
    if (isSnapshot) isFirstSnapshot = false
  })
  onCleanup(() => {
    loading.abort()
    clearInterval(timer)
    document.removeEventListener('visibilitychange', onVisible)
    unlisten()
  })

  const names = createMemo<readonly string[]>(
    () => {
      version()
      return data?.buffer.names.toSorted() ?? []
    },
    [],
    { equals: (a, b) => a.length === b.length && a.every((name, i) => name === b[i]) },
  )
  return {
    version,
    data: () => data,
    isStale: () => isLoaded() && (isLoading() || error() !== undefined),
    names,
    isLoaded,
    error,
    retry: () => void load(),
  }
}

function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  return new ApiError(0, 'unreadable', thrown instanceof Error ? thrown.message : String(thrown))
}
