import { MINUTE, type TimeRange } from '@lumen/model/time'

/** From this step on, live frames are left to the hub's own averages, fetched anew as the tail. */
export const COARSE_MS = 60_000
/** How often a history looks after itself. */
export const TAIL_EVERY_MS = 10_000
/** A bucket is asked for about ten times while it grows, as far as that could be seen. */
const LONGEST_PAUSE_MS = 5 * MINUTE
/** Ranges the hub holds raw readings for. */
const RAW_SPAN_MS = 15 * MINUTE
/** The furthest the hub can be told to hold raw readings. */
const LONGEST_RAM_MS = 61 * MINUTE
/** A window that ended this recently may still get late readings. */
const SETTLE_MS = 90_000

export interface HistoryCondition {
  hasFailed: boolean
  /** Of the rows held; undefined before the first answer. */
  stepMs: number | undefined
  isLive: boolean
  window: TimeRange
  /** By the hub's clock. */
  nowMs: number
  /** Since rows were fetched last. */
  unrefreshedMs: number
}

/** What a history does next to stay true: `load` anew after a failure, `reload` what is shown without greying
 * it, fetch its newest buckets (`tail`), or `rest`. */
export function upkeepOf(now: HistoryCondition): 'load' | 'reload' | 'tail' | 'rest' {
  const { stepMs, isLive, window } = now
  if (now.hasFailed) return 'load'
  if (stepMs === undefined) return 'rest'
  if (!isLive && now.nowMs > window.to + SETTLE_MS) return 'rest'
  // A laptop that slept lacks more than the tail.
  if (now.unrefreshedMs > Math.max(5 * stepMs, 3 * TAIL_EVERY_MS)) return 'reload'
  // The hub's raw readings come back a moment after its restart, when agents have resent them.
  if (isLive && stepMs >= COARSE_MS && window.to - window.from <= RAW_SPAN_MS) return 'reload'
  // Half a turn early rather than a whole one late.
  return now.unrefreshedMs + TAIL_EVERY_MS / 2 < paceOf(stepMs) ? 'rest' : 'tail'
}

/** How long before a window to ask, so that a line enters it from its left edge: answers begin with the first bucket
 * that starts inside. Steps are up to three times what the points would give, and minutes or five of them where the
 * tier has nothing finer; asking further back than RAM reaches would make a window in it coarse. */
export function leadOf({ from, to }: TimeRange, points: number, nowMs: number): number {
  const span = to - from
  const ofStep = Math.max((span / points) * 3, Math.min(span / 50, 5 * MINUTE))
  return Math.ceil(nowMs - from > LONGEST_RAM_MS ? Math.max(ofStep, 5 * MINUTE) : ofStep)
}

/** How often the newest buckets of a step are worth asking for. */
export function paceOf(stepMs: number): number {
  return Math.min(Math.max(stepMs / 10, TAIL_EVERY_MS), LONGEST_PAUSE_MS)
}
