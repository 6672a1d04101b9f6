import type { RowGroup } from 'hyparquet'
import { type ColdFileMeta, metaPairs } from './cold-file-meta.ts'
import type { FileOutput } from './file-output.ts'
import { type FileColumn, footerBytes } from './footer.ts'
import { guardOf, MAGIC } from './guard.ts'
import { IndexBuilder } from './index-builder.ts'
import { type ColumnChunk, rowGroupEntry } from './row-group.ts'

/** A file under way: finished chunks go in, row group by row group, followed by index and footer. */
export class FileBody {
  readonly index: IndexBuilder
  readonly #output: FileOutput
  readonly #meta: ColdFileMeta
  readonly #columns: FileColumn[]
  readonly #groups: RowGroup[] = []
  /** Of all pages told so far. */
  rows = 0
  #pages = 0
  /** Of the row group under way. */
  #chunks: ColumnChunk[] = []
  #offsets: number[] = []
  #firstPage = 0
  #firstRow = 0

  constructor(output: FileOutput, meta: ColdFileMeta, columns: FileColumn[]) {
    this.#output = output
    this.#meta = meta
    this.#columns = columns
    this.index = new IndexBuilder(
      columns.map((column) => ({ name: column.name, type: 'type' in column ? column.type : 'BYTE_ARRAY' })),
    )
    output.write(MAGIC)
  }

  /** The row group has another page in every column. */
  page(rows: number): void {
    this.index.page(this.rows)
    this.rows += rows
    this.#pages++
  }

  /** Writes the row group's next column, which is finished. Its pages' bytes are let go of. */
  chunk(chunk: ColumnChunk): void {
    const { position } = this.#output
    this.#offsets.push(position)
    this.index.chunk(position, chunk.pages.dictionary)
    chunk.pages.write(this.#output)
    this.#chunks.push(chunk)
  }

  /** All columns are written. */
  endGroup(): void {
    this.index.group(this.#firstPage)
    for (let page = 0; page < this.#pages - this.#firstPage; page++)
      for (const { pages } of this.#chunks) this.index.stored(pages.pages[page]!)
    const rows = this.rows - this.#firstRow
    this.#groups.push(rowGroupEntry(this.#chunks, rows, this.#offsets, this.#groups.length === 0))
    this.#chunks = []
    this.#offsets = []
    this.#firstPage = this.#pages
    this.#firstRow = this.rows
  }

  finish(): { rows: number; index: Uint8Array } {
    const index = this.index.finish(this.rows)
    const indexAt = this.#output.position
    this.#output.write(index)
    const footer = footerBytes({
      columns: this.#columns,
      rows: this.rows,
      groups: this.#groups,
      pairs: [...metaPairs(this.#meta), { key: 'lumen.index', value: `${indexAt} ${index.length}` }],
    })
    this.#output.write(guardOf(footer))
    this.#output.write(footer)
    const end = new Uint8Array(4 + MAGIC.length)
    new DataView(end.buffer).setUint32(0, footer.length, true)
    end.set(MAGIC, 4)
    this.#output.write(end)
    return { rows: this.rows, index }
  }
}
