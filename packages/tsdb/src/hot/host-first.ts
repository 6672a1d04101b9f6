import type { Database } from 'bun:sqlite'
import { MINUTE } from '@lumen/model/time'

const HOST_FIRST_TABLE = 'host_first'

/** The first minute in which a host ever delivered. Its series do not tell: they are dropped with their last row. */
export function migrateHostFirst(db: Database, version: number): void {
  db.run(`CREATE TABLE IF NOT EXISTS ${HOST_FIRST_TABLE} (host INTEGER PRIMARY KEY, minute INTEGER NOT NULL)`)
  if (version >= 3) return
  db.run(
    `INSERT OR IGNORE INTO ${HOST_FIRST_TABLE} SELECT host, min(first_minute) FROM series ` +
      "WHERE entity = 'host' AND host IS NOT NULL GROUP BY host",
  )
}

/** Takes (host, minute): of two minutes the earlier one stays. */
export const PUT_HOST_FIRST =
  `INSERT INTO ${HOST_FIRST_TABLE} VALUES (?, ?) ` +
  'ON CONFLICT (host) DO UPDATE SET minute = min(minute, excluded.minute)'

/** Takes over what other files know, epoch ms by host. To be run within a transaction. */
export function adoptHostFirst(db: Database, first: ReadonlyMap<number, number>): void {
  const put = db.query(PUT_HOST_FIRST)
  for (const [host, ts] of first) put.run(host, Math.floor(ts / MINUTE))
}

/** Epoch ms, by host. */
export function firstMinutes(db: Database): [host: number, minute: number][] {
  return db
    .query<{ host: number; minute: number }, []>(`SELECT host, minute FROM ${HOST_FIRST_TABLE}`)
    .all()
    .map(({ host, minute }) => [host, minute * MINUTE])
}

/** To be run within a transaction. */
export function forgetHostFirst(db: Database, host: number): void {
  db.run(`DELETE FROM ${HOST_FIRST_TABLE} WHERE host = ?`, [host])
}
