import type { Database, Statement } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { isEntityName } from '@lumen/model/metric'
import { PERSISTED_ENTITIES, persistedMetrics } from '../persisted.ts'
import { DOOMED_TABLE, deleteDoomed } from './doomed.ts'
import { columnsOf, tableOf, upsertClause } from './rollup-table.ts'

/** Rows of small flushes, of all entities one after the other: a commit touches one page or two instead of one or
 * more in every rollup table. Merged into those tables many minutes at a time; until then read beside them. */
export const STAGED_TABLE = 'staged'
const LAYOUT_TABLE = 'staged_layout'

const IS_LIVE =
  `NOT EXISTS (SELECT 1 FROM ${DOOMED_TABLE} WHERE ${DOOMED_TABLE}.entity = ${STAGED_TABLE}.entity ` +
  `AND minute >= from_minute AND minute < to_minute)`

/** A row's values from here on are `c0`, `c1`… in the order of its rollup table's columns. */
export function stagedColumn(entity: EntityName, column: string): string {
  return `c${rollupColumns(entity).indexOf(column)}`
}

/** Makes the tables. What an older program staged, whose rows may have other columns, is merged first. */
export function migrateStaged(db: Database): void {
  const width = Math.max(...[...PERSISTED_ENTITIES].map((entity) => rollupColumns(entity).length))
  const names = Array.from({ length: width }, (_, index) => `c${index}`)
  db.run(
    `CREATE TABLE IF NOT EXISTS ${STAGED_TABLE} (id INTEGER PRIMARY KEY, entity TEXT NOT NULL, ` +
      `minute INTEGER NOT NULL, series INTEGER NOT NULL, n INTEGER NOT NULL, ` +
      `${names.map((name) => `${name} INTEGER`).join(', ')})`,
  )
  db.run(
    `CREATE TABLE IF NOT EXISTS ${LAYOUT_TABLE} (entity TEXT PRIMARY KEY, columns TEXT NOT NULL) WITHOUT ROWID`,
  )
  const stored = db.query<{ entity: string; columns: string }, []>(
    `SELECT entity, columns FROM ${LAYOUT_TABLE}`,
  )
  const layouts = new Map(stored.all().map(({ entity, columns }) => [entity, columns]))
  const current = [...PERSISTED_ENTITIES].map(
    (entity) => [entity, JSON.stringify(rollupColumns(entity))] as const,
  )
  if (current.every(([entity, columns]) => layouts.get(entity) === columns)) return
  // All must leave the table, so there may be no range that they would have to wait for.
  deleteDoomed(db)
  for (const [entity, columns] of layouts) {
    if (isEntityName(entity)) mergeEntity(db, entity, JSON.parse(columns) as string[])
  }
  db.run(`DELETE FROM ${STAGED_TABLE}`)
  const known = new Set(
    db
      .query<{ name: string }, []>(`SELECT name FROM pragma_table_info('${STAGED_TABLE}')`)
      .all()
      .map(({ name }) => name),
  )
  for (const name of names.filter((each) => !known.has(each))) {
    db.run(`ALTER TABLE ${STAGED_TABLE} ADD COLUMN ${name} INTEGER`)
  }
  const put = db.query(
    `INSERT INTO ${LAYOUT_TABLE} VALUES (?, ?) ON CONFLICT DO UPDATE SET columns = excluded.columns`,
  )
  for (const [entity, columns] of current) put.run(entity, columns)
}

/** Takes a row's cells in the order of its rollup table: minute, series, n, columns. */
export function stageStatement(db: Database, entity: EntityName): Statement {
  const names = rollupColumns(entity).map((_, index) => `c${index}`)
  return db.prepare(
    `INSERT INTO ${STAGED_TABLE} (entity, minute, series, n, ${names.join(', ')}) ` +
      `VALUES ('${entity}', ?, ?, ?, ${names.map(() => '?').join(', ')})`,
  )
}

export function stagedRows(db: Database): number {
  return db.query<{ rows: number }, []>(`SELECT count(*) AS rows FROM ${STAGED_TABLE}`).get()!.rows
}

/** Moves staged rows to their tables, except those of doomed ranges: there they would be taken for rows that a cold
 * file holds. To be run within a transaction. */
export function mergeStaged(db: Database): void {
  for (const entity of PERSISTED_ENTITIES) mergeEntity(db, entity, rollupColumns(entity))
  db.run(`DELETE FROM ${STAGED_TABLE} WHERE ${IS_LIVE}`)
}

function mergeEntity(db: Database, entity: EntityName, columns: readonly string[]): void {
  const values = columns.map((_, index) => `c${index}`)
  db.run(
    `INSERT INTO "${tableOf(entity)}" (${['minute', 'series', 'n', ...columns].map((name) => `"${name}"`).join(', ')}) ` +
      `SELECT ${['minute', 'series', 'n', ...values].join(', ')} FROM ${STAGED_TABLE} ` +
      `WHERE entity = '${entity}' AND ${IS_LIVE} ORDER BY minute, series ${upsertClause(entity)}`,
  )
}

function rollupColumns(entity: EntityName): string[] {
  return persistedMetrics(entity).flatMap(columnsOf)
}
