import type { Database } from 'bun:sqlite'
import { LumenError } from '@lumen/std/error'
import type { FaultInjector } from '../fault-point.ts'
import { DayTables } from './day-tables.ts'
import { divideByDay, undivided } from './divide-by-day.ts'
import { migrateHostFirst } from './host-first.ts'
import { migrateLedgers } from './ledger-tables.ts'
import { Manifest } from './manifest.ts'
import { ensureColumns, rollupColumns } from './rollup-table.ts'
import { migrateStaged } from './staged.ts'
import { inTransaction } from './transaction.ts'

/** Rises when older programs could no longer read the database. New fields are not such a change. */
export const SCHEMA_VERSION = 3
/** "LUMN": marks the file as ours in its header. */
export const APPLICATION_ID = 0x4c_55_4d_4e

/** Makes what is missing: tables, and columns for fields that are new in the catalogue. Rows of formats 1 and 2 move to
 * tables of their days, an entity a transaction: 250 MB take some three seconds.
 * @throws {LumenError} `database_too_new` */
export function migrate(db: Database, file: string, faults: FaultInjector): void {
  const { user_version: version } = db.query<{ user_version: number }, []>('PRAGMA user_version').get()!
  if (version > SCHEMA_VERSION) {
    throw new LumenError(
      'database_too_new',
      `Cannot open ${file}: it has format ${version}, this program knows up to ${SCHEMA_VERSION}. ` +
        'Install the newer program again, or restore a backup made with this one',
    )
  }
  const days = new DayTables(db)
  inTransaction(db, () => {
    db.run(
      'CREATE TABLE IF NOT EXISTS series ' +
        '(id INTEGER PRIMARY KEY, host INTEGER, entity TEXT NOT NULL, key TEXT NOT NULL, first_minute INTEGER NOT NULL)',
    )
    db.run(
      'CREATE TABLE IF NOT EXISTS stream (id INTEGER PRIMARY KEY, host INTEGER NOT NULL, name TEXT NOT NULL)',
    )
    db.run(
      'CREATE TABLE IF NOT EXISTS durable (stream INTEGER NOT NULL, from_seq INTEGER NOT NULL, ' +
        'to_seq INTEGER NOT NULL, newest_ts INTEGER NOT NULL, PRIMARY KEY (stream, from_seq)) WITHOUT ROWID',
    )
    db.run(
      'CREATE TABLE IF NOT EXISTS event (host INTEGER NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, ' +
        'detail TEXT NOT NULL, PRIMARY KEY (host, at, type, detail)) WITHOUT ROWID',
    )
    for (const { name, entity } of days.all()) ensureColumns(db, name, rollupColumns(entity))
    migrateStaged(db, days)
    migrateLedgers(db)
    Manifest.migrate(db)
    migrateHostFirst(db, version)
    db.run(`PRAGMA user_version = ${SCHEMA_VERSION}`)
    db.run(`PRAGMA application_id = ${APPLICATION_ID}`)
  })
  for (const entity of undivided(db)) {
    inTransaction(db, () => {
      divideByDay(db, days, entity)
      faults.reach('divide.before-commit')
    })
  }
}
