import type { Forecast, StorageAnswer } from '@lumen/protocol/http/storage'
import type { TsdbHealth } from '@lumen/tsdb/api'
import type { RetentionForecast, StorageReport } from '@lumen/tsdb/storage-report'

/** The store's report as the API spells it. Pure. */
export function storageAnswer(report: StorageReport, health: TsdbHealth): StorageAnswer {
  const { budget } = report
  return {
    tiers: report.tiers,
    coverage: report.coverage,
    wear: report.wear,
    budget: {
      max_bytes: budget.maxBytes,
      min_free_bytes: budget.minFreeBytes,
      used_bytes: budget.usedBytes,
      free_bytes: budget.freeBytes,
      stage: budget.stage,
      given: budget.given,
    },
    health: {
      fault: health.flushFault,
      compact_fault: health.compactFault ?? null,
      is_deleting_held: health.isDeletingHeld ?? false,
      repairs: health.repairs,
      quarantine: report.quarantine,
      pending_frames: health.pendingFrames,
      given_up_frames: health.givenUpFrames ?? 0,
      too_old_frames: report.tooOldFrames,
      last_flush_at: health.lastFlushAt,
    },
  }
}

export function forecastAnswer({ tiers, entities, deletes, basis }: RetentionForecast): Forecast {
  return {
    tiers: tiers.map(({ tier, bytesNow, bytes }) => ({ tier, bytes_now: bytesNow, bytes })),
    entities: entities.map(({ entity, bytesPerDay, bytes }) => ({
      entity,
      bytes_per_day: bytesPerDay,
      bytes,
    })),
    deletes: deletes.map(({ tier, entity, range, bytes }) => ({ tier, entity, ...range, bytes })),
    basis,
  }
}
