import { accessSync, constants, mkdirSync } from 'node:fs'
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'
import { DirectoryLock } from './lock.ts'
import { FOLDER_MODE } from './private-file.ts'
import { repairHotDatabase } from './repair.ts'

/** Makes the data directory usable: there, writable, locked, repaired.
 * @throws {LumenError} `data_unwritable`, `data_in_use` */
export function openDirectory(
  dir: string,
  now: number,
  wholeCheckBytes: number,
): { lock: DirectoryLock; repairs: string[] } {
  let lock: DirectoryLock | undefined
  try {
    mkdirSync(dir, { recursive: true, mode: FOLDER_MODE })
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK)
    lock = DirectoryLock.take(dir)
    return { lock, repairs: repairHotDatabase(dir, now, wholeCheckBytes) }
  } catch (thrown) {
    lock?.release()
    if (errorCode(thrown) === 'data_in_use') throw thrown
    throw new LumenError(
      'data_unwritable',
      `Cannot write to the data directory ${dir}: ${errorMessage(thrown)}. Choose another, or fix its owner and space`,
      { cause: thrown },
    )
  }
}
