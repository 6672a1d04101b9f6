import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REASON_SUFFIX } from './quarantine.ts'

/** `hot.db` was found damaged while in use: what was found moved along under this name. */
const DAMAGE_MARK = /^hot\.db-damaged-/

export interface QuarantinedFile {
  /** In `quarantine/`. */
  file: string
  reason: string
}

/** Files in the store's `quarantine/` with why they are there; those SQLite needs beside another one not by themselves. */
export function listQuarantine(dir: string): QuarantinedFile[] {
  const folder = join(dir, 'quarantine')
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).sort()
  return names
    .filter((name) => !name.endsWith(REASON_SUFFIX) && !DAMAGE_MARK.test(name) && !isCompanion(name, names))
    .map((file) => ({ file, reason: reasonOf(folder, file, names) }))
}

/** The WAL and its index of a database that is there too. */
function isCompanion(name: string, names: readonly string[]): boolean {
  const database = name.replace(/^hot\.db-(wal|shm)-/, 'hot.db-')
  return database !== name && names.includes(database)
}

function reasonOf(folder: string, file: string, names: readonly string[]): string {
  const written = names.includes(file + REASON_SUFFIX) ? readText(join(folder, file + REASON_SUFFIX)) : ''
  const mark = file.replace(/^hot\.db-/, 'hot.db-damaged-')
  const marked = mark !== file && names.includes(mark) ? readText(join(folder, mark)) : ''
  return written || marked || 'no reason was written down'
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
