import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { LumenError } from '@lumen/std/error'
import { PERSISTED_ENTITIES, persistedMetrics } from '../persisted.ts'
import { columnsOf, tableOf } from './rollup-table.ts'
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
  if (version < SCHEMA_VERSION || ![...PERSISTED_ENTITIES].every((entity) => hasColumns(db, entity))) {
    throw new LumenError(
      'database_too_old',
      `Cannot read ${file}: an older program wrote it. Start the hub once, which brings it up to date`,
    )
  }
}

function hasColumns(db: Database, entity: EntityName): boolean {
  const columns = persistedMetrics(entity).flatMap(columnsOf)
  const known = db
    .query<{ name: string }, []>(`SELECT name FROM pragma_table_info('${tableOf(entity)}')`)
    .all()
    .map(({ name }) => name)
  const layout = db
    .query<{ columns: string }, [string]>('SELECT columns FROM staged_layout WHERE entity = ?')
    .get(entity)
  return columns.every((column) => known.includes(column)) && layout?.columns === JSON.stringify(columns)
}
