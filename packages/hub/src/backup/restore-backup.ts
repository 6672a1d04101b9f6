import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'
import { syncFolder } from '@lumen/std/sync-folder'
import { lockDataDir, prepareDataDir } from '../config/data-dir.ts'
import { finishRestore, RESTORED_FOLDER, RESTORING_FOLDER, type RestoreStep } from './finish-restore.ts'
import { CONTROL_DB, HOT_DB, type Manifest } from './manifest.ts'
import { readBackup } from './read-backup.ts'
import { verifyBackup } from './verify-backup.ts'

export interface RestoreOptions {
  file: string
  dataDir: string
  passphrase: string | null
  /** Whether data that is there may be replaced. */
  replaces: boolean
  /** Told at each step; a test ends the process there. */
  reach?: (step: RestoreStep) => void
}

const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

/** Puts a backup in place of a data directory's content, all of it or nothing. In this order: 1 the whole file is
 * checked; 2 unpacked into `restoring/`, every file and folder synced; 3 renamed to `restored/`, which is the moment
 * that decides; 4 each item swapped in; 5 `restored/` deleted with the old history. Cut off before 3 the old data is
 * there, after it the restored: `finishRestore` sees to it at the next start. The directory itself, which may be a mount
 * point, is never renamed.
 * @throws {LumenError} `data_dir_in_use`, `data_dir_unwritable`, `data_exists`, `data_dir_split`, `disk_full`,
 *   `restore_failed`, and what readBackup and verifyBackup throw; nothing was changed then */
export async function restoreBackup(options: RestoreOptions): Promise<Manifest> {
  const { file, dataDir, passphrase, reach = () => undefined } = options
  const verify = () =>
    verifyBackup(file, passphrase, (found) => refuseLackOfRoom(existingParent(dataDir), found))
  const isNew = !existsSync(dataDir)
  if (isNew) await verify()
  prepareDataDir(dataDir)
  using _lock = lockDataDir(dataDir)
  finishRestore(dataDir)
  refuseOldData(dataDir, options.replaces)
  if (!isNew) await verify()
  const restoring = join(dataDir, RESTORING_FOLDER)
  let manifest: Manifest
  try {
    manifest = await unpack(file, passphrase, restoring, reach)
    reach('unpack-done')
    renameSync(restoring, join(dataDir, RESTORED_FOLDER))
  } catch (thrown) {
    rmSync(restoring, { recursive: true, force: true })
    throw asFault(thrown, dataDir)
  }
  syncFolder(dataDir)
  reach('commit-done')
  finishRestore(dataDir, reach)
  return manifest
}

async function unpack(
  file: string,
  passphrase: string | null,
  into: string,
  reach: (step: RestoreStep) => void,
): Promise<Manifest> {
  mkdirSync(join(into, 'tsdb'), { recursive: true, mode: FOLDER_MODE })
  reach('unpack-begun')
  let manifest: Manifest | undefined
  let current: FileHandle | undefined
  const finish = async () => {
    await current?.sync()
    await current?.close()
    current = undefined
  }
  try {
    for await (const part of readBackup(file, passphrase)) {
      if (part.kind === 'manifest') manifest = part.manifest
      else if (part.kind === 'content') await current?.writeFile(part.chunk)
      else {
        if (current !== undefined) reach('unpack-mid')
        await finish()
        const path = join(into, part.path)
        mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE })
        current = await open(path, 'wx', FILE_MODE)
      }
    }
    await finish()
  } finally {
    await current?.close()
  }
  for (const folder of foldersOf(into)) syncFolder(folder)
  return manifest!
}

/** With all below, the deepest first. */
function foldersOf(path: string): string[] {
  const below = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => foldersOf(join(path, entry.name)))
  return [...below, path]
}

function refuseOldData(dataDir: string, replaces: boolean): void {
  const present = [CONTROL_DB, HOT_DB].find((path) => existsSync(join(dataDir, path)))
  if (present !== undefined && !replaces) {
    throw new LumenError(
      'data_exists',
      `${dataDir} holds data already (${present}): restore into another directory, or replace it with --force`,
    )
  }
  const history = join(dataDir, 'tsdb')
  if (!existsSync(history)) return
  if (lstatSync(history).isSymbolicLink() || statSync(history).dev !== statSync(dataDir).dev) {
    throw new LumenError(
      'data_dir_split',
      `${history} is on another disk than ${dataDir}, so both cannot be replaced at once: restore into an empty directory and move it there`,
    )
  }
}

/** The old data stays until the new is complete, so there must be room for both. */
function refuseLackOfRoom(dir: string, { files }: Manifest): void {
  const needed = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const { bavail, bsize } = statfsSync(dir)
  if (needed <= bavail * bsize) return
  const mib = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`
  throw new LumenError(
    'disk_full',
    `The backup needs ${mib(needed)} in ${dir}, where ${mib(bavail * bsize)} are free. Nothing was changed; free space there, or restore elsewhere`,
  )
}

function existingParent(path: string): string {
  return existsSync(path) ? path : existingParent(dirname(path))
}

function asFault(thrown: unknown, dataDir: string): unknown {
  if (thrown instanceof LumenError) return thrown
  const isFull = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errorCode(thrown) ?? '')
  return new LumenError(
    isFull ? 'disk_full' : 'restore_failed',
    `Cannot restore into ${dataDir}: ${errorMessage(thrown)}. Nothing was changed${isFull ? '; free space there' : ''}`,
    { cause: thrown },
  )
}
