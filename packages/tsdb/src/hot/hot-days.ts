import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { isEntityName } from '@lumen/model/metric'
import { DAY, MINUTE } from '@lumen/model/time'
import { PERSISTED_ENTITIES } from '../persisted.ts'
import type { DoomedRanges } from './doomed.ts'
import { tableOf } from './rollup-table.ts'
import { STAGED_TABLE } from './staged.ts'

const DAY_MINUTES = DAY / MINUTE

/** Rows of an entity in the hot tier that no cold file has. */
export interface HotDays {
  entity: EntityName
  /** Starts of the UTC days with such rows, sorted, epoch ms. */
  days: number[]
  /** The oldest such row, epoch ms. */
  oldest: number
}

/** Entities without such rows are left out. Costs a look-up a day. */
export function hotDays(db: Database, doomed: DoomedRanges): HotDays[] {
  const found = new Map<EntityName, { days: Set<number>; oldest: number }>()
  const add = (entity: EntityName, minute: number) => {
    const known = found.get(entity) ?? { days: new Set(), oldest: Number.POSITIVE_INFINITY }
    known.days.add(Math.floor(minute / DAY_MINUTES) * DAY)
    known.oldest = Math.min(known.oldest, minute * MINUTE)
    found.set(entity, known)
  }
  for (const entity of PERSISTED_ENTITIES) {
    const next = db.query<{ at: number | null }, [number, number]>(
      `SELECT min(minute) AS at FROM ${tableOf(entity)} WHERE minute >= ? AND minute < ?`,
    )
    for (const [from, to] of doomed.live(entity, 0, Number.MAX_SAFE_INTEGER)) {
      for (let at = next.get(from, to)!.at; at !== null; ) {
        add(entity, at)
        at = next.get((Math.floor(at / DAY_MINUTES) + 1) * DAY_MINUTES, to)!.at
      }
    }
  }
  const staged = db
    .query<{ entity: string; at: number }, []>(
      `SELECT entity, min(minute) AS at FROM ${STAGED_TABLE} GROUP BY entity, minute / ${DAY_MINUTES}`,
    )
    .all()
  for (const { entity, at } of staged) if (isEntityName(entity)) add(entity, at)
  return [...found].map(([entity, { days, oldest }]) => ({
    entity,
    days: [...days].sort((a, b) => a - b),
    oldest,
  }))
}
