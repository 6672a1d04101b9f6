import type { Database, Statement } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { isEntityName } from '@lumen/model/metric'
import { PERSISTED_ENTITIES } from '../persisted.ts'
import type { DayTables } from './day-tables.ts'
import { DAY_MINUTES, type MinuteRange, rollupColumns, upsertClause } from './rollup-table.ts'

/** Rows of small flushes, of all entities one after the other: a commit touches one page or two instead of one or
 * more in every rollup table. Merged into those tables many minutes at a time; until then read beside them. */
export const STAGED_TABLE = 'staged'
const LAYOUT_TABLE = 'staged_layout'

/** A row's values from here on are `c0`, `c1`… in the order of its rollup table's columns. */
export function stagedColumn(entity: EntityName, column: string): string {
  return `c${rollupColumns(entity).indexOf(column)}`
}

/** Makes the tables. What an older program staged, whose rows may have other columns, is merged first. */
export function migrateStaged(db: Database, days: DayTables): void {
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
  for (const [entity, columns] of layouts) {
    if (isEntityName(entity)) mergeEntity(db, days, entity, JSON.parse(columns) as string[])
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

/** As `heldMinutes`, of an entity's rows. Reads the table: at most a few thousand rows. */
export function stagedMinutes(db: Database, entity: EntityName): MinuteRange | null {
  const held = db
    .query<{ first: number | null; last: number | null }, [string]>(
      `SELECT min(minute) AS first, max(minute) AS last FROM ${STAGED_TABLE} WHERE entity = ?`,
    )
    .get(entity)
  return held?.first == null || held.last === null ? null : [held.first, held.last + 1]
}

export function stagedRows(db: Database): number {
  return db.query<{ rows: number }, []>(`SELECT count(*) AS rows FROM ${STAGED_TABLE}`).get()!.rows
}

/** Moves staged rows to the tables of their days. To be run within a transaction. */
export function mergeStaged(db: Database, days: DayTables): void {
  for (const entity of PERSISTED_ENTITIES) mergeEntity(db, days, entity, rollupColumns(entity))
  db.run(`DELETE FROM ${STAGED_TABLE}`)
}

function mergeEntity(db: Database, days: DayTables, entity: EntityName, columns: readonly string[]): void {
  const staged = db
    .query<{ day: number }, [string]>(
      `SELECT DISTINCT minute / ${DAY_MINUTES} AS day FROM ${STAGED_TABLE} WHERE entity = ?`,
    )
    .all(entity)
  const names = ['minute', 'series', 'n', ...columns].map((name) => `"${name}"`).join(', ')
  const values = ['minute', 'series', 'n', ...columns.map((_, index) => `c${index}`)].join(', ')
  for (const { day } of staged) {
    const table = days.ensure(entity, day * DAY_MINUTES, columns)
    db.run(
      `INSERT INTO "${table}" (${names}) SELECT ${values} FROM ${STAGED_TABLE} WHERE entity = ? AND minute >= ? ` +
        `AND minute < ? ORDER BY minute, series ${upsertClause(entity, table)}`,
      [entity, day * DAY_MINUTES, (day + 1) * DAY_MINUTES],
    )
  }
}
