import { intersect, MINUTE, type TimeRange } from '@lumen/model/time'

/** A frame this many intervals after the one before leaves a gap between them. */
export const GAP_INTERVALS = 2.5

/** Gaps between raw frames, sorted by time, as far as they lie in `within`. Time before the first frame is no
 * gap; after the last one it is, up to now. */
export function rawGaps(
  frames: readonly { ts: number; intervalMs: number }[],
  within: TimeRange,
  now: number,
): TimeRange[] {
  const gaps: TimeRange[] = []
  frames.forEach(({ ts, intervalMs }, index) => {
    const next = frames[index + 1]?.ts ?? now
    if (next - ts <= GAP_INTERVALS * intervalMs) return
    const gap = intersect(
      { from: ts + intervalMs, to: next },
      { from: within.from, to: Math.min(within.to, now) },
    )
    if (gap !== undefined) gaps.push(gap)
  })
  return gaps
}

/** Runs of whole minutes without a frame, as far as they lie in `within`: not before `firstMinute` (the host's
 * first), not in the minute under way, and not shorter than the agent's interval explains. */
export function minuteGaps(
  minutes: ReadonlySet<number>,
  within: TimeRange,
  firstMinute: number,
  intervalMs: number,
  now: number,
): TimeRange[] {
  const gaps: TimeRange[] = []
  const from = Math.max(Math.floor(within.from / MINUTE) * MINUTE, firstMinute)
  const to = Math.min(within.to, Math.floor(now / MINUTE) * MINUTE)
  let start: number | null = null
  const close = (end: number) => {
    const gap = start === null ? undefined : intersect({ from: start, to: end }, within)
    if (
      gap !== undefined &&
      (intervalMs * GAP_INTERVALS <= MINUTE || end - start! > intervalMs * GAP_INTERVALS)
    ) {
      gaps.push(gap)
    }
    start = null
  }
  for (let minute = from; minute < to; minute += MINUTE) {
    if (minutes.has(minute)) close(minute)
    else start ??= minute
  }
  close(to)
  return gaps
}
