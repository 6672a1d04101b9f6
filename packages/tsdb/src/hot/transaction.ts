import type { Database } from 'bun:sqlite'

const commits = new WeakMap<Database, number>()

/** Runs `work` in one transaction: all of it is written, or, when it throws, nothing.
 * (The driver's own helper keeps statements open, and then closing the database does not let go of its file.) */
export function inTransaction<T>(db: Database, work: () => T): T {
  db.run('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.run('COMMIT')
    commits.set(db, commitsOf(db) + 1)
    return result
  } catch (thrown) {
    // Some faults (a full disk) make SQLite roll back by itself.
    if (db.inTransaction) db.run('ROLLBACK')
    throw thrown
  }
}

/** Transactions committed through this connection. */
export function commitsOf(db: Database): number {
  return commits.get(db) ?? 0
}
