import { LumenError } from '@lumen/std/error'
import type { RowGroup } from 'hyparquet'
import type { ColdLevel } from '../cold-file.ts'
import type { ColdSeries } from '../cold-series.ts'
import { type ColdFileMeta, metaPairs } from './cold-file-meta.ts'
import type { FieldColumns } from './columns.ts'
import type { FileOutput } from './file-output.ts'
import { type FileColumn, footerBytes } from './footer.ts'
import { guardOf, MAGIC } from './guard.ts'
import { IndexBuilder } from './index-builder.ts'
import { compareSeries } from './key-order.ts'
import { PageRows } from './page-rows.ts'
import { PageScratch } from './page-scratch.ts'
import { fileColumns, RowGroupPages, rowGroupEntry } from './row-group.ts'

/** Most rows of a page. A page of a month is a host's month; one of a day holds a few hosts, so that a reader who
 * wants one of them does not decode all. */
const PAGE_ROWS: Readonly<Record<ColdLevel, number>> = { day: 4_608, part: 4_608, month: 31 * 288 }

/** A row group is closed once its encoded pages take this much memory. */
const GROUP_BYTES = 6 * 1024 ** 2

/** Puts series into pages, pages into row groups, and those into the file, followed by index and footer. */
export class FileWriter {
  readonly #output: FileOutput
  readonly #meta: ColdFileMeta
  readonly #hostName: (host: number) => string
  readonly #fields: FieldColumns[]
  readonly #columns: FileColumn[]
  readonly #scratch = new PageScratch()
  readonly #page: PageRows
  readonly #entries: RowGroup[] = []
  readonly #index: IndexBuilder
  /** In finished pages. */
  #rows = 0
  #pages = 0
  #group: RowGroupPages
  #last: { host: number; key: string } | null = null

  constructor(output: FileOutput, meta: ColdFileMeta, hostName: (host: number) => string) {
    const { fields, columns } = fileColumns(meta.entity)
    this.#output = output
    this.#meta = meta
    this.#hostName = hostName
    this.#fields = fields
    this.#columns = columns
    this.#page = new PageRows(fields, PAGE_ROWS[meta.level])
    this.#group = new RowGroupPages(meta.entity, fields, this.#scratch)
    this.#index = new IndexBuilder(
      columns.map((column) => ({ name: column.name, type: 'type' in column ? column.type : 'BYTE_ARRAY' })),
    )
    output.write(MAGIC)
  }

  /** @throws {LumenError} `cold_series_unsorted`, `cold_value_unfit` */
  add(series: ColdSeries): void {
    const length = series.time.length
    if (length === 0) return
    if (this.#last !== null && compareSeries(this.#last, series) >= 0) throw unsorted(series)
    this.#last = { host: series.host, key: series.key }
    const page = this.#page
    if (page.rows > 0 && page.rows + length > page.capacity) this.#endPage()
    this.#index.series(series.host, series.key, this.#rows + page.rows)
    const name = this.#hostName(series.host)
    for (let from = 0; from < length; ) {
      const to = Math.min(length, from + page.capacity - page.rows)
      page.append(series, from, to)
      this.#group.host.run(name, to - from)
      this.#group.key.run(series.key, to - from)
      if (page.rows === page.capacity) this.#endPage()
      from = to
    }
  }

  /** Writes what is left, index and footer. */
  finish(): { rows: number; index: Uint8Array } {
    if (this.#page.rows > 0) this.#endPage()
    if (this.#group.rows > 0) this.#endGroup()
    const index = this.#index.finish(this.#rows)
    const indexAt = this.#output.position
    this.#output.write(index)
    const footer = footerBytes({
      columns: this.#columns,
      rows: this.#rows,
      groups: this.#entries,
      pairs: [...metaPairs(this.#meta), { key: 'lumen.index', value: `${indexAt} ${index.length}` }],
    })
    this.#output.write(guardOf(footer))
    this.#output.write(footer)
    const end = new Uint8Array(4 + MAGIC.length)
    new DataView(end.buffer).setUint32(0, footer.length, true)
    end.set(MAGIC, 4)
    this.#output.write(end)
    return { rows: this.#rows, index }
  }

  #endPage(): void {
    const page = this.#page
    this.#group.addPage(page)
    this.#index.page(this.#rows)
    this.#rows += page.rows
    this.#pages++
    page.clear()
    if (this.#group.heldBytes() >= GROUP_BYTES) this.#endGroup()
  }

  #endGroup(): void {
    const group = this.#group
    group.finish()
    this.#index.group(this.#pages - group.pageCount)
    const chunks = group.chunks()
    const offsets: number[] = []
    for (const { pages } of chunks) {
      offsets.push(this.#output.position)
      this.#index.chunk(this.#output.position, pages.dictionary)
      if (pages.dictionary !== null) this.#output.write(pages.dictionary.bytes)
      for (const page of pages.pages) this.#output.write(page.bytes)
    }
    for (let page = 0; page < group.pageCount; page++)
      for (const { pages } of chunks) this.#index.stored(pages.pages[page]!)
    this.#entries.push(rowGroupEntry(group, offsets, this.#entries.length === 0))
    this.#group = new RowGroupPages(this.#meta.entity, this.#fields, this.#scratch)
  }
}

function unsorted(series: { host: number; key: string }): LumenError {
  return new LumenError(
    'cold_series_unsorted',
    `Cannot write the series ${series.host} "${series.key}": it does not come after the one before it`,
  )
}
