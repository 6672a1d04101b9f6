import { access, constants, mkdir, realpath } from 'node:fs/promises'
import { isAbsolute, join, sep } from 'node:path'
import { errorMessage } from '@lumen/std/error'
import { Refusal } from '../refusal.ts'
import { RESTORED_FOLDER, RESTORING_FOLDER } from './finish-restore.ts'

const NOT_INSIDE = ['tsdb', RESTORING_FOLDER, RESTORED_FOLDER]

/** Makes the folder for scheduled backups usable: absolute, there, writable, outside of what a restore replaces.
 * @throws {Refusal} 400 `backup_directory_unusable` */
export async function prepareBackupFolder(directory: string, dataDir: string): Promise<void> {
  if (!isAbsolute(directory)) throw unusable('must be an absolute path, as in /srv/lumen-backups')
  let real: string
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    real = await realpath(directory)
  } catch (cause) {
    throw unusable(`cannot be used by the hub: ${errorMessage(cause)}`, cause)
  }
  const data = await realpath(dataDir)
  const inside = NOT_INSIDE.map((name) => join(data, name)).find(
    (folder) => real === folder || real.startsWith(folder + sep),
  )
  if (inside !== undefined) throw unusable(`must not be inside ${inside}, which a restore replaces`)
}

function unusable(why: string, cause?: unknown): Refusal {
  return new Refusal(400, 'backup_directory_unusable', `The backup directory ${why}`, {
    errors: [{ path: 'backups.directory', message: why }],
    cause,
  })
}
