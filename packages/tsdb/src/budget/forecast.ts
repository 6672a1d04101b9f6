import type { EntityName } from '@lumen/model/catalog'
import { DAY, MINUTE, type TimeRange } from '@lumen/model/time'
import { COLD_STEP_MS } from '../cold/cold-series.ts'
import { keptMs } from '../retention.ts'
import type { Limits, RetentionForecast, TierName } from '../storage-report.ts'

/** What an average or a maximum takes in a cold file, everything else included: between 1.5 (sensors) and 2.5
 * (filesystems) in a day of 200 hosts, see docs/adr/0009. Used until a day of this hub's own is in the cold tier. */
const COLD_NUMBER_BYTES = 2.1
/** Of the newest cold days, those the size of a day is taken from. */
const MEASURED_DAYS = 31

export interface ForecastInput {
  now: number
  wanted: Limits
  current: Limits
  ram: { bytes: number; from: number | null }
  hot: { bytes: number; entities: readonly HotShare[] }
  cold: readonly ColdShare[]
  hosts: number
}

/** The newest rows of an entity in the hot tier. */
export interface HotShare {
  entity: EntityName
  /** How long they span. */
  heldMs: number
  /** Averages and maxima in them. */
  numbers: number
  bytes: number
}

/** A file of the cold tier. */
export interface ColdShare {
  entity: EntityName
  span: TimeRange
  bytes: number
}

/** What a retention would take once every tier is full, and what setting it deletes at once. From what this hub holds:
 * the newest month of cold files; before there is one, the minutes of the hot tier. Pure. */
export function forecast(input: ForecastInput): RetentionForecast {
  const { wanted, cold, hot } = input
  const names = [...new Set([...hot.entities, ...cold].map(({ entity }) => entity))]
  const days = names.map((entity) => ({ entity, ...coldDay(input, entity) }))
  const entities = days.map(({ entity, bytes }) => ({
    entity,
    bytesPerDay: Math.round(bytes),
    bytes: Math.round((bytes * keptMs(wanted.retention, entity)) / DAY),
  }))
  const tier = (name: TierName, bytesNow: number, bytes: number) => ({
    tier: name,
    bytesNow,
    bytes: Math.round(bytes),
  })
  return {
    tiers: [
      tier('ram', input.ram.bytes, ramBytes(input)),
      tier('hot', hot.bytes, hotBytes(input)),
      tier('cold', sumBytes(cold), sumBytes(entities)),
    ],
    entities,
    deletes: [...ramDeletes(input), ...names.flatMap((entity) => coldDeletes(input, entity))],
    basis: { hosts: input.hosts, days: round2(Math.max(0, ...days.map((day) => day.days))) },
  }
}

/** Bytes a day of an entity takes in the cold tier, and on how many days that rests. */
function coldDay({ cold, hot }: ForecastInput, entity: EntityName): { bytes: number; days: number } {
  const files = cold.filter((file) => file.entity === entity)
  const newest = Math.max(...files.map(({ span }) => span.to))
  const recent = files.filter(({ span }) => span.from >= newest - MEASURED_DAYS * DAY)
  const measured = recent.length > 0 ? recent : files.filter(({ span }) => span.to === newest)
  if (measured.length > 0) {
    const days = coveredMs(measured.map(({ span }) => span)) / DAY
    return { bytes: sumBytes(measured) / days, days }
  }
  const share = hot.entities.find((each) => each.entity === entity)
  if (share === undefined) return { bytes: 0, days: 0 }
  return {
    bytes: (estimateColdBytes(share.numbers) * DAY) / share.heldMs,
    days: share.heldMs / DAY,
  }
}

/** What so many averages and maxima of minutes will take in a cold file. */
export function estimateColdBytes(numbers: number): number {
  return (numbers * MINUTE * COLD_NUMBER_BYTES) / COLD_STEP_MS
}

/** The window fills in minutes, so it grows with its length. */
function ramBytes({ now, wanted, current, ram }: ForecastInput): number {
  const heldMs = ram.from === null ? 0 : Math.min(now - ram.from, current.retention.ramMs)
  return heldMs <= 0 ? ram.bytes : (ram.bytes * wanted.retention.ramMs) / heldMs
}

/** The oldest minute leaves when its UTC day does, up to a day after its time. The file never shrinks. */
function hotBytes({ wanted, hot }: ForecastInput): number {
  const bytesPerMs = hot.entities.reduce((sum, { bytes, heldMs }) => sum + bytes / heldMs, 0)
  return Math.max(hot.bytes, bytesPerMs * (wanted.retention.hotMs + DAY))
}

function ramDeletes({ now, wanted, current, ram }: ForecastInput): RetentionForecast['deletes'] {
  const to = now - wanted.retention.ramMs
  const isShorter = wanted.retention.ramMs < current.retention.ramMs
  if (!isShorter || ram.from === null || ram.from >= to) return []
  const bytes = Math.round((ram.bytes * (to - ram.from)) / (now - ram.from))
  return [{ tier: 'ram', entity: null, range: { from: ram.from, to }, bytes }]
}

/** Whole files leave once all of their days are past retention. */
function coldDeletes({ now, wanted, cold }: ForecastInput, entity: EntityName): RetentionForecast['deletes'] {
  const limit = now - keptMs(wanted.retention, entity)
  const gone = cold.filter((file) => file.entity === entity && file.span.to <= limit)
  if (gone.length === 0) return []
  const range = {
    from: Math.min(...gone.map(({ span }) => span.from)),
    to: Math.max(...gone.map(({ span }) => span.to)),
  }
  return [{ tier: 'cold', entity, range, bytes: sumBytes(gone) }]
}

/** Length of the ranges' union. */
function coveredMs(ranges: readonly TimeRange[]): number {
  let covered = 0
  let end = Number.NEGATIVE_INFINITY
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    covered += Math.max(0, to - Math.max(from, end))
    end = Math.max(end, to)
  }
  return covered
}

function sumBytes(parts: readonly { bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0)
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}
