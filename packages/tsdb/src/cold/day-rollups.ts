import type { EntityName } from '@lumen/model/catalog'
import type { Metric } from '@lumen/model/metric'
import { DAY, MINUTE } from '@lumen/model/time'
import { persistedMetrics } from '../persisted.ts'
import { COLD_STEP_MS, type ColdColumn, type ColdSeries } from './cold-series.ts'

const BUCKETS = DAY / COLD_STEP_MS
const BUCKET_MINUTES = COLD_STEP_MS / MINUTE

/** A series of the hot tier. */
export interface OwnedSeries {
  id: number
  host: number
  key: string
}

interface FieldSums {
  count: Uint32Array
  sum: Float64Array
  max: Float64Array | null
}

/** A day of some series of one entity at a time, gathered minute by minute. What a minute of them touches lies
 * together, so that adding is not a cache miss a value: bucket b of series s is at `b * series + s`. The memory is
 * used again for the next series. */
export class DayRollups {
  readonly #entity: EntityName
  readonly #firstMinute: number
  readonly #metrics: readonly Metric[]
  #series: readonly OwnedSeries[] = []
  readonly #slots = new Map<number, number>()
  readonly #n: Uint32Array
  /** By position in `#metrics`; made with the first value. */
  readonly #fields: (FieldSums | undefined)[]

  /** @param day its start, epoch ms
   * @param capacity most series at a time */
  constructor(entity: EntityName, day: number, capacity: number) {
    this.#entity = entity
    this.#firstMinute = day / MINUTE
    this.#metrics = persistedMetrics(entity)
    this.#n = new Uint32Array(BUCKETS * capacity)
    this.#fields = this.#metrics.map(() => undefined)
  }

  /** Forgets what was gathered; from now on rows of these series count. */
  begin(series: readonly OwnedSeries[]): void {
    this.#series = series
    this.#slots.clear()
    series.forEach(({ id }, slot) => void this.#slots.set(id, slot))
    this.#n.fill(0)
    for (const field of this.#fields) {
      field?.count.fill(0)
      field?.sum.fill(0)
      field?.max?.fill(Number.NEGATIVE_INFINITY)
    }
  }

  /** Most memory it takes for a series. */
  static bytesPerSeries(entity: EntityName): number {
    const fields = persistedMetrics(entity).reduce((sum, { spec }) => sum + (spec.keepsMax ? 20 : 12), 0)
    return BUCKETS * (4 + fields)
  }

  /** Adds rows of the hot tier: minute, series, n, then `_n`, `_sum` and, where it is kept, `_max` of each persisted
   * field. Rows of other series are left out. */
  add(rows: readonly (readonly (number | null)[])[]): void {
    const width = this.#series.length
    for (const row of rows) {
      const slot = this.#slots.get(row[1]!)
      if (slot === undefined) continue
      const at = Math.floor((row[0]! - this.#firstMinute) / BUCKET_MINUTES) * width + slot
      const n = row[2]!
      this.#n[at]! += n
      let cell = 3
      for (let position = 0; position < this.#metrics.length; position++) {
        const { keepsMax } = this.#metrics[position]!.spec
        const sum = row[cell + 1]
        if (sum !== null && sum !== undefined) {
          let field = this.#fields[position]
          if (field === undefined) {
            field = this.#newField(keepsMax)
            this.#fields[position] = field
          }
          field.count[at]! += row[cell] ?? n
          field.sum[at]! += sum
          if (field.max !== null) {
            const max = row[cell + 2] ?? Number.NEGATIVE_INFINITY
            if (max > field.max[at]!) field.max[at] = max
          }
        }
        cell += keepsMax ? 3 : 2
      }
    }
  }

  /** In the order the series were given; those without a row are left out. */
  *all(): Generator<ColdSeries> {
    const width = this.#series.length
    for (let slot = 0; slot < width; slot++) {
      const places: number[] = []
      for (let at = slot; at < BUCKETS * width; at += width) if (this.#n[at]! > 0) places.push(at)
      if (places.length === 0) continue
      const { host, key } = this.#series[slot]!
      yield {
        host,
        entity: this.#entity,
        key,
        time: Float64Array.from(places, (at) => this.#timeOf((at - slot) / width)),
        n: Float64Array.from(places, (at) => this.#n[at]!),
        columns: this.#columns(places),
      }
    }
  }

  #timeOf(bucket: number): number {
    return this.#firstMinute * MINUTE + bucket * COLD_STEP_MS
  }

  #columns(places: readonly number[]): ColdColumn[] {
    return this.#fields.flatMap((field, position) => {
      if (field === undefined) return []
      const count = Float64Array.from(places, (at) => field.count[at]!)
      if (count.every((each) => each === 0)) return []
      const { max } = field
      return [
        {
          field: this.#metrics[position]!.index,
          count,
          sum: Float64Array.from(places, (at) => field.sum[at]!),
          max: max === null ? null : Float64Array.from(places, (at) => max[at]!),
        },
      ]
    })
  }

  #newField(keepsMax: boolean): FieldSums {
    const cells = this.#n.length
    return {
      count: new Uint32Array(cells),
      sum: new Float64Array(cells),
      max: keepsMax ? new Float64Array(cells).fill(Number.NEGATIVE_INFINITY) : null,
    }
  }
}
