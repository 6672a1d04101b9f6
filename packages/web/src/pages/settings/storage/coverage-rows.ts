import type { TimeRange } from '@lumen/model/time'
import type { StorageAnswer } from '@lumen/protocol/http/storage'

type Coverage = StorageAnswer['coverage'][number]
type Tier = Coverage['tier']

/** A stretch on a timeline, as shares of its width. */
export interface Stretch {
  left: number
  width: number
  /** The tier that has it; null: a hole. */
  tier: Tier | null
}

export interface CoverageRow {
  id: string
  /** A tier, or a kind over all tiers. */
  what: { kind: 'tier'; tier: Tier } | { kind: 'entity'; entity: string }
  stretches: Stretch[]
  span: TimeRange | null
  holes: TimeRange[]
  bytes: number
  /** null: not counted there. */
  rows: number | null
}

export interface CoverageTable {
  /** What the timelines show. */
  window: TimeRange
  tiers: CoverageRow[]
  kinds: CoverageRow[]
}

/** Rows of the coverage table: each tier, then each kind with both of its tiers on one line. */
export function coverageTable(
  storage: Pick<StorageAnswer, 'tiers' | 'coverage'>,
  now: number,
): CoverageTable {
  const { coverage, tiers } = storage
  const begins = [
    ...tiers.map(({ from }) => from ?? now),
    ...coverage.flatMap(({ ranges }) => ranges.map(({ from }) => from)),
  ]
  const window = { from: Math.min(now - 60_000, ...begins), to: now }
  const tierRows = tiers.map(({ tier, bytes, from, to }): CoverageRow => {
    const parts = coverage.filter((one) => one.tier === tier)
    const own = unite(parts.flatMap(({ ranges }) => ranges))
    const ranges = own.length > 0 ? own : from === null || to === null ? [] : [{ from, to }]
    return {
      ...rowOf(`tier-${tier}`, [{ tier, ranges }], window),
      what: { kind: 'tier', tier },
      bytes,
      rows: parts.length === 0 ? null : parts.reduce((sum, { rows }) => sum + rows, 0),
    }
  })
  const entities = [...new Set(coverage.map(({ entity }) => entity))]
  const kindRows = entities.map((entity): CoverageRow => {
    const parts = coverage.filter((one) => one.entity === entity)
    return {
      ...rowOf(`kind-${entity}`, parts, window),
      what: { kind: 'entity', entity },
      bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    }
  })
  return { window, tiers: tierRows, kinds: kindRows.filter(({ span }) => span !== null) }
}

function rowOf(
  id: string,
  parts: readonly { tier: Tier; ranges: readonly TimeRange[] }[],
  window: TimeRange,
): Pick<CoverageRow, 'id' | 'stretches' | 'span' | 'holes'> {
  const share = (t: number) =>
    (Math.min(Math.max(t, window.from), window.to) - window.from) / (window.to - window.from)
  const stretch = ({ from, to }: TimeRange, tier: Tier | null): Stretch => ({
    left: share(from),
    width: share(to) - share(from),
    tier,
  })
  const all = unite(parts.flatMap(({ ranges }) => ranges))
  const holes = all.slice(1).map(({ from }, i) => ({ from: all[i]!.to, to: from }))
  // What is finer lies on top: the hot tier still has days that are in the cold one already.
  const order: readonly Tier[] = ['cold', 'hot', 'ram']
  const filled = order.flatMap((tier) =>
    parts
      .filter((part) => part.tier === tier)
      .flatMap((part) => part.ranges.map((range) => stretch(range, tier))),
  )
  return {
    id,
    stretches: [...holes.map((hole) => stretch(hole, null)), ...filled],
    span: all.length === 0 ? null : { from: all[0]!.from, to: all[all.length - 1]!.to },
    holes,
  }
}

/** Sorted and disjoint; what touches is one. */
export function unite(ranges: readonly TimeRange[]): TimeRange[] {
  const united: TimeRange[] = []
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = united[united.length - 1]
    if (last !== undefined && range.from <= last.to) last.to = Math.max(last.to, range.to)
    else united.push({ ...range })
  }
  return united
}
