import type { EntityName } from '@lumen/model/catalog'
import { bucketStart, DAY, HOUR, MINUTE, type TimeRange } from '@lumen/model/time'
import type { BudgetStage } from '../storage-report.ts'
import { hotRoom, type Room } from './room.ts'
import { STAGES, stageOf } from './stages.ts'

/** Minutes this new are kept whatever the cap: what agents could still send again, and the picture of now. */
export const KEPT_NEWEST_MS = HOUR

/** Rows of an entity in the hot tier on one UTC day; they can be given up by the hour. */
export interface HotHolding {
  entity: EntityName
  range: TimeRange
  bytes: number
}

/** A file of the cold tier, which goes as a whole. */
export interface ColdHolding {
  name: string
  entity: EntityName
  range: TimeRange
  bytes: number
}

/** One thing to give up. */
export type Act = { stage: BudgetStage; entity: EntityName; range: TimeRange; bytes: number } & (
  | { tier: 'cold'; name: string }
  | { tier: 'hot' }
)

export interface Needs {
  /** Bytes the folder must be able to grow; 0: it must not be over its cap. */
  growBytes: number
  /** Bytes that `hot.db` must be able to take. */
  hotBytes: number
}

export interface DecideInput {
  now: number
  room: Room
  needs: Needs
  hot: readonly HotHolding[]
  cold: readonly ColdHolding[]
}

/** What to give up so that there is room, in the order it is to be done: containers, then devices, then everything;
 * within a stage the oldest day first, of a day the cold tier first. Nothing more than needed and nothing that would
 * not help: a file's bytes are the folder's, rows only make room inside `hot.db`. Less than needed when nothing is
 * left. Pure. */
export function decide({ now, room, needs, hot, cold }: DecideInput): Act[] {
  const left = { ...room }
  const acts: Act[] = []
  for (const act of candidates(hot, cold, now - KEPT_NEWEST_MS)) {
    const needsGrowth = left.growBytes < needs.growBytes
    const needsHot = hotRoom(left) < needs.hotBytes
    if (!needsGrowth && !needsHot) break
    if (act.tier === 'cold') {
      const helpsHot = left.growBytes < left.hotShareBytes
      if (!needsGrowth && !helpsHot) continue
      left.growBytes += act.bytes
    } else {
      if (!needsHot) continue
      left.hotFreeBytes += act.bytes
    }
    acts.push(act)
  }
  return acts
}

/** Everything that may go, in order. */
function candidates(hot: readonly HotHolding[], cold: readonly ColdHolding[], keptFrom: number): Act[] {
  const all: Act[] = [
    ...cold.map((file): Act => ({ ...file, tier: 'cold', stage: stageOf(file.entity) })),
    ...hot.flatMap((held) => hoursOf(held, keptFrom)),
  ]
  return all.sort(
    (a, b) =>
      STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) ||
      dayOf(a) - dayOf(b) ||
      a.tier.localeCompare(b.tier) ||
      a.range.from - b.range.from,
  )
}

function dayOf({ range }: Act): number {
  return Math.floor(range.from / DAY)
}

/** A day's rows by the hour, those that are kept left out. */
function hoursOf({ entity, range, bytes }: HotHolding, keptFrom: number): Act[] {
  const acts: Act[] = []
  const end = Math.min(range.to, bucketStart(keptFrom, MINUTE))
  for (let from = range.from; from < end; ) {
    const to = Math.min(end, bucketStart(from, HOUR) + HOUR)
    const share = (bytes * (to - from)) / (range.to - range.from)
    acts.push({ tier: 'hot', stage: stageOf(entity), entity, range: { from, to }, bytes: share })
    from = to
  }
  return acts
}
