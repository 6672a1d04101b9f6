import { ENTITY_NAMES, type EntityName } from '@lumen/model/catalog'
import { layoutOf } from '@lumen/model/metric'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import type { RetentionSettings } from '@lumen/protocol/http/settings'
import { numberOf, textOf } from '../number-text.ts'

/** What each tier may be kept for, in the unit of its field. */
export const LIMITS = {
  ram: { unitMs: MINUTE, low: 5, high: 60 },
  hot: { unitMs: HOUR, low: 6, high: 7 * 24 },
  cold: { unitMs: DAY, low: 1, high: 365 },
} as const
export type TierField = keyof typeof LIMITS
export type Fault = 'number' | 'range'

/** Kinds that the cold tier keeps anything of, in the order of the catalogue. */
export const KINDS: readonly EntityName[] = ENTITY_NAMES.filter((entity) =>
  layoutOf(entity).metrics.some(({ spec }) => spec.isPersisted),
)

/** The form as typed. An empty kind is kept as long as all. */
export interface RetentionDraft {
  ram: string
  hot: string
  cold: string
  kinds: Readonly<Record<string, string>>
}

export function draftOf(retention: RetentionSettings): RetentionDraft {
  return {
    ram: textOf(retention.ram_ms / LIMITS.ram.unitMs),
    hot: textOf(retention.hot_ms / LIMITS.hot.unitMs),
    cold: textOf(retention.cold_ms / LIMITS.cold.unitMs),
    kinds: Object.fromEntries(
      Object.entries(retention.cold_ms_by_entity).map(([entity, ms]) => [entity, textOf(ms / DAY)]),
    ),
  }
}

export interface ReadRetention {
  /** Set when nothing is wrong. */
  retention?: RetentionSettings
  faults: Partial<Record<TierField, Fault>>
  kindFaults: Readonly<Record<string, Fault>>
}

/** What a draft asks for, or what is wrong with it. A kind that says the same as all is as if it said nothing. */
export function readDraft(draft: RetentionDraft): ReadRetention {
  const faults: Partial<Record<TierField, Fault>> = {}
  const kindFaults: Record<string, Fault> = {}
  const read = (field: TierField): number => {
    const value = readField(draft[field], field)
    if (typeof value === 'string') faults[field] = value
    return typeof value === 'string' ? Number.NaN : value
  }
  const [ram_ms, hot_ms, cold_ms] = [read('ram'), read('hot'), read('cold')]
  const cold_ms_by_entity: Record<string, number> = {}
  for (const [entity, text] of Object.entries(draft.kinds)) {
    if (text.trim() === '') continue
    const value = readField(text, 'cold')
    if (typeof value === 'string') kindFaults[entity] = value
    else if (value !== cold_ms) cold_ms_by_entity[entity] = value
  }
  const isWrong = Object.keys(faults).length + Object.keys(kindFaults).length > 0
  return {
    faults,
    kindFaults,
    ...(isWrong ? {} : { retention: { ram_ms, hot_ms, cold_ms, cold_ms_by_entity } }),
  }
}

function readField(text: string, field: TierField): number | Fault {
  const { unitMs, low, high } = LIMITS[field]
  const value = numberOf(text)
  if (value === undefined) return 'number'
  return value < low || value > high ? 'range' : Math.round(value * unitMs)
}

export function isSameRetention(a: RetentionSettings, b: RetentionSettings): boolean {
  const kinds = new Set([...Object.keys(a.cold_ms_by_entity), ...Object.keys(b.cold_ms_by_entity)])
  const keeps = (retention: RetentionSettings, kind: string) =>
    retention.cold_ms_by_entity[kind] ?? retention.cold_ms
  return (
    a.ram_ms === b.ram_ms &&
    a.hot_ms === b.hot_ms &&
    a.cold_ms === b.cold_ms &&
    [...kinds].every((kind) => keeps(a, kind) === keeps(b, kind))
  )
}
