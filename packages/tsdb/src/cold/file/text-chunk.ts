import { bitWidth } from './bit-pack.ts'
import { ChunkPages } from './chunk-pages.ts'
import type { TextColumn } from './columns.ts'
import { RLE_DICTIONARY } from './page-header.ts'
import type { PageScratch } from './page-scratch.ts'
import { encodeRun } from './rle.ts'

/** An entry's objects beside its text. */
const ENTRY_BYTES = 128

/** Text pages of one column in one row group: a dictionary and runs, for rows are sorted by both texts. */
export class TextChunk {
  readonly column: TextColumn
  readonly pages: ChunkPages
  /** The smallest and the largest by their UTF-8 bytes. */
  low: Uint8Array | null = null
  high: Uint8Array | null = null
  /** What the dictionary takes in memory, roughly. */
  heldBytes = 0
  readonly #scratch: PageScratch
  readonly #indexOf = new Map<string, number>()
  readonly #entries: Uint8Array[] = []
  #runs: { index: number; rows: number }[] = []

  constructor(column: TextColumn, scratch: PageScratch) {
    this.column = column
    this.pages = new ChunkPages(scratch.page)
    this.#scratch = scratch
  }

  /** The next `rows` rows of the page under way have this text. */
  run(text: string, rows: number): void {
    const index = this.#indexOf.get(text) ?? this.#enter(text)
    const last = this.#runs.at(-1)
    if (last?.index === index) last.rows += rows
    else this.#runs.push({ index, rows })
  }

  endPage(rows: number): void {
    const { levels, body } = this.#scratch
    levels.clear()
    body.clear()
    const width = Math.max(1, bitWidth(this.#entries.length - 1))
    body.byte(width)
    for (const run of this.#runs) encodeRun(run.index, run.rows, width, body)
    this.pages.add({ rows, nulls: 0, encoding: RLE_DICTIONARY, levels, values: body })
    this.#runs = []
  }

  finish(): void {
    const { body } = this.#scratch
    body.clear()
    for (const entry of this.#entries) {
      body.u32(entry.length)
      body.append(entry)
    }
    this.pages.setDictionary(this.#entries.length, body)
  }

  #enter(text: string): number {
    const bytes = new TextEncoder().encode(text)
    if (this.low === null || Buffer.compare(bytes, this.low) < 0) this.low = bytes
    if (this.high === null || Buffer.compare(bytes, this.high) > 0) this.high = bytes
    this.heldBytes += bytes.length + ENTRY_BYTES
    const index = this.#entries.push(bytes) - 1
    this.#indexOf.set(text, index)
    return index
  }
}
