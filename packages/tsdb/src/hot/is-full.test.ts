import { expect, test } from 'bun:test'
import { isFull } from './is-full.ts'

test('a disk without room is told from one that is broken, whichever file could not grow', () => {
  const isFullBy = (code: string) => isFull(Object.assign(new Error('disk'), { code }))
  for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC'])
    expect([code, isFullBy(code)]).toEqual([code, true])
  for (const code of ['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_READ', 'SQLITE_CORRUPT', 'EIO'])
    expect([code, isFullBy(code)]).toEqual([code, false])
})
