import { INDEX_HEAD_BYTES, INDEX_MAGIC, type IndexedColumn } from './index-builder.ts'
import { compareKeys } from './key-order.ts'

const DECODER = new TextDecoder()

/** A file's index, taken apart once. */
export class FileIndex {
  readonly rows: number
  readonly columns: IndexedColumn[]
  readonly columnOf: ReadonlyMap<string, number>
  readonly pageCount: number
  readonly seriesCount: number
  readonly #bytes: Uint8Array
  readonly #groupFirstPage: Uint32Array
  readonly #pageFirstRow: Uint32Array
  readonly #chunkOffset: Float64Array
  readonly #dictionaryBytes: Uint32Array
  readonly #dictionaryCrc: Uint32Array
  readonly #pageBytes: Uint32Array
  readonly #pageCrc: Uint32Array
  readonly #seriesHost: Uint32Array
  readonly #seriesKey: Uint32Array
  readonly #seriesRow: Uint32Array
  readonly #keyEnd: Uint32Array
  readonly #keysAt: number

  /** @throws {RangeError} when the bytes are not a sound index. */
  constructor(index: Uint8Array) {
    // An aligned copy, so that its tables can be used as they lie.
    const bytes = index.slice()
    this.#bytes = bytes
    const head = new DataView(bytes.buffer)
    const isSound =
      bytes.length >= INDEX_HEAD_BYTES + 4 &&
      head.getUint32(0, true) === INDEX_MAGIC &&
      Bun.hash.crc32(bytes.subarray(0, -4)) === head.getUint32(bytes.length - 4, true)
    if (!isSound) throw new RangeError('the index does not match its checksum')
    const u32 = (field: number) => head.getUint32(field * 4, true)
    this.rows = u32(1)
    const columns = u32(2)
    const groups = u32(3)
    this.pageCount = u32(4)
    this.seriesCount = u32(5)
    const keys = u32(6)
    const chunks = groups * columns
    const pages = this.pageCount * columns
    this.#chunkOffset = new Float64Array(bytes.buffer, INDEX_HEAD_BYTES, chunks)
    let at = INDEX_HEAD_BYTES + chunks * 8
    const table = (length: number) => {
      const found = new Uint32Array(bytes.buffer, at, length)
      at += length * 4
      return found
    }
    this.#dictionaryBytes = table(chunks)
    this.#dictionaryCrc = table(chunks)
    this.#groupFirstPage = table(groups)
    this.#pageFirstRow = table(this.pageCount)
    this.#pageBytes = table(pages)
    this.#pageCrc = table(pages)
    this.#seriesHost = table(this.seriesCount)
    this.#seriesKey = table(this.seriesCount)
    this.#seriesRow = table(this.seriesCount)
    this.#keyEnd = table(keys)
    this.#keysAt = at
    const namesAt = at + u32(8)
    this.columns = DECODER.decode(bytes.subarray(namesAt, namesAt + u32(7)))
      .split('\n')
      .map((line) => {
        const [name = '', type = ''] = line.split(' ')
        return { name, type: type as IndexedColumn['type'] }
      })
    this.columnOf = new Map(this.columns.map((column, index) => [column.name, index]))
  }

  host(series: number): number {
    return this.#seriesHost[series]!
  }

  key(series: number): string {
    const key = this.#seriesKey[series]!
    const from = key === 0 ? 0 : this.#keyEnd[key - 1]!
    return DECODER.decode(this.#bytes.subarray(this.#keysAt + from, this.#keysAt + this.#keyEnd[key]!))
  }

  /** Rows of a series, or of all from `series` up to `end`. */
  rowsOf(series: number, end = series + 1): { from: number; to: number } {
    return { from: this.#seriesRow[series]!, to: end < this.seriesCount ? this.#seriesRow[end]! : this.rows }
  }

  /** The series of a host: `[from, to)`, empty when it has none. */
  seriesOf(host: number): { from: number; to: number } {
    return { from: lowerBound(this.#seriesHost, host), to: lowerBound(this.#seriesHost, host + 1) }
  }

  /** The series of a host and key: `[from, to)`, empty when there is none. */
  find(host: number, key: string): { from: number; to: number } {
    let { from: low, to: high } = this.seriesOf(host)
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = compareKeys(this.key(middle), key)
      if (order === 0) return { from: middle, to: middle + 1 }
      if (order < 0) low = middle + 1
      else high = middle
    }
    return { from: low, to: low }
  }

  /** The page that holds a row. */
  pageOf(row: number): number {
    return lowerBound(this.#pageFirstRow, row + 1) - 1
  }

  pageRows(page: number): { from: number; to: number } {
    return {
      from: this.#pageFirstRow[page]!,
      to: page + 1 < this.pageCount ? this.#pageFirstRow[page + 1]! : this.rows,
    }
  }

  groupOf(page: number): number {
    return lowerBound(this.#groupFirstPage, page + 1) - 1
  }

  isFirstOfGroup(page: number): boolean {
    return this.#groupFirstPage[this.groupOf(page)] === page
  }

  /** Where a column's dictionary for a row group lies; `bytes` is 0 where it has none. */
  dictionary(group: number, column: number): { offset: number; bytes: number; crc: number } {
    const chunk = group * this.columns.length + column
    return {
      offset: this.#chunkOffset[chunk]!,
      bytes: this.#dictionaryBytes[chunk]!,
      crc: this.#dictionaryCrc[chunk]!,
    }
  }

  /** Where a column's page lies. Pages of a chunk follow each other, after its dictionary. */
  page(page: number, column: number): { offset: number; bytes: number; crc: number } {
    const group = this.groupOf(page)
    const width = this.columns.length
    const chunk = group * width + column
    let offset = this.#chunkOffset[chunk]! + this.#dictionaryBytes[chunk]!
    for (let before = this.#groupFirstPage[group]!; before < page; before++)
      offset += this.#pageBytes[before * width + column]!
    const at = page * width + column
    return { offset, bytes: this.#pageBytes[at]!, crc: this.#pageCrc[at]! }
  }
}

/** First place whose number is not below `value`. */
function lowerBound(sorted: Uint32Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

const KNOWN = new WeakMap<Uint8Array, FileIndex>()

/** The index of a listed file; taken apart once for the same bytes object. */
export function indexOf(bytes: Uint8Array): FileIndex {
  const known = KNOWN.get(bytes)
  if (known !== undefined) return known
  const index = new FileIndex(bytes)
  KNOWN.set(bytes, index)
  return index
}
