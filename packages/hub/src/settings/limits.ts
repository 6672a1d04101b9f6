import { isEntityName } from '@lumen/model/metric'
import { DAY, HOUR } from '@lumen/model/time'
import type { BudgetSettings, RetentionSettings } from '@lumen/protocol/http/settings'
import { SMALLEST_CAP_BYTES } from '@lumen/tsdb/budget/caps'
import { PERSISTED_ENTITIES } from '@lumen/tsdb/persisted'
import type { Retention } from '@lumen/tsdb/retention'
import type { Limits, StorageReport } from '@lumen/tsdb/storage-report'
import type { FieldFault } from '../field-fault.ts'
import { Refusal } from '../refusal.ts'

const MIB = 1024 * 1024

/** Settings as the store takes them. Entities this program does not know are left out. */
export function toLimits({
  retention,
  budget,
}: {
  retention: RetentionSettings
  budget: BudgetSettings
}): Limits {
  const coldMsByEntity: Retention['coldMsByEntity'] = {}
  for (const [entity, ms] of Object.entries(retention.cold_ms_by_entity)) {
    if (isEntityName(entity)) coldMsByEntity[entity] = ms
  }
  return {
    retention: {
      ramMs: retention.ram_ms,
      hotMs: retention.hot_ms,
      coldMs: retention.cold_ms,
      coldMsByEntity,
    },
    budget: { maxBytes: budget.max_bytes, minFreeBytes: budget.min_free_bytes },
  }
}

/** What the bounds of single fields cannot say.
 * @throws {Refusal} 400 `retention_invalid` naming each field */
export function checkRetention(retention: RetentionSettings): void {
  const errors: FieldFault[] = []
  const refuse = (field: string, message: string) => errors.push({ path: `retention.${field}`, message })
  const shorter = (ms: number) =>
    `is ${spanText(ms)}, shorter than the hot tier’s ${spanText(retention.hot_ms)}`
  if (retention.cold_ms < retention.hot_ms) refuse('cold_ms', shorter(retention.cold_ms))
  for (const [entity, ms] of Object.entries(retention.cold_ms_by_entity)) {
    const field = `cold_ms_by_entity.${entity}`
    if (!isEntityName(entity)) refuse(field, 'is no entity of the catalogue')
    else if (!PERSISTED_ENTITIES.has(entity)) refuse(field, 'is live only: nothing of it is kept on disk')
    else if (ms < retention.hot_ms) refuse(field, shorter(ms))
  }
  const [first] = errors
  if (first === undefined) return
  throw new Refusal(400, 'retention_invalid', `The retention is invalid: ${first.path} ${first.message}`, {
    errors: errors.slice(0, 20),
  })
}

/** Neither a cap nor a floor is a way to delete: a cap must leave room for what there is, a floor must lie below what is
 * free, or all but the newest hour is given up within minutes. One that stays as it is, or gets lower, is not looked at.
 * @throws {Refusal} 409 `budget_too_small` with what there is and what was asked for */
export function checkBudget(
  wanted: BudgetSettings,
  current: BudgetSettings,
  { usedBytes, freeBytes }: StorageReport['budget'],
): void {
  const { max_bytes: cap, min_free_bytes: floor } = wanted
  if (floor > current.min_free_bytes && floor > freeBytes) {
    const message = `is ${mib(floor)}, and ${mib(freeBytes)} are free: history would be given up at once. Free space first, or leave less`
    throw tooSmall('min_free_bytes', message, { free_bytes: freeBytes })
  }
  if (cap === null || cap === current.max_bytes) return
  const least = Math.max(usedBytes, SMALLEST_CAP_BYTES)
  if (cap >= least) return
  const message =
    cap < usedBytes
      ? `is ${mib(cap)}, and the store takes ${mib(usedBytes)} already: allow that much, or shorten the retention first`
      : `is ${mib(cap)}, the store needs at least ${mib(SMALLEST_CAP_BYTES)}`
  throw tooSmall('max_bytes', message, { used_bytes: usedBytes })
}

function tooSmall(field: keyof BudgetSettings, message: string, extra: Record<string, number>): Refusal {
  const path = `budget.${field}`
  return new Refusal(409, 'budget_too_small', `The budget is too small: ${path} ${message}`, {
    errors: [{ path, message }],
    extra,
  })
}

function spanText(ms: number): string {
  return ms % DAY === 0 ? `${ms / DAY} d` : `${Math.round((ms / HOUR) * 10) / 10} h`
}

/** Rounded up: a cap of the size named is never refused again for its fraction. */
function mib(bytes: number): string {
  return `${Math.ceil((bytes / MIB) * 10) / 10} MiB (${bytes} bytes)`
}
