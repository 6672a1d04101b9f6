import type { Database } from 'bun:sqlite'

/** Makes the tables in which the store keeps its own accounts. To be run within a transaction. */
export function migrateLedgers(db: Database): void {
  db.run(
    'CREATE TABLE IF NOT EXISTS wear (day INTEGER NOT NULL, tier TEXT NOT NULL, bytes INTEGER NOT NULL, ' +
      'commits INTEGER NOT NULL, fsyncs INTEGER NOT NULL, PRIMARY KEY (day, tier)) WITHOUT ROWID',
  )
  db.run(
    'CREATE TABLE IF NOT EXISTS given (day INTEGER NOT NULL, stage TEXT NOT NULL, tier TEXT NOT NULL, ' +
      'entity TEXT NOT NULL, at INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, ' +
      'bytes INTEGER NOT NULL, PRIMARY KEY (day, stage, tier, entity)) WITHOUT ROWID',
  )
}
