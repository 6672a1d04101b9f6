import { layoutOf, type Metric } from '@lumen/model/metric'
import { MINUTE, type TimeRange } from '@lumen/model/time'
import type { RangeAnswer, RangeQuery } from './api.ts'
import type { HotClient } from './hot/client.ts'
import type { Directory, HostEntry } from './pending/directory.ts'
import type { Flusher } from './pending/flusher.ts'
import { frameMinutes, overlay } from './pending/overlay.ts'
import { BucketSet } from './plan/bucket-set.ts'
import { cellGaps, countFrames, emptyCells, rawGaps } from './plan/gaps.ts'
import { bucketStarts, gridRange } from './plan/grid.ts'
import { type Plan, plan } from './plan/plan.ts'
import { stitch } from './plan/stitch.ts'
import type { RamTier } from './ram/ram-tier.ts'
import type { Selection } from './tier.ts'

export interface QueryParts {
  directory: Directory
  ram: RamTier
  flusher: Flusher
  client: HotClient
  /** How far back anything is kept. */
  keptMs: number
}

/** Plans, reads the tiers, stitches. `now` as of the call.
 * @throws {LumenError} what the hot tier throws, when the plan needs it and it cannot be read. */
export async function runQuery(parts: QueryParts, query: RangeQuery, now: number): Promise<RangeAnswer> {
  const host = parts.directory.hosts.get(query.host)
  const ring = parts.ram.find(query.host)
  ring?.expire(now)
  const intervalMs = ring?.intervalMs
  const chosen = plan({
    range: query.range,
    points: query.points,
    now,
    keptMs: parts.keptMs,
    cold: [],
    ram:
      ring === undefined || intervalMs === undefined
        ? null
        : { completeFrom: ring.completeFrom(now, host?.durableAtOpen ?? null), intervalMs },
  })
  const set = new BucketSet(chosen.grid)
  const { tiers, gaps } =
    chosen.source === 'ram'
      ? readRam(parts, query, set, host, now)
      : await readRollups(parts, query, chosen, set, host, now)
  return {
    stepMs: chosen.grid.stepMs,
    tiers,
    t: bucketStarts(chosen.grid),
    series: stitch(set, query.metrics, query.key),
    gaps,
  }
}

type Read = Pick<RangeAnswer, 'tiers' | 'gaps'>

function readRam(
  { ram, keptMs }: QueryParts,
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
  if (first !== undefined && host !== undefined && firstMinuteOf(host, now - keptMs) + MINUTE <= first.ts) {
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
  { client, directory, flusher, ram, keptMs }: QueryParts,
  query: RangeQuery,
  chosen: Plan,
  set: BucketSet,
  host: HostEntry | undefined,
  now: number,
): Promise<Read> {
  const persisted = selectionsOf(
    query.metrics.filter((metric) => metric.spec.isPersisted),
    query.key,
  )
  const live = selectionsOf(
    query.metrics.filter((metric) => !metric.spec.isPersisted),
    query.key,
  )
  const answer =
    chosen.disk === null || host === undefined
      ? null
      : await client.call('read', { host: query.host, grid: chosen.disk, selections: persisted })
  // From here on nothing may wait: the answer and what it lacks must be of the same instant (T4).
  if (host === undefined || directory.hosts.get(query.host) !== host) return { tiers: ['hot'], gaps: [] }
  const deltas = flusher.deltasAfter(answer?.generation ?? 0)
  set.addColumns(answer?.columns ?? [])
  const isPending = overlay(set, deltas, host, persisted)
  const liveColumns = ram.read({ host: query.host, grid: set.grid, selections: live })
  set.addColumns(liveColumns)
  const within: TimeRange = { from: query.range.from, to: Math.min(query.range.to, gridRange(set.grid).to) }
  const firstMinute = firstMinuteOf(host, now - keptMs)
  const known: TimeRange = {
    from: Math.max(within.from, Math.min(firstMinute, within.to)),
    to: Math.min(within.to, now),
  }
  const cells = emptyCells(known, MINUTE)
  answer?.minutes.forEach((minute, index) => void countFrames(cells, minute, answer.frames[index]!))
  for (const { minute, frames } of frameMinutes(deltas, host)) countFrames(cells, minute, frames)
  const intervalMs = ram.find(query.host)?.intervalMs
  return {
    tiers: isPending || liveColumns.length > 0 ? ['hot', 'ram'] : ['hot'],
    gaps: cellGaps(cells, within, firstMinute, intervalMs, now),
  }
}

/** Start of the oldest minute with a frame that is still kept; Infinity when the host never delivered. */
function firstMinuteOf(host: HostEntry, keptFrom: number): number {
  const first = host.find('host', '')?.firstMinute
  return first === undefined
    ? Number.POSITIVE_INFINITY
    : Math.max(first, Math.ceil(keptFrom / MINUTE) * MINUTE)
}

/** Metrics grouped by entity; a key asked for cannot match an entity that has none. */
function selectionsOf(metrics: readonly Metric[], key: string | null): Selection[] {
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
