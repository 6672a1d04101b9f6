import { errorCode } from '@lumen/std/error'

/** Whether something could not be written for lack of room: SQLite's words for it, or the system's. */
export function isFull(thrown: unknown): boolean {
  const code = errorCode(thrown) ?? ''
  return (
    ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC'].includes(code) || code.startsWith('SQLITE_IOERR_WRITE')
  )
}
