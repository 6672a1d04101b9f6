import { getSettings, putSettings } from '@lumen/protocol/http/settings'
import type { Tsdb } from '@lumen/tsdb/api'
import { checkBudget, checkRetention, toLimits } from '../../settings/limits.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Router } from '../router.ts'
import { fromDisk } from './storage.ts'

export function mountSettingsRoutes(router: Router, parts: { settings: Settings; tsdb: Tsdb }): void {
  const { settings, tsdb } = parts
  router.private(getSettings, () => settings.wire)
  router.private(putSettings, async ({ body }) => {
    if (body.retention !== undefined) checkRetention(body.retention)
    if (body.budget !== undefined) {
      checkBudget(body.budget, settings.wire.budget, (await fromDisk(tsdb.report())).budget)
    }
    await settings.change(body)
    if (body.retention !== undefined || body.budget !== undefined) tsdb.configure(toLimits(settings.wire))
    return settings.wire
  })
}
