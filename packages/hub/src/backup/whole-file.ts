import { existsSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'
import { syncFolder } from '@lumen/std/sync-folder'

export const PARTIAL_SUFFIX = '.partial'
const FILE_MODE = 0o600

/** Writes a file that is whole whenever it is there: beside it as FILE.partial, synced, renamed, the folder synced.
 * @returns its bytes
 * @throws {LumenError} `file_exists` unless `replaces`, `file_unwritable`, and what the source throws; the partial file is gone then */
export async function writeWholeFile(
  path: string,
  source: AsyncIterable<Uint8Array>,
  { replaces = false } = {},
): Promise<number> {
  refuseExisting(path, replaces)
  const partial = path + PARTIAL_SUFFIX
  let bytes = 0
  try {
    rmSync(partial, { force: true })
    await using file = await open(partial, 'wx', FILE_MODE).catch((cause: unknown) => {
      throw unwritable(path, cause)
    })
    for await (const chunk of source) {
      await file.writeFile(chunk).catch((cause: unknown) => {
        throw unwritable(path, cause)
      })
      bytes += chunk.length
    }
    await file.sync()
  } catch (thrown) {
    rmSync(partial, { force: true })
    throw thrown
  }
  refuseExisting(path, replaces)
  renameSync(partial, path)
  syncFolder(dirname(path))
  return bytes
}

/** @throws {LumenError} `file_exists` */
export function refuseExisting(path: string, replaces: boolean): void {
  if (replaces || !existsSync(path)) return
  throw new LumenError(
    'file_exists',
    `${path} is there already: name another file, or replace it with --force`,
  )
}

function unwritable(path: string, cause: unknown): LumenError {
  const isFull = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errorCode(cause) ?? '')
  const advice = isFull ? 'Free space there, or choose another place' : 'Choose another place'
  return new LumenError('file_unwritable', `Cannot write ${path}: ${errorMessage(cause)}. ${advice}`, {
    cause,
  })
}
