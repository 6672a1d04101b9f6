import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@lumen/std/error'
import { syncFolder } from '@lumen/std/sync-folder'
import { FILE_MODE } from './private-file.ts'

/** Beside a hot.db that was found damaged while in use: the next open moves both to `quarantine/`. */
export const DAMAGE_MARK = 'hot.db-damaged'

/** What was found, null when nothing was. */
export function readDamageMark(dir: string): string | null {
  const path = join(dir, DAMAGE_MARK)
  return existsSync(path) ? readFileSync(path, 'utf8').trim() || 'no reason was written down' : null
}

/** Durable when it returns. */
export function markDamaged(dir: string, damage: string): void {
  writeFileSync(join(dir, DAMAGE_MARK), `${damage}\n`, { flush: true, mode: FILE_MODE })
  syncFolder(dir)
}

/** Whether a fault while opening says that what the file holds makes no sense: it is broken, or its words (columns,
 * JSON) are none that any program wrote. Not a full disk, not a newer format. */
export function isSenseless(thrown: unknown): boolean {
  return isDamage(thrown) || thrown instanceof SyntaxError || errorCode(thrown) === 'SQLITE_ERROR'
}

/** Whether a fault is SQLite's word for a broken file. */
export function isDamage(thrown: unknown): boolean {
  const code = errorCode(thrown)
  return code !== undefined && (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
}
