import type { TimeRange } from '@lumen/model/time'
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
import {
  DEFAULT_VIEW,
  fixedView,
  instantAt,
  isSameView,
  MIN_SPAN_MS,
  panToShow,
  panView,
  shareOf,
  slideMs,
  spanOf,
  type View,
  windowAt,
  zoomView,
} from './window.ts'

/** The one time axis of a page: every chart draws its window, shows its cursor and changes it for all. */
export interface TimeAxis {
  view: Accessor<View>
  /** What is shown; slides by itself while the view is live. */
  window: Accessor<TimeRange>
  /** The instant under the cursor, the same in all charts; null without one. */
  cursor: Accessor<number | null>
  /** What is being dragged out, or null. */
  selection: Accessor<TimeRange | null>
  /** What happened within reach, oldest first. */
  marks: Accessor<readonly AxisMark[]>
  /** Puts the cursor at a share of the window, where it stays while the window slides. */
  point(share: number | null): void
  /** Puts the cursor at an instant; the window follows when it lies outside. */
  moveCursor(t: number): void
  select(range: TimeRange | null): void
  /** Shows what was dragged out; too little of it is a click and changes nothing. */
  zoomToSelection(): void
  pan(share: number): void
  zoom(factor: number, anchor?: number): void
  /** Back to the live range shown last. */
  reset(): void
  show(view: View): void
  /** By the hub's clock. */
  now(): number
}

/** Something that happened at an instant, marked on every chart's time axis. */
export interface AxisMark {
  at: number
  text: string
  isTrouble: boolean
}

export interface TimeAxisOptions {
  /** Oldest first. None without it. */
  marks?: Accessor<readonly AxisMark[]>
  view: Accessor<View>
  /** `isStep`: worth a step for Back. */
  onView: (view: View, isStep: boolean) => void
  now: () => number
}

/** Selections narrower than this share of the window are clicks. */
const CLICK_SHARE = 0.008

/** Made within a component; its timer ends with it. */
export function createTimeAxis({ view: wanted, onView, now, marks = () => [] }: TimeAxisOptions): TimeAxis {
  const view = createMemo(wanted, undefined, { equals: isSameView })
  const [slides, setSlides] = createSignal(0)
  const [share, setShare] = createSignal<number | null>(null)
  const [pinned, setPinned] = createSignal<number | null>(null)
  const [selection, select] = createSignal<TimeRange | null>(null)
  let lastLive: View = DEFAULT_VIEW

  // Derived, not set: whoever reacts to a new view sees its window, in whatever order effects run.
  const window = createMemo(
    (): TimeRange => {
      const shown = view()
      slides()
      return untrack(() => windowAt(shown, now()))
    },
    undefined,
    { equals: (a, b) => a.from === b.from && a.to === b.to },
  )
  const cursor = createMemo(() => {
    const pointed = share()
    return pointed === null ? pinned() : instantAt(pointed, window())
  })

  createEffect(
    on(view, (current) => {
      if (current.kind === 'live') lastLive = current
      if (current.kind === 'fixed') return
      const timer = setInterval(
        () => {
          if (!document.hidden && untrack(selection) === null) setSlides((count) => count + 1)
        },
        slideMs(spanOf(current.range)),
      )
      onCleanup(() => clearInterval(timer))
    }),
  )

  const show = (next: View, isStep: boolean) => {
    if (!isSameView(next, untrack(view))) onView(next, isStep)
  }

  return {
    view,
    window,
    cursor,
    selection,
    marks,
    point: (next) =>
      batch(() => {
        setShare(next)
        setPinned(null)
      }),
    moveCursor: (t) =>
      batch(() => {
        const shown = untrack(window)
        const at = Math.min(t, now())
        const by = panToShow(at, shown)
        if (by !== 0) show(panView(untrack(view), by, now()), false)
        setShare(null)
        setPinned(at)
      }),
    select,
    zoomToSelection: () => {
      const range = untrack(selection)
      select(null)
      if (range === null) return
      const { from, to } = untrack(window)
      if ((range.to - range.from) / (to - from) < CLICK_SHARE) return
      show(fixedView(range, now()), true)
    },
    pan: (by) => show(panView(untrack(view), by, now()), false),
    zoom: (factor, anchor) => {
      const { from, to } = untrack(window)
      if (factor < 1 && to - from <= MIN_SPAN_MS) return
      const at = anchor ?? untrack(cursor) ?? (untrack(view).kind === 'live' ? to : (from + to) / 2)
      const held = shareOf(at, { from, to }) >= 0 && at <= to ? at : to
      show(zoomView(untrack(view), factor, held, now()), false)
    },
    reset: () => show(lastLive, true),
    show: (next) => show(next, true),
    now,
  }
}
