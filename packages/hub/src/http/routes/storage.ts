import { forecastRetention, getStorage } from '@lumen/protocol/http/storage'
import { errorMessage } from '@lumen/std/error'
import type { Tsdb } from '@lumen/tsdb/api'
import { Refusal } from '../../refusal.ts'
import { checkRetention, toLimits } from '../../settings/limits.ts'
import type { Settings } from '../../settings/settings.ts'
import { forecastAnswer, storageAnswer } from '../../storage/storage-answer.ts'
import type { Router } from '../router.ts'

export function mountStorageRoutes(router: Router, parts: { tsdb: Tsdb; settings: Settings }): void {
  const { tsdb, settings } = parts
  router.private(getStorage, async () => {
    const report = await fromDisk(tsdb.report())
    return storageAnswer(report, tsdb.health())
  })
  router.private(forecastRetention, async ({ body }) => {
    checkRetention(body.retention)
    const budget = body.budget ?? settings.wire.budget
    return forecastAnswer(await fromDisk(tsdb.forecast(toLimits({ retention: body.retention, budget }))))
  })
}

/** @throws {Refusal} 503 `storage_unreadable` with the store's own words */
export async function fromDisk<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (fault) {
    throw new Refusal(503, 'storage_unreadable', `The store cannot be read: ${errorMessage(fault)}`, {
      cause: fault,
    })
  }
}
