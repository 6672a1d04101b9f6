import { LumenError } from '@lumen/std/error'
import type { ColdSeries } from '../cold-series.ts'
import type { ColdFileMeta } from './cold-file-meta.ts'
import type { FieldColumns } from './columns.ts'
import { FileBody } from './file-body.ts'
import type { FileOutput } from './file-output.ts'
import { compareSeries } from './key-order.ts'
import { PAGE_ROWS, PageRows } from './page-rows.ts'
import { PageScratch } from './page-scratch.ts'
import { fileColumns, RowGroupPages } from './row-group.ts'

/** A row group is closed once its encoded pages take this much memory. */
const GROUP_BYTES = 6 * 1024 ** 2

/** Puts series into pages, pages into row groups, and those into the file. */
export class FileWriter {
  readonly #meta: ColdFileMeta
  readonly #hostName: (host: number) => string
  readonly #fields: FieldColumns[]
  readonly #scratch = new PageScratch()
  readonly #page: PageRows
  readonly #body: FileBody
  #group: RowGroupPages
  #last: { host: number; key: string } | null = null

  constructor(output: FileOutput, meta: ColdFileMeta, hostName: (host: number) => string) {
    const { fields, columns } = fileColumns(meta.entity)
    this.#meta = meta
    this.#hostName = hostName
    this.#fields = fields
    this.#page = new PageRows(fields, PAGE_ROWS[meta.level])
    this.#group = new RowGroupPages(meta.entity, fields, this.#scratch)
    this.#body = new FileBody(output, meta, columns)
  }

  /** @throws {LumenError} `cold_series_unsorted`, `cold_value_unfit` */
  add(series: ColdSeries): void {
    const length = series.time.length
    if (length === 0) return
    if (this.#last !== null && compareSeries(this.#last, series) >= 0) throw unsorted(series)
    this.#last = { host: series.host, key: series.key }
    const page = this.#page
    if (page.rows > 0 && page.rows + length > page.capacity) this.#endPage()
    this.#body.index.series(series.host, series.key, this.#body.rows + page.rows)
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
    return this.#body.finish()
  }

  #endPage(): void {
    const page = this.#page
    this.#group.addPage(page)
    this.#body.page(page.rows)
    page.clear()
    if (this.#group.heldBytes() >= GROUP_BYTES) this.#endGroup()
  }

  #endGroup(): void {
    const group = this.#group
    group.finish()
    for (const chunk of group.chunks()) this.#body.chunk(chunk)
    this.#body.endGroup()
    this.#group = new RowGroupPages(this.#meta.entity, this.#fields, this.#scratch)
  }
}

function unsorted(series: { host: number; key: string }): LumenError {
  return new LumenError(
    'cold_series_unsorted',
    `Cannot write the series ${series.host} "${series.key}": it does not come after the one before it`,
  )
}
