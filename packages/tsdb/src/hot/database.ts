import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import type { FaultInjector } from '../fault-point.ts'
import { ensurePrivateFile } from './private-file.ts'
import { migrate } from './schema.ts'

/** Of new databases; one that is there keeps its own. With pages of 4,096 a small commit writes twice as much, with
 * 1,024 rows of a dozen fields fill them badly. */
const PAGE_BYTES = 2048
/** What the WAL gathers before it moves to the database. A page that several flushes touch is moved once, so a
 * longer WAL means fewer bytes written; this much is read back well within a second after a crash. */
export const CHECKPOINT_BYTES = 16 * 1024 * 1024

/** Opens (or makes) `hot.db` ready for use.
 * @throws {LumenError} `database_too_new` */
export function openHotDatabase(dir: string, maxHotBytes: number | null, faults: FaultInjector): Database {
  const path = join(dir, 'hot.db')
  ensurePrivateFile(path)
  const db = new Database(path, { readwrite: true, create: true })
  try {
    db.run(`PRAGMA page_size = ${PAGE_BYTES}`)
    db.run('PRAGMA journal_mode = WAL')
    db.run('PRAGMA synchronous = FULL')
    db.run('PRAGMA secure_delete = OFF')
    db.run('PRAGMA locking_mode = NORMAL')
    db.run('PRAGMA temp_store = MEMORY')
    db.run('PRAGMA cache_size = -8192')
    db.run(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_BYTES / pageBytes(db)}`)
    db.run(`PRAGMA journal_size_limit = ${2 * CHECKPOINT_BYTES}`)
    migrate(db, path, faults)
    if (maxHotBytes !== null) db.run(`PRAGMA max_page_count = ${Math.ceil(maxHotBytes / pageBytes(db))}`)
    return db
  } catch (thrown) {
    db.close(true)
    throw thrown
  }
}

export function hotBytes(db: Database): number {
  const { page_count: pages } = db.query<{ page_count: number }, []>('PRAGMA page_count').get()!
  return pages * pageBytes(db)
}

export function pageBytes(db: Database): number {
  return db.query<{ page_size: number }, []>('PRAGMA page_size').get()!.page_size
}
