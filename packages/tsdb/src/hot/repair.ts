import { Database } from 'bun:sqlite'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage } from '@lumen/std/error'
import { syncFolder } from '@lumen/std/sync-folder'
import { checkAll, checkEnds } from './check.ts'
import { DAMAGE_MARK, readDamageMark } from './damage.ts'
import { hotBytes } from './database.ts'
import { FOLDER_MODE } from './private-file.ts'
import { quarantine, writeReason } from './quarantine.ts'
import { APPLICATION_ID } from './schema.ts'
import { checkWal } from './wal-check.ts'

/** Looks at `hot.db` before it is used. A damaged or foreign file is moved to `quarantine/`, its WAL with it,
 * and never deleted; the next open starts a new one. Answers one sentence for each thing done. A file of up to
 * `wholeCheckBytes` is read whole; of a larger one only the ends, the rest is checked while it is in use. */
export function repairHotDatabase(dir: string, now: number, wholeCheckBytes: number): string[] {
  const path = join(dir, 'hot.db')
  if (!existsSync(path)) return strayFiles(dir, now)
  const repairs = keepDamagedWal(dir, now)
  const damage = readDamageMark(dir) ?? damageOf(path, wholeCheckBytes)
  if (damage === null) return repairs
  const moved = quarantine(dir, ['hot.db', 'hot.db-wal', 'hot.db-shm', DAMAGE_MARK], now, damage)
  return [
    ...repairs,
    `hot.db was damaged (${damage}); it was moved to ${moved} and a new one was started. ` +
      'History of the hot tier begins anew; agents send their last 15 minutes again.',
  ]
}

/** SQLite uses a damaged WAL up to the damage, says nothing and then overwrites it: a copy is kept. */
function keepDamagedWal(dir: string, now: number): string[] {
  const path = join(dir, 'hot.db-wal')
  if (!existsSync(path)) return []
  const { valid, lost } = checkWal(readFileSync(path))
  if (lost === 0) return []
  const target = join(dir, 'quarantine')
  mkdirSync(target, { recursive: true, mode: FOLDER_MODE })
  const name = `hot.db-wal-${now}-copy`
  copyFileSync(path, join(target, name))
  writeReason(target, name, `a copy: checksums are wrong after ${valid} of its pages`)
  syncFolder(target)
  return [
    `hot.db-wal was damaged after ${valid} of its pages; what was written after them is lost, with the record ` +
      `that it had been received. A copy is in quarantine/${name}; agents send their last 15 minutes again.`,
  ]
}

/** What is wrong with the file, null when nothing is. */
function damageOf(path: string, wholeCheckBytes: number): string | null {
  let db: Database | undefined
  try {
    db = new Database(path, { readwrite: true, create: false })
    const { application_id: id } = db.query<{ application_id: number }, []>('PRAGMA application_id').get()!
    const { tables } = db.query<{ tables: number }, []>('SELECT count(*) AS tables FROM sqlite_schema').get()!
    if (id !== APPLICATION_ID && tables > 0) return 'it is some other SQLite database'
    return hotBytes(db) <= wholeCheckBytes ? checkAll(db) : checkEnds(db)
  } catch (thrown) {
    return errorMessage(thrown)
  } finally {
    db?.close(true)
  }
}

/** A WAL without its database belongs to nothing: SQLite would delete it, so it is set aside first. So is a mark
 * whose database is gone. */
function strayFiles(dir: string, now: number): string[] {
  const hasWal = existsSync(join(dir, 'hot.db-wal'))
  if (!hasWal && readDamageMark(dir) === null) return []
  const moved = quarantine(
    dir,
    ['hot.db-wal', 'hot.db-shm', DAMAGE_MARK],
    now,
    'it was there without its hot.db',
  )
  return hasWal ? [`hot.db-wal was there without hot.db; it was moved to ${moved}.`] : []
}
