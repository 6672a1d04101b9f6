import { intersect, MINUTE, SECOND, type TimeRange } from '@lumen/model/time'

/** A frame this many intervals after the one before leaves a gap between them. */
export const GAP_INTERVALS = 2.5

const ASSUMED_INTERVAL_MS = 5 * SECOND
/** No agent reads less often: a longer silence is never explained by the interval alone. */
const LONGEST_INTERVAL_MS = 5 * MINUTE
/** How many minutes beside a silence are looked at to find how often the agent read then. */
const NEARBY = 3

/** Gaps between raw frames, sorted by time, as far as they lie in `within`. Of two frames the longer interval
 * counts: an agent told to read less often is silent before the first frame that says so. Time before the first
 * frame is no gap; after the last one it is, up to now. */
export function rawGaps(
  frames: readonly { ts: number; intervalMs: number }[],
  within: TimeRange,
  now: number,
): TimeRange[] {
  const gaps: TimeRange[] = []
  frames.forEach(({ ts, intervalMs }, index) => {
    const next = frames[index + 1]
    const end = next?.ts ?? now
    if (end - ts <= GAP_INTERVALS * Math.max(intervalMs, next?.intervalMs ?? 0)) return
    const gap = intersect(
      { from: ts + intervalMs, to: end },
      { from: within.from, to: Math.min(within.to, now) },
    )
    if (gap !== undefined) gaps.push(gap)
  })
  return gaps
}

/** Runs of whole minutes without a frame, as far as they lie in `within`: not before `firstMinute` (the host's
 * first), not in the minute under way, and not shorter than the agent's interval explains. Minutes do not say what
 * the interval was, and today's need not be that of the silence: the frames of the minutes beside it tell.
 * @param minutes frames by minute, of `within` and around it
 * @param intervalMs the newest interval, used where the minutes do not tell; 5 s when unknown */
export function minuteGaps(
  minutes: ReadonlyMap<number, number>,
  within: TimeRange,
  firstMinute: number,
  intervalMs: number | undefined,
  now: number,
): TimeRange[] {
  const gaps: TimeRange[] = []
  const newestMs = intervalMs ?? ASSUMED_INTERVAL_MS
  const first = Math.max(Math.floor(within.from / MINUTE) * MINUTE, firstMinute)
  const end = Math.min(within.to, Math.floor(now / MINUTE) * MINUTE)
  const filled = [...minutes.keys()].filter((minute) => minute >= first && minute < end).sort((a, b) => a - b)
  for (let index = 0; index <= filled.length; index++) {
    const from = index === 0 ? first : filled[index - 1]! + MINUTE
    const to = filled[index] ?? end
    if (to <= from) continue
    const before = intervalBeside(filled, minutes, index - 1, -1, newestMs)
    const after = intervalBeside(filled, minutes, index, 1, newestMs)
    const explainedMs = GAP_INTERVALS * (Math.max(before ?? 0, after ?? 0) || newestMs)
    if (explainedMs > MINUTE && to - from <= explainedMs) continue
    const gap = intersect({ from, to }, within)
    if (gap !== undefined) gaps.push(gap)
  }
  return gaps
}

/** How often the agent read around the filled minute at `index`, seen from the silence after it (`side` −1: earlier
 * minutes tell) or before it (1). undefined when they do not tell. */
function intervalBeside(
  filled: readonly number[],
  minutes: ReadonlyMap<number, number>,
  index: number,
  side: -1 | 1,
  newestMs: number,
): number | undefined {
  const at = filled[index]
  if (at === undefined) return undefined
  let most = 0
  for (let near = index; Math.abs((filled[near] ?? Number.NaN) - at) < NEARBY * MINUTE; near += side) {
    most = Math.max(most, minutes.get(filled[near]!)!)
  }
  if (most > 1) {
    const fits = newestMs <= MINUTE / (most - 1) && newestMs >= MINUTE / (most + 1)
    return fits ? newestMs : MINUTE / most
  }
  const next = filled[index + side]
  if (next === undefined || minutes.get(next) !== 1) return undefined
  const apart = Math.abs(next - at)
  return apart <= LONGEST_INTERVAL_MS ? apart : undefined
}
