import { DeltaReader } from './delta.ts'
import { readPlain } from './dictionary.ts'
import { DELTA_BINARY_PACKED, RLE_DICTIONARY } from './page-header.ts'
import type { LoadedPage, PageSource } from './page-source.ts'
import { RleReader } from './rle.ts'
import type { ValueReader } from './value-reader.ts'

const STRIDE = 1_024

/** Reads one number column from front to back, page after page, skipping what is not asked for. */
export class ColumnCursor {
  readonly #source: PageSource
  readonly #column: number
  /** The next row, and the end of the page under way. */
  #row = 0
  #end = 0
  #values: ValueReader | null = null
  /** Which rows have values; null where all or none have. */
  #levels: ValueReader | null = null
  #scratch: Float64Array | null = null

  constructor(source: PageSource, column: number) {
    this.#source = source
    this.#column = column
  }

  /** Writes rows `[row, row + count)` to `out` from `at` on, NaN where null. Answers how many are not null.
   * @throws {LumenError} `cold_file_damaged` */
  read(row: number, count: number, out: Float64Array, at = 0): number {
    let found = 0
    let next = row
    let place = at
    const end = row + count
    while (next < end) {
      if (next >= this.#end || next < this.#row) this.#open(next)
      if (next > this.#row) this.#skip(next - this.#row)
      const size = Math.min(end, this.#end) - next
      found += this.#take(size, out, place)
      this.#row += size
      next += size
      place += size
    }
    return found
  }

  #open(row: number): void {
    const { index } = this.#source
    const page = index.pageOf(row)
    const rows = index.pageRows(page)
    this.#row = rows.from
    this.#end = rows.to
    const loaded = this.#source.load(page, this.#column)
    const { nulls } = loaded.header.data!
    const size = rows.to - rows.from
    this.#levels = nulls === 0 || nulls === size ? null : new RleReader(loaded.levels, 0, 1, null)
    this.#values = nulls === size ? null : this.#reader(loaded, page, size - nulls)
  }

  #reader(loaded: LoadedPage, page: number, count: number): ValueReader {
    const { encoding } = loaded.header.data!
    const { values } = loaded
    if (encoding === DELTA_BINARY_PACKED) return new DeltaReader(values)
    if (encoding === RLE_DICTIONARY)
      return new RleReader(values, 1, values[0]!, this.#source.dictionary(page, this.#column))
    const view = new DataView(values.buffer, values.byteOffset, values.byteLength)
    const { type } = this.#source.index.columns[this.#column]!
    return new ArrayReader(readPlain(view, 0, count, type === 'INT64' ? 'INT64' : 'INT32'))
  }

  #skip(count: number): void {
    this.#row += count
    if (this.#values === null) return
    if (this.#levels === null) {
      this.#values.skip(count)
      return
    }
    const { scratch } = this
    for (let left = count; left > 0; left -= STRIDE) {
      const size = Math.min(left, STRIDE)
      this.#levels.read(scratch, 0, size)
      this.#values.skip(presentOf(scratch, 0, size))
    }
  }

  get scratch(): Float64Array {
    this.#scratch ??= new Float64Array(STRIDE)
    return this.#scratch
  }

  #take(count: number, out: Float64Array, at: number): number {
    const values = this.#values
    if (values === null) {
      out.fill(Number.NaN, at, at + count)
      return 0
    }
    if (this.#levels === null) {
      values.read(out, at, count)
      return count
    }
    this.#levels.read(out, at, count)
    const present = presentOf(out, at, count)
    // The values first lie close together at the end, then each moves to its row.
    const levels = out.slice(at, at + count)
    const first = at + count - present
    values.read(out, first, present)
    for (let i = 0, from = first; i < count; i++) out[at + i] = levels[i] === 1 ? out[from++]! : Number.NaN
    return present
  }
}

function presentOf(levels: Float64Array, at: number, count: number): number {
  let present = 0
  for (let i = at; i < at + count; i++) present += levels[i]!
  return present
}

class ArrayReader implements ValueReader {
  readonly #values: Float64Array
  #next = 0

  constructor(values: Float64Array) {
    this.#values = values
  }

  read(out: Float64Array, from: number, count: number): void {
    out.set(this.#values.subarray(this.#next, this.#next + count), from)
    this.#next += count
  }

  skip(count: number): void {
    this.#next += count
  }
}
