import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Admin } from '@lumen/hub/admin/admin'
import { openAdmin } from '@lumen/hub/admin/open-admin'
import { lockDataDir } from '@lumen/hub/config/data-dir'
import { errorCode } from '@lumen/std/error'
import type { Settings } from './cli/options.ts'
import { asRefusal, Refusal } from './cli/refusal.ts'

/** The admin commands for `--data`, through the hub that runs on it or on its files.
 * @param mayCreate whether an empty directory will do
 * @throws {Refusal} `data_dir_missing`, or the hub's own code */
export async function adminOf(settings: Pick<Settings, 'data'>, mayCreate: boolean): Promise<Admin> {
  const dir = resolve(settings.data)
  if (!mayCreate && !existsSync(dir))
    throw new Refusal('data_dir_missing', `There is no data directory ${dir}: name the hub's with --data`)
  try {
    return await openAdmin(dir)
  } catch (error) {
    throw asRefusal(error)
  }
}

/** Whether a hub holds the data directory, which must exist. */
export function isHubRunning(dir: string): boolean {
  try {
    lockDataDir(dir)[Symbol.dispose]()
    return false
  } catch (error) {
    return errorCode(error) === 'data_dir_in_use'
  }
}
