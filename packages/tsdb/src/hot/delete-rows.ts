import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { tableOf } from './rollup-table.ts'

/** Most rows deleted in one transaction, about: some 30 ms of the worker. Fewer would make more of them, and each
 * writes pages of its own. */
const BATCH_ROWS = 20_000

/** `[from, to)`, minutes since the epoch. */
export type MinuteRange = [from: number, to: number]

/** Deletes an entity's rows of these minutes, oldest first; yields after each transaction. */
export function* deleteRows(
  db: Database,
  entity: EntityName,
  [from, to]: MinuteRange,
): Generator<undefined, void> {
  const rowAt = db.prepare<{ minute: number }, [number, number, number]>(
    `SELECT minute FROM ${tableOf(entity)} WHERE minute >= ? AND minute < ? ORDER BY minute, series LIMIT 1 OFFSET ?`,
  )
  try {
    for (;;) {
      const first = rowAt.get(from, to, 0)?.minute
      if (first === undefined) return
      const end = rowAt.get(first, to, BATCH_ROWS)?.minute ?? to
      deleteMinutes(db, entity, [first, Math.max(end, first + 1)])
      yield
    }
  } finally {
    rowAt.finalize()
  }
}

/** All at once. */
export function deleteMinutes(db: Database, entity: EntityName, [from, to]: MinuteRange): void {
  db.run(`DELETE FROM ${tableOf(entity)} WHERE minute >= ? AND minute < ?`, [from, to])
}
