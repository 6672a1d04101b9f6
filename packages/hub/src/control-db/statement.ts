import type { Database } from 'bun:sqlite'

export type SqlValue = string | number | null

/** One write with its values. */
export interface Statement {
  sql: string
  values: readonly SqlValue[]
}

export interface WriteResult {
  changes: number
  rowId: number
}

/** Runs writes one after the other in one transaction: all or none. */
export function runBatch(db: Database, batch: readonly Statement[]): WriteResult[] {
  return db
    .transaction(() =>
      batch.map(({ sql, values }) => {
        const { changes, lastInsertRowid } = db.query<unknown, SqlValue[]>(sql).run(...values)
        return { changes, rowId: Number(lastInsertRowid) }
      }),
    )
    .immediate()
}
