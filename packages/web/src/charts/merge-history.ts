import { CATALOG, ENTITY_NAMES, type EntityName } from '@lumen/model/catalog'
import type { EntitySpec } from '@lumen/model/field'
import { bucketStart, type TimeRange } from '@lumen/model/time'
import type { QueryAnswer } from '@lumen/protocol/http/query'
import type { LiveFrame } from '@lumen/protocol/live/message'
import type { Columns, SeriesBuffer } from './series-buffer.ts'

/** A stretch without any data, and why. */
export type Gap = QueryAnswer['gaps'][number]

/** Buckets a tail refetch asks for: the fewest points a query takes, so that the hub answers in exactly our step. */
export const TAIL_BUCKETS = 10

/** Name of the column with a series' averages: `disk.util_pct|sda`. */
export const seriesName = (metric: string, key: string): string => `${metric}|${key}`
/** Name of the column with its maxima. */
export const maxName = (series: string): string => `${series}^`

/** The answer as columns. Buckets in which nothing at all was read are left out: their absence is the gap.
 * So are series without a single value: this machine does not have them. */
export function columnsOf(answer: QueryAnswer): Columns {
  const kept = answer.t
    .map((_, row) => row)
    .filter((row) => answer.series.some(({ avg }) => (avg[row] ?? null) !== null))
  const pick = (values: readonly (number | null)[]) =>
    Float64Array.from(kept, (row) => values[row] ?? Number.NaN)
  const columns = new Map<string, Float64Array>()
  for (const { entity, metric, key, avg, max } of answer.series) {
    if (avg.every((value) => value === null)) continue
    const name = seriesName(metric.includes('.') ? metric : `${entity}.${metric}`, key)
    columns.set(name, pick(avg))
    if (max !== null) columns.set(maxName(name), pick(max))
  }
  return { t: Float64Array.from(kept, (row) => answer.t[row]!), columns }
}

/** Takes an answer as the truth for every bucket up to its newest reading. Rows past that came live after the
 * hub had answered and stay, so history and live data meet without a seam whichever arrives first. */
export function mergeAnswer(buffer: SeriesBuffer, answer: QueryAnswer): void {
  const rows = columnsOf(answer)
  const newest = rows.t[rows.t.length - 1]
  const first = answer.t[0]
  if (newest === undefined || first === undefined) return
  buffer.splice(first, newest, rows)
}

/** The range of a tail refetch: aligned, so that no bucket is counted in part, ending with the one that holds
 * `now`. */
export function tailRange(now: number, stepMs: number): TimeRange {
  const to = bucketStart(now, stepMs) + stepMs
  return { from: to - TAIL_BUCKETS * stepMs, to }
}

/** Known gaps with those of a fresher answer for `[range.from, range.to)`: inside it the answer is right, and a
 * gap that reaches over its start is one gap again, with the newer cause. */
export function mergeGaps(known: readonly Gap[], fresh: readonly Gap[], range: TimeRange): Gap[] {
  const before = known
    .filter((gap) => gap.from < range.from)
    .map((gap) => ({ ...gap, to: Math.min(gap.to, range.from) }))
  const after = known
    .filter((gap) => gap.to > range.to)
    .map((gap) => ({ ...gap, from: Math.max(gap.from, range.to) }))
  const joined: Gap[] = []
  for (const gap of [...before, ...fresh, ...after].sort((a, b) => a.from - b.from)) {
    const last = joined[joined.length - 1]
    const continues = last !== undefined && gap.from <= last.to && last.to === range.from
    if (continues) {
      last.to = Math.max(last.to, gap.to)
      last.cause = gap.cause
    } else joined.push({ ...gap })
  }
  return joined
}

/** Puts live frames into buckets of one buffer. Two readings of one bucket are averaged, as the hub does. */
export class LiveAppender {
  readonly #buffer: SeriesBuffer
  readonly #stepMs: number
  readonly #key: string | undefined
  readonly #entities: ReadonlyMap<EntityName, ReadonlySet<string>>
  #bucket = Number.NaN
  #count = 0

  /** `metrics`: which `entity.field` the buffer holds; `key`: of which row, all without it. */
  constructor(buffer: SeriesBuffer, stepMs: number, metrics: readonly string[], key?: string) {
    this.#key = key
    this.#buffer = buffer
    this.#stepMs = stepMs
    const entities = new Map<EntityName, Set<string>>()
    for (const entity of ENTITY_NAMES) {
      const fields = metrics
        .filter((metric) => metric.startsWith(`${entity}.`))
        .map((metric) => metric.slice(entity.length + 1))
      if (fields.length > 0) entities.set(entity, new Set(fields))
    }
    this.#entities = entities
  }

  /** False when the frame is older than what the buffer holds: it is in history, a refetch brings it. */
  append(frame: LiveFrame): boolean {
    const bucket = bucketStart(frame.ts, this.#stepMs)
    if (bucket !== this.#bucket) this.#count = this.#readingsBefore(frame, bucket)
    this.#count += 1
    this.#bucket = bucket
    return this.#buffer.append(bucket, this.#values(frame))
  }

  /** How many readings history has in a bucket that began before this frame was heard, by how often they come: a
   * bucket of several would else jump to the value of the newest. */
  #readingsBefore(frame: LiveFrame, bucket: number): number {
    return this.#buffer.lastT === bucket ? Math.floor((frame.ts - bucket) / frame.interval_ms) : 0
  }

  *#values(frame: LiveFrame): Iterable<readonly [string, number]> {
    for (const [entity, fields] of this.#entities) {
      const rows = entity === 'host' ? { '': frame.host ?? {} } : (frame[entity] ?? {})
      for (const [key, row] of Object.entries(rows)) {
        if (this.#key !== undefined && key !== this.#key) continue
        for (const field of fields) {
          const value = (row as Record<string, unknown>)[field]
          if (typeof value !== 'number') continue
          const name = seriesName(`${entity}.${field}`, key)
          yield [name, this.#averaged(name, value)]
          if (keepsMax(entity, field)) yield [maxName(name), this.#highest(maxName(name), value)]
        }
      }
    }
  }

  #averaged(name: string, value: number): number {
    const before = this.#count > 1 ? this.#buffer.newest(name) : Number.NaN
    return Number.isNaN(before) ? value : before + (value - before) / this.#count
  }

  #highest(name: string, value: number): number {
    const before = this.#count > 1 ? this.#buffer.newest(name) : Number.NaN
    return Number.isNaN(before) ? value : Math.max(before, value)
  }
}

function keepsMax(entity: EntityName, field: string): boolean {
  const spec: EntitySpec = CATALOG[entity]
  return spec.fields[field]?.keepsMax ?? false
}

/** A reading ends the gap it comes after. */
export function closeGaps(gaps: readonly Gap[], at: number): readonly Gap[] {
  return gaps.some((gap) => gap.to > at)
    ? gaps.filter((gap) => gap.from < at).map((gap) => (gap.to > at ? { ...gap, to: at } : gap))
    : gaps
}

/** Without the gaps that ended before an instant. */
export const dropBefore = (gaps: readonly Gap[], t: number) => gaps.filter((gap) => gap.to > t)
