import { errorCode } from '@lumen/std/error'

/** Whether something could not be written for lack of room: SQLite's words for it, or the system's. */
export function isFull(thrown: unknown): boolean {
  const code = errorCode(thrown) ?? ''
  return code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR_WRITE') || code === 'ENOSPC'
}
