import { bucketStart, intersect, MINUTE, SECOND, type TimeRange } from '@lumen/model/time'

/** A frame this many intervals after the one before leaves a gap between them. */
export const GAP_INTERVALS = 2.5

const ASSUMED_INTERVAL_MS = 5 * SECOND
/** No agent reads less often: a longer silence is never explained by the interval alone. */
const LONGEST_INTERVAL_MS = 5 * MINUTE
/** How many cells beside a silence are looked at to find how often the agent read then. */
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

/** How many frames came in each cell of time. */
export interface FrameCells {
  /** Start of the first cell, a multiple of `cellMs`. */
  start: number
  /** A minute; five where the cold tier has part of it. */
  cellMs: number
  /** By cell. A cell of the cold tier's may hold frames of several files: they add up. */
  counts: Uint32Array<ArrayBuffer>
}

/** Room for the cells that `range` meets. */
export function emptyCells(range: TimeRange, cellMs: number): FrameCells {
  const start = bucketStart(range.from, cellMs)
  const cells = Math.max(0, Math.ceil((range.to - start) / cellMs))
  return { start, cellMs, counts: new Uint32Array(cells) }
}

/** The same counts in the cells that `range` meets; cells that were not there have none. */
export function cellsWithin(cells: FrameCells, range: TimeRange): FrameCells {
  const wanted = emptyCells(range, cells.cellMs)
  const shift = (cells.start - wanted.start) / cells.cellMs
  if (shift === 0 && wanted.counts.length === cells.counts.length) return cells
  for (let at = Math.max(0, -shift); at < cells.counts.length; at++) {
    if (shift + at < wanted.counts.length) wanted.counts[shift + at] = cells.counts[at]!
  }
  return wanted
}

/** Counts frames into the cell that holds `ts`; outside of the cells nothing happens. */
export function countFrames(cells: FrameCells, ts: number, frames: number): void {
  const index = Math.floor((ts - cells.start) / cells.cellMs)
  if (index >= 0 && index < cells.counts.length) cells.counts[index]! += frames
}

/** Runs of whole cells without a frame, as far as they lie in `within`: not before `firstMs` (the host's first
 * frame), not in the cell under way, and not shorter than the agent's interval explains. Cells do not say what the
 * interval was, and today's need not be that of the silence: the frames of the cells beside it tell.
 * @param intervalMs the newest interval, used where the cells do not tell; 5 s when unknown */
export function cellGaps(
  { start, cellMs, counts }: FrameCells,
  within: TimeRange,
  firstMs: number,
  intervalMs: number | undefined,
  now: number,
): TimeRange[] {
  const gaps: TimeRange[] = []
  const newestMs = intervalMs ?? ASSUMED_INTERVAL_MS
  const indexOf = (ts: number) => Math.min(counts.length, Math.max(0, Math.floor((ts - start) / cellMs)))
  const first = indexOf(Math.max(within.from, firstMs))
  const end = Math.min(Math.ceil((within.to - start) / cellMs), indexOf(now))
  for (let from = first; from < end; from++) {
    if (counts[from]! > 0) continue
    let to = from + 1
    while (to < end && !(counts[to]! > 0)) to += 1
    const before = intervalBeside(counts, cellMs, { first, end }, from - 1, -1, newestMs)
    const after = intervalBeside(counts, cellMs, { first, end }, to, 1, newestMs)
    const explainedMs = GAP_INTERVALS * (Math.max(before ?? 0, after ?? 0) || newestMs)
    const isExplained = explainedMs > cellMs && (to - from) * cellMs <= explainedMs
    const run = { from: start + from * cellMs, to: Math.min(start + to * cellMs, within.to) }
    const gap = isExplained ? undefined : intersect(run, within)
    if (gap !== undefined) gaps.push(gap)
    from = to
  }
  return gaps
}

/** How often the agent read around the filled cell at `index`, seen from the silence after it (`side` −1: earlier
 * cells tell) or before it (1). undefined when they do not tell. */
function intervalBeside(
  counts: Uint32Array,
  cellMs: number,
  { first, end }: { first: number; end: number },
  index: number,
  side: -1 | 1,
  newestMs: number,
): number | undefined {
  if (index < first || index >= end) return undefined
  let most = 0
  for (let near = index; near >= first && near < end && Math.abs(near - index) < NEARBY; near += side) {
    most = Math.max(most, counts[near]!)
  }
  if (most > 1) {
    const fits = newestMs <= cellMs / (most - 1) && newestMs >= cellMs / (most + 1)
    return fits ? newestMs : cellMs / most
  }
  if (cellMs >= LONGEST_INTERVAL_MS) return LONGEST_INTERVAL_MS
  for (let next = index + side; next >= first && next < end; next += side) {
    const apart = Math.abs(next - index) * cellMs
    if (apart > LONGEST_INTERVAL_MS) return undefined
    if (counts[next]! > 0) return counts[next] === 1 ? apart : undefined
  }
  return undefined
}
