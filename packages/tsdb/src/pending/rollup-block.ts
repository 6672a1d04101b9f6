import type { EntityName } from '@lumen/model/catalog'
import { layoutOf } from '@lumen/model/metric'

/** Rollups of one entity in one minute as columns: row r's field f is at `r * width + f`.
 * Where count is 0, sum is 0 and max -Infinity. */
export interface BlockColumns {
  entity: EntityName
  rows: number
  series: Int32Array
  /** Frames that had the row. */
  n: Uint32Array
  count: Uint32Array
  sum: Float64Array
  max: Float64Array
}

/** Grows a row at a time; merging is associative and commutative (T3). */
export class RollupBlock {
  readonly entity: EntityName
  readonly width: number
  readonly #rowOf = new Map<number, number>()
  #capacity = 4
  #series = new Int32Array(4)
  #n = new Uint32Array(4)
  #count: Uint32Array
  #sum: Float64Array
  #max: Float64Array

  constructor(entity: EntityName) {
    this.entity = entity
    this.width = layoutOf(entity).metrics.length
    this.#count = new Uint32Array(4 * this.width)
    this.#sum = new Float64Array(4 * this.width)
    this.#max = new Float64Array(4 * this.width).fill(Number.NEGATIVE_INFINITY)
  }

  /** Counts one frame's values for a series; NaN = missing.
   * @param maxima where the values are averages: the highest of each */
  add(series: number, values: ArrayLike<number>, maxima: ArrayLike<number> = values): void {
    const row = this.#row(series)
    this.#n[row]! += 1
    for (let field = 0, at = row * this.width; field < this.width; field++, at++) {
      const value = values[field] ?? Number.NaN
      if (Number.isNaN(value)) continue
      const highest = maxima[field] ?? value
      this.#merge(at, 1, value, Number.isNaN(highest) ? value : Math.max(value, highest))
    }
  }

  addColumns(from: BlockColumns): void {
    for (let source = 0; source < from.rows; source++) {
      const row = this.#row(from.series[source]!)
      this.#n[row]! += from.n[source]!
      for (let field = 0; field < this.width; field++) {
        const at = source * this.width + field
        if (from.count[at]! > 0) {
          this.#merge(row * this.width + field, from.count[at]!, from.sum[at]!, from.max[at]!)
        }
      }
    }
  }

  /** Position of a series' row, undefined when it has none. */
  rowOf(series: number): number | undefined {
    return this.#rowOf.get(series)
  }

  /** The live columns, longer than `rows`: for reading in place, not for keeping. */
  view(): BlockColumns {
    return {
      entity: this.entity,
      rows: this.#rowOf.size,
      series: this.#series,
      n: this.#n,
      count: this.#count,
      sum: this.#sum,
      max: this.#max,
    }
  }

  /** A copy cut to size, without the series in `except`. */
  copy(except: ReadonlySet<number> = new Set()): BlockColumns {
    const rows = [...this.#rowOf].filter(([series]) => !except.has(series)).map(([, row]) => row)
    const cells = rows.length * this.width
    const copy = {
      entity: this.entity,
      rows: rows.length,
      series: Int32Array.from(rows, (row) => this.#series[row]!),
      n: Uint32Array.from(rows, (row) => this.#n[row]!),
      count: new Uint32Array(cells),
      sum: new Float64Array(cells),
      max: new Float64Array(cells),
    }
    rows.forEach((row, index) => {
      const from = row * this.width
      copy.count.set(this.#count.subarray(from, from + this.width), index * this.width)
      copy.sum.set(this.#sum.subarray(from, from + this.width), index * this.width)
      copy.max.set(this.#max.subarray(from, from + this.width), index * this.width)
    })
    return copy
  }

  get bytes(): number {
    return this.#capacity * (8 + 20 * this.width) + this.#rowOf.size * 32
  }

  #merge(at: number, count: number, sum: number, max: number): void {
    this.#count[at]! += count
    this.#sum[at]! += sum
    if (max > this.#max[at]!) this.#max[at] = max
  }

  #row(series: number): number {
    const known = this.#rowOf.get(series)
    if (known !== undefined) return known
    const row = this.#rowOf.size
    if (row === this.#capacity) this.#grow(row < 64 ? row * 2 : Math.ceil(row * 1.25))
    this.#rowOf.set(series, row)
    this.#series[row] = series
    return row
  }

  #grow(capacity: number): void {
    const into = <A extends { set(from: A): void }>(to: A, from: A): A => {
      to.set(from)
      return to
    }
    const cells = capacity * this.width
    this.#series = into(new Int32Array(capacity), this.#series)
    this.#n = into(new Uint32Array(capacity), this.#n)
    this.#count = into(new Uint32Array(cells), this.#count)
    this.#sum = into(new Float64Array(cells), this.#sum)
    this.#max = into(new Float64Array(cells).fill(Number.NEGATIVE_INFINITY), this.#max)
    this.#capacity = capacity
  }
}
