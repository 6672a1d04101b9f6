import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import type { Metric } from '@lumen/model/metric'
import { DAY, MINUTE } from '@lumen/model/time'
import { persistedMetrics } from '../persisted.ts'

export const DAY_MINUTES = DAY / MINUTE

/** `[from, to)`, minutes since the epoch. */
export type MinuteRange = [from: number, to: number]

/** `rollup_host_20777`: the rows of one UTC day, counted from the epoch. */
export function tableOf(entity: EntityName, day: number): string {
  return `rollup_${entity}_${day}`
}

export function rollupColumns(entity: EntityName): string[] {
  return persistedMetrics(entity).flatMap(columnsOf)
}

/** `_n` is NULL when it equals the row's n; `_sum` is NULL when nothing was counted; `_max` where it is kept. */
export function columnsOf({ field, spec }: Metric): string[] {
  return [`${field}_n`, `${field}_sum`, ...(spec.keepsMax ? [`${field}_max`] : [])]
}

/** Makes a table, or adds what it has no column for. */
export function ensureColumns(db: Database, table: string, columns: readonly string[]): void {
  const known = columnsIn(db, table)
  if (known.length === 0) {
    const definitions = columns.map((column) => `"${column}" INTEGER`).join(', ')
    db.run(
      `CREATE TABLE "${table}" (minute INTEGER NOT NULL, series INTEGER NOT NULL, n INTEGER NOT NULL, ` +
        `${definitions}, PRIMARY KEY (minute, series)) WITHOUT ROWID`,
    )
    return
  }
  for (const column of columns.filter((each) => !known.includes(each))) {
    db.run(`ALTER TABLE "${table}" ADD COLUMN "${column}" INTEGER`)
  }
}

/** None when there is no such table. */
export function columnsIn(db: Database, table: string): string[] {
  return db
    .query<{ name: string }, [string]>('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map(({ name }) => name)
}

/** From its first row to behind its last; null when it has none. Two look-ups. */
export function heldMinutes(db: Database, table: string): MinuteRange | null {
  const held = db
    .query<{ first: number | null; last: number | null }, []>(
      `SELECT (SELECT min(minute) FROM "${table}") AS first, (SELECT max(minute) FROM "${table}") AS last`,
    )
    .get()
  return held?.first == null || held.last === null ? null : [held.first, held.last + 1]
}

/** Minutes looked at to tell how far they lie apart. */
const LOOKED_AT = 8
const FAR_APART = 3

/** Whether to go from minute to minute that is there costs less than to look each up, as far as its first ones tell. A few
 * look-ups. @param held of that table */
export function hasFewMinutes(db: Database, table: string, [first]: MinuteRange): boolean {
  const found = db
    .query<{ last: number | null }, [number, number]>(
      `WITH RECURSIVE found(at, seen) AS (SELECT ?1, 1 UNION ALL ` +
        `SELECT (SELECT min(minute) FROM "${table}" WHERE minute > at), seen + 1 FROM found WHERE at IS NOT NULL AND seen < ?2) ` +
        `SELECT at AS last FROM found WHERE seen = ?2`,
    )
    .get(first, LOOKED_AT)
  return found?.last == null || found.last - first >= LOOKED_AT * FAR_APART
}

/** Inserts a row or merges it into the one there. */
export function upsertStatement(entity: EntityName, table: string): string {
  const columns = ['minute', 'series', 'n', ...rollupColumns(entity)]
  return (
    `INSERT INTO "${table}" (${columns.map((column) => `"${column}"`).join(', ')}) ` +
    `VALUES (${columns.map(() => '?').join(', ')}) ${upsertClause(entity, table)}`
  )
}

/** What becomes of a row that is there already: count and sum add up, max is the larger (T3). */
export function upsertClause(entity: EntityName, table: string): string {
  const metrics = persistedMetrics(entity)
  const total = 'n + excluded.n'
  const updates = metrics.flatMap(({ field, spec }) => {
    const n = (row: string) =>
      `CASE WHEN ${row}"${field}_sum" IS NULL THEN 0 ELSE coalesce(${row}"${field}_n", ${row}n) END`
    const own = `"${table}".`
    const sum = `"${field}_sum"`
    const max = `"${field}_max"`
    return [
      `"${field}_n" = CASE WHEN ${own}${sum} IS NULL AND excluded.${sum} IS NULL THEN NULL ` +
        `ELSE nullif(${n(own)} + ${n('excluded.')}, "${table}".${total}) END`,
      `${sum} = CASE WHEN ${own}${sum} IS NULL AND excluded.${sum} IS NULL THEN NULL ` +
        `ELSE coalesce(${own}${sum}, 0) + coalesce(excluded.${sum}, 0) END`,
      ...(spec.keepsMax
        ? [`${max} = max(coalesce(${own}${max}, excluded.${max}), coalesce(excluded.${max}, ${own}${max}))`]
        : []),
    ]
  })
  return `ON CONFLICT (minute, series) DO UPDATE SET ${[`n = "${table}".${total}`, ...updates].join(', ')}`
}
