import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { PERSISTED_ENTITIES } from '../persisted.ts'
import type { DayTables } from './day-tables.ts'
import { columnsIn, DAY_MINUTES, heldMinutes, tableOf, upsertClause } from './rollup-table.ts'

/** Entities whose rows of all days are in one table, as formats 1 and 2 had them. */
export function undivided(db: Database): EntityName[] {
  return [...PERSISTED_ENTITIES].filter((entity) => columnsIn(db, undividedTable(entity)).length > 0)
}

/** Moves such rows to the tables of their days. To be run within a transaction. */
export function divideByDay(db: Database, days: DayTables, entity: EntityName): void {
  const table = undividedTable(entity)
  const held = heldMinutes(db, table)
  const columns = columnsIn(db, table)
  const names = columns.map((name) => `"${name}"`).join(', ')
  const next = db.prepare<{ at: number | null }, [number]>(
    `SELECT min(minute) AS at FROM "${table}" WHERE minute >= ?`,
  )
  for (let at = held?.[0] ?? null; at !== null; ) {
    const day = Math.floor(at / DAY_MINUTES)
    const end = (day + 1) * DAY_MINUTES
    const own = days.ensure(entity, at, columns.slice(3))
    db.run(
      `INSERT INTO "${own}" (${names}) SELECT ${names} FROM "${table}" WHERE minute >= ? AND minute < ? ` +
        `ORDER BY minute, series ${upsertClause(entity, tableOf(entity, day))}`,
      [at, end],
    )
    at = next.get(end)!.at
  }
  next.finalize()
  db.run(`DROP TABLE "${table}"`)
}

function undividedTable(entity: EntityName): string {
  return `rollup_${entity}`
}
