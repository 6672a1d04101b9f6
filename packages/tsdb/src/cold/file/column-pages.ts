import type { IntColumn, TextColumn } from './columns.ts'
import { IntChunk } from './int-chunk.ts'
import type { PlacedSeries } from './merge-rows.ts'
import { checkFit } from './page-rows.ts'
import type { PageScratch } from './page-scratch.ts'
import { TextChunk } from './text-chunk.ts'

/** Rows of a row group that are a page, with the series they are of. */
export interface PageSpan {
  from: number
  to: number
  runs: { series: PlacedSeries; rows: number }[]
}

/** A series that does not fit begins a new page; one longer than a page takes several. */
export function pageSpans(series: readonly PlacedSeries[], capacity: number): PageSpan[] {
  const pages: PageSpan[] = []
  let page: PageSpan = { from: 0, to: 0, runs: [] }
  const end = () => {
    if (page.to > page.from) pages.push(page)
    page = { from: page.to, to: page.to, runs: [] }
  }
  for (const each of series) {
    if (page.to - page.from + each.to - each.from > capacity) end()
    for (let row = each.from; row < each.to; ) {
      const rows = Math.min(each.to - row, capacity - (page.to - page.from))
      page.runs.push({ series: each, rows })
      page.to += rows
      row += rows
      if (page.to - page.from === capacity) end()
    }
  }
  end()
  return pages
}

/** Encodes whole columns of a row group, page by page. */
export class ColumnPages {
  readonly #pages: readonly PageSpan[]
  readonly #scratch: PageScratch

  constructor(pages: readonly PageSpan[], scratch: PageScratch) {
    this.#pages = pages
    this.#scratch = scratch
  }

  texts(column: TextColumn, textOf: (series: PlacedSeries) => string): TextChunk {
    const chunk = new TextChunk(column, this.#scratch)
    for (const { from, to, runs } of this.#pages) {
      for (const { series, rows } of runs) chunk.run(textOf(series), rows)
      chunk.endPage(to - from)
    }
    chunk.finish()
    return chunk
  }

  /** The values, NaN where null, lie close together afterwards. @throws {LumenError} `cold_value_unfit` */
  numbers(column: IntColumn, values: Float64Array): IntChunk {
    const chunk = new IntChunk(column, this.#scratch)
    for (const { from, to } of this.#pages) {
      const page = values.subarray(from, to)
      const levels = this.#scratch.rowLevels(to - from)
      chunk.add(page, closeGaps(page, levels), to - from, levels)
    }
    checkFit(column, chunk.low, chunk.high)
    chunk.finish()
    return chunk
  }
}

/** Moves what is not NaN to the front and tells which rows that was of. Answers how many. */
function closeGaps(values: Float64Array, levels: Uint8Array): number {
  let count = 0
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    const isThere = !Number.isNaN(value)
    levels[row] = isThere ? 1 : 0
    if (isThere) values[count++] = value
  }
  return count
}
