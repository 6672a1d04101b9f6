import { getSettings, putSettings } from '@lumen/protocol/http/settings'
import type { Settings } from '../../settings/settings.ts'
import type { Router } from '../router.ts'

export interface SettingsRouteParts {
  settings: Settings
  /** @throws {Refusal} 400 `backup_directory_unusable` */
  prepareBackupFolder(directory: string): Promise<void>
}

export function mountSettingsRoutes(
  router: Router,
  { settings, prepareBackupFolder }: SettingsRouteParts,
): void {
  router.private(getSettings, () => settings.wire)
  router.private(putSettings, async ({ body }) => {
    if (typeof body.backups?.directory === 'string') await prepareBackupFolder(body.backups.directory)
    await settings.change(body)
    return settings.wire
  })
}
