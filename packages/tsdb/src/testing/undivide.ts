import type { Database } from 'bun:sqlite'
import { DayTables } from '../hot/day-tables.ts'
import { ensureColumns, rollupColumns } from '../hot/rollup-table.ts'
import { PERSISTED_ENTITIES } from '../persisted.ts'

/** Puts the rows of all days of an entity into one table, as formats 1 and 2 have them. */
export function undivide(db: Database): void {
  const days = new DayTables(db)
  for (const entity of PERSISTED_ENTITIES) {
    const table = `rollup_${entity}`
    ensureColumns(db, table, rollupColumns(entity))
    for (const day of days.of(entity)) {
      db.run(`INSERT INTO ${table} SELECT * FROM ${day.name}`)
      days.drop(day)
    }
  }
}
