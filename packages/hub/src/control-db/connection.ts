import { Database } from 'bun:sqlite'
import { chmodSync } from 'node:fs'
import { errorMessage, LumenError } from '@lumen/std/error'
import { migrate } from './schema.ts'

/** Opens control.db for writing, with every commit on the disk before it is answered, and brings it up to date.
 * @throws {LumenError} `database_too_new`, `database_unusable` */
export function openConnection(path: string): Database {
  let db: Database | undefined
  try {
    db = new Database(path, { create: true, strict: true })
    chmodSync(path, 0o600)
    db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    db.exec('PRAGMA foreign_keys = ON')
    migrate(db, path)
    return db
  } catch (cause) {
    db?.close()
    if (cause instanceof LumenError) throw cause
    throw new LumenError(
      'database_unusable',
      `Cannot open the database ${path}: ${errorMessage(cause)}. Check the disk, or restore a backup`,
      { cause },
    )
  }
}
