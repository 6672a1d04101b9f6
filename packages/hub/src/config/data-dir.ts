import { Database } from 'bun:sqlite'
import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'

/** Makes the data folder, private to its owner, and checks that it can be written.
 * @throws {LumenError} `data_dir_unwritable` */
export function prepareDataDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    accessSync(dir, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const isFile = ['EEXIST', 'ENOTDIR'].includes(errorCode(cause) ?? '')
    if (isFile) {
      throw new LumenError(
        'data_dir_unwritable',
        `Cannot use ${dir} as the data directory: a file is in the way. Choose another with --data`,
        { cause },
      )
    }
    throw new LumenError(
      'data_dir_unwritable',
      `Cannot write to the data directory ${dir}: ${errorMessage(cause)}. Choose another with --data, or give this user write permission`,
      { cause },
    )
  }
}

/** Takes the data folder for one process until disposed. The lock is SQLite's on `hub.lock`: the kernel frees it
 * when the process dies, however it dies.
 * @throws {LumenError} `data_dir_in_use`, `data_dir_unwritable` */
export function lockDataDir(dir: string): Disposable {
  const path = join(dir, 'hub.lock')
  let lock: Database | undefined
  try {
    lock = new Database(path, { create: true })
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    chmodSync(path, 0o600)
  } catch (cause) {
    lock?.close()
    if (errorCode(cause)?.startsWith('SQLITE_BUSY')) {
      throw new LumenError(
        'data_dir_in_use',
        `Another hub is running on the data directory ${dir}: stop it, or choose another directory with --data`,
        { cause },
      )
    }
    throw new LumenError(
      'data_dir_unwritable',
      `Cannot lock the data directory ${dir}: ${errorMessage(cause)}. Check its permissions and free space`,
      { cause },
    )
  }
  const held = lock
  return { [Symbol.dispose]: () => held.close() }
}
