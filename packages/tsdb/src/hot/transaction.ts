import type { Database } from 'bun:sqlite'

/** Runs `work` in one transaction: all of it is written, or, when it throws, nothing.
 * (The driver's own helper keeps statements open, and then closing the database does not let go of its file.) */
export function inTransaction<T>(db: Database, work: () => T): T {
  db.run('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.run('COMMIT')
    return result
  } catch (thrown) {
    // Some faults (a full disk) make SQLite roll back by itself.
    if (db.inTransaction) db.run('ROLLBACK')
    throw thrown
  }
}
