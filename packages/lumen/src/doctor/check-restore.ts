import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { finishRestore, RESTORED_FOLDER, RESTORING_FOLDER } from '@lumen/hub/backup/finish-restore'
import { lockDataDir } from '@lumen/hub/config/data-dir'
import { errorCode, errorMessage } from '@lumen/std/error'
import { type Finding, fail, ok } from './finding.ts'

/** A restore that was cut off: finished or undone, as the next start of the hub would. Nothing where there was none, or
 * while one is under way. */
export function checkRestore(dir: string): Finding[] {
  if (![RESTORED_FOLDER, RESTORING_FOLDER].some((name) => existsSync(join(dir, name)))) return []
  try {
    using _lock = lockDataDir(dir)
    const done = finishRestore(dir)
    return done === undefined ? [] : [ok(done)]
  } catch (error) {
    if (errorCode(error) === 'data_dir_in_use') return []
    return [
      fail(
        `a restore into ${dir} was cut off and cannot be finished: ${errorMessage(error)}`,
        'give this user write permission there; the next start of the hub finishes it',
      ),
    ]
  }
}
