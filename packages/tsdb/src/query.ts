import { layoutOf, type Metric } from '@lumen/model/metric'
import { MINUTE, type TimeRange } from '@lumen/model/time'
import { LumenError } from '@lumen/std/error'
import type { RangeAnswer, RangeQuery } from './api.ts'
import type { ColdCoverage } from './cold/listed-file.ts'
import type { HotClient } from './hot/client.ts'
import type { ReadAnswer } from './hot/messages.ts'
import type { Directory, HostEntry } from './pending/directory.ts'
import type { Flusher } from './pending/flusher.ts'
import { frameMinutes, overlay } from './pending/overlay.ts'
import { BucketSet } from './plan/bucket-set.ts'
import { cellGaps, cellsWithin, countFrames, emptyCells, rawGaps } from './plan/gaps.ts'
import { bucketStarts, gridRange } from './plan/grid.ts'
import { type Plan, type PlanInput, plan } from './plan/plan.ts'
import { stitch } from './plan/stitch.ts'
import type { RamTier } from './ram/ram-tier.ts'
import type { Selection } from './tier.ts'

export interface QueryParts {
  directory: Directory
  ram: RamTier
  flusher: Flusher
  client: HotClient
  /** What the cold tier holds at present. */
  coverage: () => readonly ColdCoverage[]
  /** How far back anything is kept. */
  keptMs: number
  /** What is missing before is no gap: it is past retention, or was given up for lack of room. Epoch ms. */
  gapsFrom: number
}

/** Plans, reads the tiers, stitches. `now` as of the call.
 * @throws {LumenError} `answer_too_large`, and what the hot tier throws, when the plan needs it and it cannot be read. */
export async function runQuery(parts: QueryParts, query: RangeQuery, now: number): Promise<RangeAnswer> {
  const host = parts.directory.hosts.get(query.host)
  const ring = parts.ram.find(query.host)
  ring?.expire(now)
  const intervalMs = ring?.intervalMs
  const input: PlanInput = {
    range: query.range,
    points: query.points,
    now,
    keptMs: parts.keptMs,
    cold: coldDays(parts.coverage(), query.metrics),
    ram:
      ring === undefined || intervalMs === undefined
        ? null
        : { completeFrom: ring.completeFrom(now, host?.durableAtOpen ?? null), intervalMs },
  }
  // A day may move to the cold tier between the plan and the read. The second plan is right whatever moves then.
  const answer =
    (await answerBy(plan(input), parts, query, host, now)) ??
    (await answerBy(plan({ ...input, cold: [query.range] }), parts, query, host, now))
  if (answer === undefined)
    throw new LumenError('plan_wrong', 'Cannot answer: the cold tier needs a coarser step')
  return answer
}

/** Days with cold files of what is asked for; frames are counted by those of `host`. */
function coldDays(coverage: readonly ColdCoverage[], metrics: readonly Metric[]): TimeRange[] {
  const entities = new Set<string>(['host', ...metrics.map(({ entity }) => entity)])
  return coverage.filter(({ entity }) => entities.has(entity)).flatMap(({ ranges }) => ranges)
}

/** undefined when the plan's step is too fine for what the cold tier holds by now. */
async function answerBy(
  chosen: Plan,
  parts: QueryParts,
  query: RangeQuery,
  host: HostEntry | undefined,
  now: number,
): Promise<RangeAnswer | undefined> {
  const set = new BucketSet(chosen.grid)
  const read =
    chosen.source === 'ram'
      ? readRam(parts, query, set, host, now)
      : await readRollups(parts, query, chosen, set, host, now)
  if (read === undefined) return undefined
  return {
    stepMs: chosen.grid.stepMs,
    tiers: read.tiers,
    t: bucketStarts(chosen.grid),
    series: stitch(set, query.metrics, query.key),
    gaps: read.gaps,
  }
}

type Read = Pick<RangeAnswer, 'tiers' | 'gaps'>

function readRam(
  { ram, gapsFrom }: QueryParts,
  query: RangeQuery,
  set: BucketSet,
  host: HostEntry | undefined,
  now: number,
): Read {
  const selections = selectionsOf(query.metrics, query.key)
  set.addColumns(ram.read({ host: query.host, grid: set.grid, selections }))
  const frames = ram.find(query.host)?.frames() ?? []
  const gaps = rawGaps(frames, query.range, now)
  const first = frames[0]
  if (first !== undefined && host !== undefined && firstMinuteOf(host, gapsFrom) + MINUTE <= first.ts) {
    // The host had delivered before, so the time up to the ring's first frame is a gap too, if it is long enough.
    const early = rawGaps(
      [{ ts: query.range.from - first.intervalMs, intervalMs: first.intervalMs }, first],
      query.range,
      now,
    )
    const gap = early[0]
    if (gap !== undefined && gap.to === first.ts) gaps.unshift(gap)
  }
  return { tiers: ['ram'], gaps }
}

async function readRollups(
  { client, directory, flusher, ram, gapsFrom }: QueryParts,
  query: RangeQuery,
  chosen: Plan,
  set: BucketSet,
  host: HostEntry | undefined,
  now: number,
): Promise<Read | undefined> {
  const persisted = selectionsOf(
    query.metrics.filter((metric) => metric.spec.isPersisted),
    query.key,
  )
  const live = selectionsOf(
    query.metrics.filter((metric) => !metric.spec.isPersisted),
    query.key,
  )
  // Frames are counted within the buckets only: what lies before the first says nothing.
  const buckets = gridRange(set.grid)
  const within = {
    from: Math.max(query.range.from, buckets.from),
    to: Math.min(query.range.to, buckets.to),
  }
  const answer =
    chosen.disk === null || host === undefined
      ? null
      : await client.call('read', {
          ...{ host: query.host, grid: chosen.disk, selections: persisted },
          framesWithin: framesWithin(within, firstMinuteOf(host, gapsFrom), now),
        })
  // From here on nothing may wait: the answer and what it lacks must be of the same instant (T4).
  if (host === undefined || directory.hosts.get(query.host) !== host) return { tiers: ['hot'], gaps: [] }
  if (answer?.mustCoarsen) return undefined
  const deltas = flusher.deltasAfter(answer?.generation ?? 0)
  set.addColumns(answer?.columns ?? [])
  const isPending = overlay(set, deltas, host, persisted)
  const liveColumns = ram.read({ host: query.host, grid: set.grid, selections: live })
  set.addColumns(liveColumns)
  const hasCold = answer?.hasCold ?? false
  const hasRam = isPending || liveColumns.length > 0
  const hasHot = (answer?.hasHot ?? false) || !(hasCold || hasRam)
  return {
    tiers: [
      ...(hasCold ? (['cold'] as const) : []),
      ...(hasHot ? (['hot'] as const) : []),
      ...(hasRam ? (['ram'] as const) : []),
    ],
    gaps: rollupGaps(answer, frameMinutes(deltas, host), {
      within,
      firstMinute: firstMinuteOf(host, gapsFrom),
      intervalMs: ram.find(query.host)?.intervalMs,
      now,
    }),
  }
}

interface GapBounds {
  within: TimeRange
  firstMinute: number
  intervalMs: number | undefined
  now: number
}

/** Cells of a minute; of five where cold buckets tell, which know no finer. */
function rollupGaps(
  answer: ReadAnswer | null,
  pending: { minute: number; frames: number }[],
  { within, firstMinute, intervalMs, now }: GapBounds,
): TimeRange[] {
  const range = framesWithin(within, firstMinute, now)
  // A late frame may have become the host's first while the tiers on disk were read.
  const cells = answer === null ? emptyCells(range, MINUTE) : cellsWithin(answer.frames, range)
  for (const { minute, frames } of pending) countFrames(cells, minute, frames)
  return cellGaps(cells, within, firstMinute, intervalMs, now)
}

/** Where frames say something of gaps. */
function framesWithin(within: TimeRange, firstMinute: number, now: number): TimeRange {
  const from = Math.max(within.from, Math.min(firstMinute, within.to))
  return { from, to: Math.max(from, Math.min(within.to, now)) }
}

/** Start of the oldest minute with a frame that is still kept; Infinity when the host never delivered. */
function firstMinuteOf(host: HostEntry, keptFrom: number): number {
  return Math.max(host.firstMinute, Math.ceil(keptFrom / MINUTE) * MINUTE)
}

/** Metrics grouped by entity; a key asked for cannot match an entity that has none. */
export function selectionsOf(metrics: readonly Metric[], key: string | null): Selection[] {
  const fields = new Map<Metric['entity'], number[]>()
  for (const { entity, index } of metrics) {
    const known = fields.get(entity)
    if (known === undefined) fields.set(entity, [index])
    else if (!known.includes(index)) known.push(index)
  }
  return [...fields].flatMap(([entity, each]) => {
    const isUnkeyed = layoutOf(entity).spec.keyTitle === null
    if (isUnkeyed && key !== null && key !== '') return []
    return [{ entity, key: isUnkeyed ? '' : key, fields: each }]
  })
}
