import { getSettings, putSettings } from '@lumen/protocol/http/settings'
import type { Tsdb } from '@lumen/tsdb/api'
import { checkBudget, checkRetention, toLimits } from '../../settings/limits.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Router } from '../router.ts'
import { fromDisk } from './storage.ts'

export interface SettingsRouteParts {
  settings: Settings
  tsdb: Tsdb
  /** @throws {Refusal} 400 `backup_directory_unusable` */
  prepareBackupFolder(directory: string): Promise<void>
}

export function mountSettingsRoutes(router: Router, parts: SettingsRouteParts): void {
  const { settings, tsdb, prepareBackupFolder } = parts
  router.private(getSettings, () => settings.wire)
  router.private(putSettings, async ({ body }) => {
    if (body.retention !== undefined) checkRetention(body.retention)
    if (body.budget !== undefined) {
      checkBudget(body.budget, settings.wire.budget, (await fromDisk(tsdb.report())).budget)
    }
    if (typeof body.backups?.directory === 'string') await prepareBackupFolder(body.backups.directory)
    await settings.change(body)
    if (body.retention !== undefined || body.budget !== undefined) tsdb.configure(toLimits(settings.wire))
    return settings.wire
  })
}
