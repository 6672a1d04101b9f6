import { ColumnCursor } from './column-cursor.ts'
import { type FieldColumns, fieldColumnNames, type IntColumn } from './columns.ts'
import { remainderOf, sumOf } from './exact-sum.ts'
import type { MergeSeries } from './merge-plan.ts'
import { gatheredParts, type MergeRows, placeRows } from './merge-rows.ts'
import type { PageSource } from './page-source.ts'

/** One column at a time of a row group, gathered from all files: a file's pages are read and let go of before the
 * next file's. What is answered is valid until the next call; numbers are NaN where null. */
export class MergeColumns {
  readonly #time = new Room()
  /** Also for columns that are gathered alone. */
  readonly #avg = new Room()
  readonly #rem = new Room()
  readonly #n = new Room()
  readonly #max = new Room()
  readonly #total = new Room()
  #rows: MergeRows = { series: [], rows: 0, gathered: 0, bySource: new Map(), rowOf: null }

  /** From now on columns are of these series. Answers their rows with the times.
   * @throws {LumenError} `cold_file_damaged`, as all below */
  begin(group: readonly MergeSeries[]): MergeRows & { time: Float64Array } {
    const parts = gatheredParts(group)
    this.#rows = { ...parts, series: [], rows: 0, rowOf: null }
    const time = this.#gather('time', this.#time)
    this.#rows = placeRows(group, parts, time)
    return { ...this.#rows, time: time.subarray(0, this.#rows.rows) }
  }

  frames(): Float64Array {
    const n = this.#gather('n', this.#avg)
    const { rowOf, rows } = this.#rows
    if (rowOf === null) return n
    const total = this.#total.of(rows).fill(0)
    for (let i = 0; i < n.length; i++) total[rowOf[i]!]! += n[i]!
    return total
  }

  hosts(): Float64Array {
    const hosts = this.#avg.of(this.#rows.rows)
    for (const { host, from, to } of this.#rows.series) hosts.fill(host, from, to)
    return hosts
  }

  /** A field's columns in file order, one at a time where each row is in one file alone. */
  *field(field: FieldColumns): Generator<[column: IntColumn, values: Float64Array], void, void> {
    const { metric, avg, rem, n, max } = field
    const names = fieldColumnNames(metric.field)
    const isWhole = ({ index }: PageSource) =>
      [names.avg, names.rem, names.n].every((name) => index.columnOf.has(name))
    const { rowOf } = this.#rows
    if (rowOf === null) {
      for (const column of max === null ? [avg, rem, n] : [avg, rem, n, max])
        yield [column, this.#gather(column.name, this.#avg, isWhole)]
      return
    }
    const gathered = {
      avg: this.#gather(names.avg, this.#avg, isWhole),
      rem: this.#gather(names.rem, this.#rem, isWhole),
      n: this.#gather(names.n, this.#n, isWhole),
      max: max === null ? null : this.#gather(names.max, this.#max, isWhole),
    }
    const values = this.#added(gathered, rowOf)
    yield [avg, values.avg]
    yield [rem, values.rem]
    yield [n, values.n]
    if (max !== null && values.max !== null) yield [max, values.max]
  }

  #gather(name: string, room: Room, isWanted: (source: PageSource) => boolean = () => true): Float64Array {
    const out = room.of(this.#rows.gathered)
    for (const [source, parts] of this.#rows.bySource) {
      const column = isWanted(source) ? source.index.columnOf.get(name) : undefined
      const cursor = column === undefined ? null : new ColumnCursor(source, column)
      for (const { from, count, at } of parts) {
        if (cursor === null) out.fill(Number.NaN, at, at + count)
        else cursor.read(from, count, out, at)
      }
    }
    return out
  }

  /** Rollups of the same bucket add up: in whatever order they come the result is the same (T3). */
  #added({ avg, rem, n, max }: FieldValues, rowOf: Uint32Array): FieldValues {
    const { rows, gathered } = this.#rows
    const sums = this.#total.of(rows).fill(0)
    const counts = new Float64Array(rows)
    const maxima = max === null ? null : new Float64Array(rows).fill(Number.NaN)
    for (let i = 0; i < gathered; i++) {
      const count = n[i]!
      // Not true of NaN, which is null.
      if (!(count > 0)) continue
      const row = rowOf[i]!
      counts[row]! += count
      sums[row]! += sumOf(avg[i]!, count, rem[i]!)
      if (maxima !== null && !(max![i]! <= maxima[row]!) && !Number.isNaN(max![i])) maxima[row] = max![i]!
    }
    for (let row = 0; row < rows; row++) {
      const count = counts[row]!
      const average = count === 0 ? Number.NaN : Math.round(sums[row]! / count)
      avg[row] = average
      rem[row] = count === 0 ? Number.NaN : remainderOf(sums[row]!, average, count)
      n[row] = count === 0 ? Number.NaN : count
    }
    const cut = (values: Float64Array) => values.subarray(0, rows)
    return { avg: cut(avg), rem: cut(rem), n: cut(n), max: maxima }
  }
}

/** A field's columns as they are in a file. */
interface FieldValues {
  avg: Float64Array
  rem: Float64Array
  n: Float64Array
  max: Float64Array | null
}

/** An array used again. */
class Room {
  #array = new Float64Array(0)

  /** Holds whatever it held before. */
  of(length: number): Float64Array {
    if (this.#array.length < length) this.#array = new Float64Array(length)
    return this.#array.subarray(0, length)
  }
}
