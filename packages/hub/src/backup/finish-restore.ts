import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { syncFolder } from '@lumen/std/sync-folder'
import { SECRET_KEY } from './manifest.ts'

/** Where a backup is unpacked; means nothing until it is renamed. */
export const RESTORING_FOLDER = 'restoring'
/** Unpacked, checked and on the disk: from here on the restored data is what counts. */
export const RESTORED_FOLDER = 'restored'

const OLD_HISTORY = 'old-tsdb'

/** Where a test may end the process. In the order they are reached. */
export const RESTORE_STEPS = [
  'unpack-begun',
  'unpack-mid',
  'unpack-done',
  'commit-done',
  'log-removed',
  'control-swapped',
  'key-swapped',
  'history-moved',
  'history-swapped',
  'token-removed',
  'swap-synced',
] as const
export type RestoreStep = (typeof RESTORE_STEPS)[number]

/** Brings a data directory out of a restore that was cut off: one that was committed is finished, one that was not is
 * undone. Call while holding the directory's lock, before anything in it is opened; does nothing where no restore was.
 * @returns a sentence when something was done */
export function finishRestore(
  dataDir: string,
  reach: (step: RestoreStep) => void = () => undefined,
): string | undefined {
  const restored = join(dataDir, RESTORED_FOLDER)
  const restoring = join(dataDir, RESTORING_FOLDER)
  const wasBegun = existsSync(restoring)
  if (wasBegun) rmSync(restoring, { recursive: true, force: true })
  if (!existsSync(restored)) {
    return wasBegun ? 'A restore that was cut off was undone: the data is as it was before it' : undefined
  }
  swapDatabase(dataDir, restored, reach)
  swapKey(dataDir, restored, reach)
  swapHistory(dataDir, restored, reach)
  // it is a token of the data that was; this machine takes a new one
  rmSync(join(dataDir, 'this-machine.token'), { force: true })
  reach('token-removed')
  syncFolder(dataDir)
  syncFolder(restored)
  reach('swap-synced')
  rmSync(restored, { recursive: true, force: true })
  syncFolder(dataDir)
  return 'A restore that was cut off was finished: the data is that of the backup'
}

function swapDatabase(dataDir: string, restored: string, reach: (step: RestoreStep) => void): void {
  const fresh = join(restored, 'control.db')
  if (existsSync(fresh)) {
    // a log left behind would be applied to the new database
    for (const suffix of ['-wal', '-shm']) rmSync(join(dataDir, `control.db${suffix}`), { force: true })
    syncFolder(dataDir)
    reach('log-removed')
    renameSync(fresh, join(dataDir, 'control.db'))
  }
  reach('control-swapped')
}

/** A backup without the key leaves the one that is there: if it is the same hub's, its secrets go on opening. */
function swapKey(dataDir: string, restored: string, reach: (step: RestoreStep) => void): void {
  const fresh = join(restored, SECRET_KEY)
  if (existsSync(fresh)) renameSync(fresh, join(dataDir, SECRET_KEY))
  reach('key-swapped')
}

/** The restored folder is always there: a backup without history has an empty one. */
function swapHistory(dataDir: string, restored: string, reach: (step: RestoreStep) => void): void {
  const fresh = join(restored, 'tsdb')
  const live = join(dataDir, 'tsdb')
  if (existsSync(fresh)) {
    if (existsSync(live)) {
      rmSync(join(restored, OLD_HISTORY), { recursive: true, force: true })
      renameSync(live, join(restored, OLD_HISTORY))
    }
    reach('history-moved')
    renameSync(fresh, live)
  }
  reach('history-swapped')
}
