import type { EntityName } from '@lumen/model/catalog'
import { layoutOf } from '@lumen/model/metric'
import type { TimeRange } from '@lumen/model/time'
import type { ColdColumn, ColdSeries } from '../cold-series.ts'
import { ColumnCursor } from './column-cursor.ts'
import { fieldColumnNames } from './columns.ts'
import { sumOf } from './exact-sum.ts'
import type { PageSource } from './page-source.ts'

/** Reads series of one file in rising order; columns already under way go on where they are. */
export class SeriesReader {
  readonly #source: PageSource
  readonly #entity: EntityName
  readonly #cursors = new Map<string, ColumnCursor | null>()
  #scratch = new Float64Array(0)

  constructor(source: PageSource, entity: EntityName) {
    this.#source = source
    this.#entity = entity
  }

  /** The rows of a series that start in the range; null when it has none. Fields without a value are left out.
   * @throws {LumenError} `cold_file_damaged` */
  read(series: number, fields: readonly number[], range: TimeRange | null): ColdSeries | null {
    const { index } = this.#source
    const rows = index.rowsOf(series)
    const whole = new Float64Array(rows.to - rows.from)
    this.#cursor('time')!.read(rows.from, whole.length, whole)
    const from = range === null ? 0 : firstFrom(whole, range.from)
    const to = range === null ? whole.length : firstFrom(whole, range.to)
    if (from >= to) return null
    const n = new Float64Array(to - from)
    this.#cursor('n')!.read(rows.from + from, to - from, n)
    const columns = fields.flatMap((field) => this.#column(field, rows.from + from, to - from) ?? [])
    const time = from === 0 && to === whole.length ? whole : whole.slice(from, to)
    return { host: index.host(series), entity: this.#entity, key: index.key(series), time, n, columns }
  }

  #column(field: number, row: number, count: number): ColdColumn | null {
    const metric = layoutOf(this.#entity).metrics[field]!
    const names = fieldColumnNames(metric.field)
    const [avg, rem, n] = [this.#cursor(names.avg), this.#cursor(names.rem), this.#cursor(names.n)]
    if (avg === null || rem === null || n === null) return null
    const counts = new Float64Array(count)
    if (n.read(row, count, counts) === 0) return null
    const sums = new Float64Array(count)
    avg.read(row, count, sums)
    if (this.#scratch.length < count) this.#scratch = new Float64Array(count)
    const rems = this.#scratch
    rem.read(row, count, rems)
    for (let i = 0; i < count; i++) {
      const values = counts[i]!
      // Not true of NaN, which is null.
      if (values > 0) sums[i] = sumOf(sums[i]!, values, rems[i]!)
      else counts[i] = sums[i] = 0
    }
    return {
      field,
      count: counts,
      sum: sums,
      max: metric.spec.keepsMax ? this.#max(names.max, row, count) : null,
    }
  }

  /** -Infinity where the file knows none. */
  #max(name: string, row: number, count: number): Float64Array {
    const max = new Float64Array(count)
    const cursor = this.#cursor(name)
    const found = cursor?.read(row, count, max) ?? 0
    if (found === 0) max.fill(Number.NEGATIVE_INFINITY)
    else if (found < count)
      for (let i = 0; i < count; i++) if (Number.isNaN(max[i])) max[i] = Number.NEGATIVE_INFINITY
    return max
  }

  /** null where the file has no such column: an older catalogue wrote it. */
  #cursor(name: string): ColumnCursor | null {
    const known = this.#cursors.get(name)
    if (known !== undefined) return known
    const column = this.#source.index.columnOf.get(name)
    const cursor = column === undefined ? null : new ColumnCursor(this.#source, column)
    this.#cursors.set(name, cursor)
    return cursor
  }
}

/** First place whose time is not before `limit`. */
function firstFrom(time: Float64Array, limit: number): number {
  let low = 0
  let high = time.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (time[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low
}
