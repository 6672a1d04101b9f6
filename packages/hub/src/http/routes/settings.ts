import { getSettings, putSettings } from '@lumen/protocol/http/settings'
import type { Settings } from '../../settings/settings.ts'
import type { Router } from '../router.ts'

export function mountSettingsRoutes(router: Router, { settings }: { settings: Settings }): void {
  router.private(getSettings, () => settings.wire)
  router.private(putSettings, async ({ body }) => {
    await settings.change(body)
    return settings.wire
  })
}
