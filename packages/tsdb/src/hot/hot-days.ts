import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { isEntityName } from '@lumen/model/metric'
import { DAY, MINUTE } from '@lumen/model/time'
import type { DayTables } from './day-tables.ts'
import { DAY_MINUTES, heldMinutes } from './rollup-table.ts'
import { STAGED_TABLE } from './staged.ts'

/** Rows of an entity in the hot tier that no cold file has. */
export interface HotDays {
  entity: EntityName
  /** Starts of the UTC days with such rows, sorted, epoch ms. */
  days: number[]
  /** The oldest such row, epoch ms. */
  oldest: number
}

/** Entities without such rows are left out. Costs two look-ups a day. */
export function hotDays(db: Database, days: DayTables): HotDays[] {
  const found = new Map<EntityName, { days: Set<number>; oldest: number }>()
  const add = (entity: EntityName, minute: number) => {
    const known = found.get(entity) ?? { days: new Set(), oldest: Number.POSITIVE_INFINITY }
    known.days.add(Math.floor(minute / DAY_MINUTES) * DAY)
    known.oldest = Math.min(known.oldest, minute * MINUTE)
    found.set(entity, known)
  }
  for (const { name, entity } of days.all()) {
    const held = heldMinutes(db, name)
    if (held !== null) add(entity, held[0])
  }
  const staged = db
    .query<{ entity: string; at: number }, []>(
      `SELECT entity, min(minute) AS at FROM ${STAGED_TABLE} GROUP BY entity, minute / ${DAY_MINUTES}`,
    )
    .all()
  for (const { entity, at } of staged) if (isEntityName(entity)) add(entity, at)
  return [...found].map(([entity, { days: starts, oldest }]) => ({
    entity,
    days: [...starts].sort((a, b) => a - b),
    oldest,
  }))
}
