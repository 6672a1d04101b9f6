import { CATALOG, type EntityName } from '@lumen/model/catalog'
import { DAY } from '@lumen/model/time'
import type { BudgetSettings } from '@lumen/protocol/http/settings'
import type { Forecast, StorageAnswer } from '@lumen/protocol/http/storage'
import type { TierField } from './retention-form.ts'

export const kindTitle = (entity: string): string =>
  entity in CATALOG ? CATALOG[entity as EntityName].title : entity

export interface KindRow {
  entity: string
  title: string
  /** null: nothing is known of it. */
  bytesPerDay: number | null
  bytes: number | null
  /** Of the cold tier when full, 0 to 1. */
  share: number
}

/** A row for each kind, with what is known of its cost. What a hub knows beyond `kinds` follows them. */
export function kindRows(kinds: readonly string[], forecast: Forecast | undefined): KindRow[] {
  const known = new Map(forecast?.entities.map((entity) => [entity.entity, entity]))
  const total = forecast?.entities.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0
  const all = [...kinds, ...[...known.keys()].filter((entity) => !kinds.includes(entity))]
  return all.map((entity) => {
    const cost = known.get(entity)
    return {
      entity,
      title: kindTitle(entity),
      bytesPerDay: cost?.bytes_per_day ?? null,
      bytes: cost?.bytes ?? null,
      share: cost === undefined || total === 0 ? 0 : cost.bytes / total,
    }
  })
}

/** Bytes of a tier now and when it is full; undefined while there is no forecast. */
export function tierCost(
  forecast: Forecast | undefined,
  tier: TierField,
): { now: number; full: number } | undefined {
  const found = forecast?.tiers.find((one) => one.tier === tier)
  return found === undefined ? undefined : { now: found.bytes_now, full: found.bytes }
}

/** What hot and cold take of the disk once full, and what stands against it. */
export interface DiskNeed {
  bytes: number
  over: { kind: 'cap' | 'free'; bytes: number } | null
}

/** `room` are the bytes the hub may still add: free ones less those to be kept free. */
export function diskNeed(
  forecast: Forecast,
  budget: (BudgetSettings & { free_bytes?: number }) | undefined,
): DiskNeed {
  const disk = forecast.tiers.filter(({ tier }) => tier !== 'ram')
  const bytes = disk.reduce((sum, one) => sum + one.bytes, 0)
  const now = disk.reduce((sum, one) => sum + one.bytes_now, 0)
  if (budget === undefined) return { bytes, over: null }
  if (budget.max_bytes !== null && bytes > budget.max_bytes) {
    return { bytes, over: { kind: 'cap', bytes: budget.max_bytes } }
  }
  if (budget.free_bytes === undefined) return { bytes, over: null }
  const room = Math.max(0, budget.free_bytes - budget.min_free_bytes)
  return { bytes, over: bytes - now > room ? { kind: 'free', bytes: now + room } : null }
}

/** What saving deletes, the newest tier first, with how much together. */
export function deleteRows(forecast: Forecast): { rows: Forecast['deletes']; bytes: number } {
  const order = ['ram', 'hot', 'cold']
  const rows = forecast.deletes.toSorted(
    (a, b) => order.indexOf(a.tier) - order.indexOf(b.tier) || a.from - b.from || b.bytes - a.bytes,
  )
  return { rows, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) }
}

/** Whole days while there are several, else the hours there are. */
export function basisSeconds({ basis }: Forecast): number {
  const days = basis.days >= 2 ? Math.floor(basis.days) : basis.days
  return (days * DAY) / 1000
}

export type StorageBudget = StorageAnswer['budget']
