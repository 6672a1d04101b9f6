import { LumenError } from '@lumen/std/error'
import type { ColdLevel } from '../cold-file.ts'
import type { ColdColumn, ColdSeries } from '../cold-series.ts'
import type { FieldColumns, IntColumn } from './columns.ts'
import { remainderOf } from './exact-sum.ts'

/** Most rows of a page. A page of a month is a host's month; one of a day holds a few hosts, so that a reader who
 * wants one of them does not decode all. */
export const PAGE_ROWS: Readonly<Record<ColdLevel, number>> = { day: 4_608, part: 4_608, month: 31 * 288 }

/** Rows of one field on a page: values where something was counted, close together, and which rows have them. */
export class FieldRows {
  readonly columns: FieldColumns
  readonly avg: Float64Array
  readonly rem: Float64Array
  readonly n: Float64Array
  readonly levels: Uint8Array
  count = 0
  readonly max: Float64Array | null
  /** A maximum may be unknown where values are: the file they came from kept none. */
  readonly maxLevels: Uint8Array
  maxCount = 0

  constructor(columns: FieldColumns, capacity: number) {
    this.columns = columns
    this.avg = new Float64Array(capacity)
    this.rem = new Float64Array(capacity)
    this.n = new Float64Array(capacity)
    this.max = columns.max === null ? null : new Float64Array(capacity)
    this.levels = new Uint8Array(capacity)
    this.maxLevels = new Uint8Array(this.max === null ? 0 : capacity)
  }

  /** Rows `[from, to)` of the column become rows from `at` on. */
  append(column: ColdColumn | undefined, from: number, to: number, at: number): void {
    const { avg, rem, n, levels, max } = this
    if (column === undefined) {
      levels.fill(0, at, at + to - from)
      this.maxLevels.fill(0, at, at + to - from)
      return
    }
    if (max !== null) this.#appendMax(column, from, to, at)
    const { count: counts, sum: sums } = column
    let filled = this.count
    let row = at
    for (let i = from; i < to; i++, row++) {
      const count = counts[i]!
      if (count === 0) {
        levels[row] = 0
        continue
      }
      levels[row] = 1
      const sum = sums[i]!
      const average = Math.round(sum / count)
      avg[filled] = average
      rem[filled] = remainderOf(sum, average, count)
      n[filled] = count
      filled++
    }
    this.count = filled
  }

  #appendMax(column: ColdColumn, from: number, to: number, at: number): void {
    const { max: maxima, count: counts } = column
    const { maxLevels } = this
    const max = this.max!
    let filled = this.maxCount
    for (let i = from, row = at; i < to; i++, row++) {
      const value = maxima === null || counts[i] === 0 ? Number.NEGATIVE_INFINITY : maxima[i]!
      const isKnown = value !== Number.NEGATIVE_INFINITY
      maxLevels[row] = isKnown ? 1 : 0
      if (isKnown) max[filled++] = value
    }
    this.maxCount = filled
  }
}

/** The rows of the page under way, by column. */
export class PageRows {
  readonly capacity: number
  readonly hostId: Float64Array
  readonly time: Float64Array
  readonly n: Float64Array
  readonly fields: FieldRows[]
  rows = 0

  constructor(fields: readonly FieldColumns[], capacity: number) {
    this.capacity = capacity
    this.hostId = new Float64Array(capacity)
    this.time = new Float64Array(capacity)
    this.n = new Float64Array(capacity)
    this.fields = fields.map((field) => new FieldRows(field, capacity))
  }

  append(series: ColdSeries, from: number, to: number): void {
    const at = this.rows
    this.hostId.fill(series.host, at, at + to - from)
    this.time.set(series.time.subarray(from, to), at)
    this.n.set(series.n.subarray(from, to), at)
    for (const field of this.fields) {
      const index = field.columns.metric.index
      field.append(
        series.columns.find((column) => column.field === index),
        from,
        to,
        at,
      )
    }
    this.rows += to - from
  }

  clear(): void {
    this.rows = 0
    for (const field of this.fields) field.count = field.maxCount = 0
  }
}

const INT32_MAX = 2 ** 31 - 1
/** What a DECIMAL of nine digits can be. */
const NINE_DIGITS = 999_999_999

/** @throws {LumenError} `cold_value_unfit` when a number is not one the column can keep. */
export function checkFit(column: IntColumn, low: number, high: number): void {
  const limit =
    column.type === 'INT64' ? Number.MAX_SAFE_INTEGER + 1 : column.decimals === null ? INT32_MAX : NINE_DIGITS
  if (low >= -limit && high <= limit) return
  throw new LumenError(
    'cold_value_unfit',
    `Cannot write ${column.name}: ${low} to ${high}, but ${column.type} keeps up to ${limit}`,
  )
}
