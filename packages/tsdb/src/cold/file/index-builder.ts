import { ByteSink } from './byte-sink.ts'
import type { IntType } from './columns.ts'

/** "LMX1". */
export const INDEX_MAGIC = 0x31584d4c
export const INDEX_HEAD_BYTES = 40

/** A column as the index names it. */
export interface IndexedColumn {
  name: string
  type: IntType | 'BYTE_ARRAY'
}

/** Collects a file's index while it is written, in file order; FORMAT.md describes the bytes. */
export class IndexBuilder {
  readonly #columns: readonly IndexedColumn[]
  readonly #chunkOffset = new ByteSink()
  readonly #dictionaryBytes = new ByteSink()
  readonly #dictionaryCrc = new ByteSink()
  readonly #groupFirstPage = new ByteSink()
  readonly #pageFirstRow = new ByteSink()
  readonly #pageBytes = new ByteSink()
  readonly #pageCrc = new ByteSink()
  readonly #seriesHost = new ByteSink()
  readonly #seriesKey = new ByteSink()
  readonly #seriesFirstRow = new ByteSink()
  readonly #keyIds = new Map<string, number>()
  readonly #keyEnd = new ByteSink()
  readonly #keys = new ByteSink()

  constructor(columns: readonly IndexedColumn[]) {
    this.#columns = columns
  }

  /** Sorted by host, key; its rows end where the next one's begin. */
  series(host: number, key: string, firstRow: number): void {
    this.#seriesHost.u32(host)
    this.#seriesKey.u32(this.#keyIds.get(key) ?? this.#enter(key))
    this.#seriesFirstRow.u32(firstRow)
  }

  /** A page of every column: it begins with this row. */
  page(firstRow: number): void {
    this.#pageFirstRow.u32(firstRow)
  }

  /** A row group begins with this page. */
  group(firstPage: number): void {
    this.#groupFirstPage.u32(firstPage)
  }

  /** The next column of a row group begins at `offset`, with its dictionary where it has one. */
  chunk(offset: number, dictionary: { size: number; crc: number } | null): void {
    this.#chunkOffset.f64(offset)
    this.#dictionaryBytes.u32(dictionary?.size ?? 0)
    this.#dictionaryCrc.u32(dictionary?.crc ?? 0)
  }

  /** The next column of the next page. */
  stored(page: { size: number; crc: number }): void {
    this.#pageBytes.u32(page.size)
    this.#pageCrc.u32(page.crc)
  }

  finish(rows: number): Uint8Array {
    const names = new TextEncoder().encode(
      this.#columns.map(({ name, type }) => `${name} ${type}`).join('\n'),
    )
    const sink = new ByteSink(INDEX_HEAD_BYTES)
    for (const number of [
      INDEX_MAGIC,
      rows,
      this.#columns.length,
      this.#groupFirstPage.length / 4,
      this.#pageFirstRow.length / 4,
      this.#seriesHost.length / 4,
      this.#keyEnd.length / 4,
      names.length,
      this.#keys.length,
      0,
    ])
      sink.u32(number)
    for (const table of [
      this.#chunkOffset,
      this.#dictionaryBytes,
      this.#dictionaryCrc,
      this.#groupFirstPage,
      this.#pageFirstRow,
      this.#pageBytes,
      this.#pageCrc,
      this.#seriesHost,
      this.#seriesKey,
      this.#seriesFirstRow,
      this.#keyEnd,
      this.#keys,
    ])
      sink.append(table.written())
    sink.append(names)
    sink.u32(Bun.hash.crc32(sink.written()))
    return sink.written().slice()
  }

  #enter(key: string): number {
    const id = this.#keyIds.size
    this.#keyIds.set(key, id)
    this.#keys.append(new TextEncoder().encode(key))
    this.#keyEnd.u32(this.#keys.length)
    return id
  }
}
