import { access, constants, mkdir, realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize, sep } from 'node:path'
import { errorCode, errorMessage } from '@lumen/std/error'
import { Refusal } from '../refusal.ts'
import { RESTORED_FOLDER, RESTORING_FOLDER } from './finish-restore.ts'

const NOT_INSIDE = ['tsdb', RESTORING_FOLDER, RESTORED_FOLDER]

/** Makes the folder for scheduled backups usable: absolute, there, writable, outside of what a restore replaces.
 * @throws {Refusal} 400 `backup_directory_unusable` */
export async function prepareBackupFolder(directory: string, dataDir: string): Promise<void> {
  if (!isAbsolute(directory)) throw unusable('must be an absolute path, as in /srv/lumen-backups')
  try {
    // before anything is made: a folder of these names would be taken for a restore at the next start
    await refuseInside(await realFuture(normalize(directory)), dataDir)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    await refuseInside(await realpath(directory), dataDir)
  } catch (cause) {
    if (cause instanceof Refusal) throw cause
    throw unusable(`cannot be used by the hub: ${errorMessage(cause)}`, cause)
  }
}

async function refuseInside(real: string, dataDir: string): Promise<void> {
  const data = await realpath(dataDir)
  const inside = NOT_INSIDE.map((name) => join(data, name)).find(
    (folder) => real === folder || real.startsWith(folder + sep),
  )
  if (inside !== undefined) throw unusable(`must not be inside ${inside}, which a restore replaces`)
}

/** Where a path that is not there yet, or in part, would be. */
async function realFuture(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (fault) {
    if (errorCode(fault) !== 'ENOENT' || dirname(path) === path) throw fault
    return join(await realFuture(dirname(path)), basename(path))
  }
}

function unusable(why: string, cause?: unknown): Refusal {
  return new Refusal(400, 'backup_directory_unusable', `The backup directory ${why}`, {
    errors: [{ path: 'backups.directory', message: why }],
    cause,
  })
}
