import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { LumenError } from '@lumen/std/error'
import { PERSISTED_ENTITIES } from '../persisted.ts'
import { DayTables } from './day-tables.ts'
import { undivided } from './divide-by-day.ts'
import { columnsIn, rollupColumns } from './rollup-table.ts'
import { SCHEMA_VERSION } from './schema.ts'

/** For readers that change nothing: they cannot bring a database to this program's format and catalogue.
 * @throws {LumenError} `database_too_new`, `database_too_old` */
export function requireCurrent(db: Database, file: string): void {
  const { user_version: version } = db.query<{ user_version: number }, []>('PRAGMA user_version').get()!
  if (version > SCHEMA_VERSION) {
    throw new LumenError(
      'database_too_new',
      `Cannot read ${file}: it has format ${version}, this program knows up to ${SCHEMA_VERSION}`,
    )
  }
  const days = new DayTables(db)
  const isCurrent =
    version === SCHEMA_VERSION &&
    undivided(db).length === 0 &&
    [...PERSISTED_ENTITIES].every((entity) => hasColumns(db, days, entity))
  if (!isCurrent) {
    throw new LumenError(
      'database_too_old',
      `Cannot read ${file}: an older program wrote it. Start the hub once, which brings it up to date`,
    )
  }
}

function hasColumns(db: Database, days: DayTables, entity: EntityName): boolean {
  const columns = rollupColumns(entity)
  const layout = db
    .query<{ columns: string }, [string]>('SELECT columns FROM staged_layout WHERE entity = ?')
    .get(entity)
  const isComplete = days.of(entity).every(({ name }) => {
    const known = columnsIn(db, name)
    return columns.every((column) => known.includes(column))
  })
  return isComplete && layout?.columns === JSON.stringify(columns)
}
