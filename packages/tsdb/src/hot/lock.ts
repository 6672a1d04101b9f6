import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'
import { ensurePrivateFile } from './private-file.ts'

/** Held while a process has the data directory open. The operating system lets go of it when the process dies,
 * however it dies. */
export class DirectoryLock {
  readonly #db: Database

  private constructor(db: Database) {
    this.#db = db
  }

  /** @throws {LumenError} `data_in_use` */
  static take(dir: string): DirectoryLock {
    const path = join(dir, 'lock.db')
    ensurePrivateFile(path)
    const db = new Database(path, { create: true, readwrite: true })
    try {
      db.run('PRAGMA busy_timeout = 0')
      db.run('PRAGMA journal_mode = MEMORY')
      db.run('BEGIN EXCLUSIVE')
      return new DirectoryLock(db)
    } catch (thrown) {
      db.close(true)
      if (errorCode(thrown) !== 'SQLITE_BUSY') throw thrown
      throw new LumenError(
        'data_in_use',
        `Cannot open ${dir}: another process holds it (${errorMessage(thrown)}). ` +
          'Stop the other hub, or give this one a directory of its own',
        { cause: thrown },
      )
    }
  }

  release(): void {
    this.#db.close(true)
  }
}
