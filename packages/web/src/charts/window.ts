import { DAY, HOUR, MINUTE, SECOND, type TimeRange } from '@lumen/model/time'

/** Live ranges, by the word the address carries. */
export const RANGES = [
  { name: '15m', spanMs: 15 * MINUTE },
  { name: '1h', spanMs: HOUR },
  { name: '6h', spanMs: 6 * HOUR },
  { name: '24h', spanMs: DAY },
  { name: '7d', spanMs: 7 * DAY },
  { name: '30d', spanMs: 30 * DAY },
  { name: '1y', spanMs: 365 * DAY },
] as const

export type RangeName = (typeof RANGES)[number]['name']

/** What the time axis shows: a range that ends now and slides, or a window that stays put. */
export type View = { kind: 'live'; range: RangeName } | { kind: 'fixed'; from: number; to: number }

export const DEFAULT_VIEW: View = { kind: 'live', range: '15m' }

/** Narrowest and widest window, and how far back there can be anything. */
export const MIN_SPAN_MS = 30 * SECOND
export const MAX_SPAN_MS = 366 * DAY
export const REACH_MS = 367 * DAY

/** The view an address asks for: `range=1h`, or `from` and `to` in epoch ms. Nonsense gives the default. */
export function parseView(params: { range?: unknown; from?: unknown; to?: unknown }): View {
  const from = Number(params.from)
  const to = Number(params.to)
  const asksWindow = params.from !== undefined && params.to !== undefined
  if (asksWindow && Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from < to) {
    return { kind: 'fixed', from: Math.max(from, to - MAX_SPAN_MS), to }
  }
  const range = RANGES.find(({ name }) => name === params.range)
  return range === undefined ? DEFAULT_VIEW : { kind: 'live', range: range.name }
}

/** The address parameters of a view; undefined takes a parameter away. */
export function viewParams(view: View): Record<'range' | 'from' | 'to', string | undefined> {
  return view.kind === 'live'
    ? { range: view.range, from: undefined, to: undefined }
    : { range: undefined, from: String(view.from), to: String(view.to) }
}

export function isSameView(a: View, b: View): boolean {
  if (a.kind === 'live') return b.kind === 'live' && a.range === b.range
  return b.kind === 'fixed' && a.from === b.from && a.to === b.to
}

export function spanOf(name: RangeName): number {
  return RANGES.find((range) => range.name === name)!.spanMs
}

/** The window a view shows at `now`. */
export function windowAt(view: View, now: number): TimeRange {
  if (view.kind === 'fixed') return { from: view.from, to: view.to }
  return { from: now - spanOf(view.range), to: now }
}

/** A window the user chose, held within what can be shown: not past now, not before the hub's memory, not
 * narrower than MIN_SPAN_MS. Keeps its span where it can. */
export function fixedView(wanted: TimeRange, now: number): View {
  const span = Math.min(Math.max(wanted.to - wanted.from, MIN_SPAN_MS), MAX_SPAN_MS)
  const middle = (wanted.from + wanted.to) / 2
  const earliest = now - REACH_MS
  const to = Math.min(Math.max(middle + span / 2, earliest + span), now)
  return { kind: 'fixed', from: Math.round(to - span), to: Math.round(to) }
}

/** Moved by a share of its span (negative: into the past). Moving a live range forward leaves it live, and a
 * window that comes back to now with a live range's span is that range again. */
export function panView(view: View, share: number, now: number): View {
  const { from, to } = windowAt(view, now)
  if (view.kind === 'live' && share >= 0) return view
  const byMs = (to - from) * share
  if (to + byMs >= now) {
    const range = RANGES.find(({ spanMs }) => Math.abs(spanMs - (to - from)) < SECOND)
    if (range !== undefined) return { kind: 'live', range: range.name }
  }
  return fixedView({ from: from + byMs, to: to + byMs }, now)
}

/** Span times `factor` (below 1 zooms in) around `anchor`, which keeps its place on the screen. */
export function zoomView(view: View, factor: number, anchor: number, now: number): View {
  const { from, to } = windowAt(view, now)
  const span = Math.min(Math.max((to - from) * factor, MIN_SPAN_MS), MAX_SPAN_MS)
  const share = (anchor - from) / (to - from)
  const start = anchor - span * share
  return fixedView({ from: start, to: start + span }, now)
}

/** Where an instant lies in the window, 0 to 1 inside it. */
export function shareOf(t: number, { from, to }: TimeRange): number {
  return (t - from) / (to - from)
}

/** The instant at a share of the window, whole ms. */
export function instantAt(share: number, { from, to }: TimeRange): number {
  return Math.round(from + (to - from) * share)
}

/** A live window moves when that could be seen: about a third of a pixel, never more than once a second, and once a
 * minute at least. */
export function slideMs(spanMs: number): number {
  return Math.min(Math.max(spanMs / 3000, SECOND), MINUTE)
}

/** By which share of its length a window has to move so that it reaches an instant; 0 for one it holds. */
export function panToShow(t: number, { from, to }: TimeRange): number {
  const beyond = t < from ? t - from : t > to ? t - to : 0
  return beyond / (to - from)
}
