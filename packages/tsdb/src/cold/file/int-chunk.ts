import { bitWidth } from './bit-pack.ts'
import { ChunkPages } from './chunk-pages.ts'
import type { IntColumn } from './columns.ts'
import { MAX_DELTA_VALUE } from './delta.ts'
import { IntDictionary, writePlain } from './dictionary.ts'
import { DELTA_BINARY_PACKED, PLAIN, RLE_DICTIONARY } from './page-header.ts'
import type { PageScratch } from './page-scratch.ts'
import { encodeRle, encodeRun } from './rle.ts'

/** How the values of a page are written. `-bytes`: in whole bytes, for the compression that follows. */
type Way = 'delta' | 'delta-bytes' | 'dictionary' | 'dictionary-bytes' | 'plain'

/** A page this much larger for its values than the one its way was chosen for has the choice made anew. */
const STALE_RATIO = 1.25

/** Number pages of one column in one row group. Each page is written in the way that was smallest when tried on
 * a page before. */
export class IntChunk {
  readonly column: IntColumn
  readonly pages: ChunkPages
  nulls = 0
  low = Number.POSITIVE_INFINITY
  high = Number.NEGATIVE_INFINITY
  readonly #limit: number
  readonly #dictionary = new IntDictionary()
  readonly #scratch: PageScratch
  #way: Way | null = null
  #bytesPerValue = 0

  constructor(column: IntColumn, scratch: PageScratch) {
    this.column = column
    this.pages = new ChunkPages(scratch.page)
    this.#scratch = scratch
    this.#limit = column.type === 'INT32' ? 1e9 : MAX_DELTA_VALUE
  }

  /** `values` are the `count` that are there; `levels` say of each row whether it has one, null: all have. */
  add(values: Float64Array, count: number, rows: number, levels: Uint8Array | null): void {
    this.nulls += rows - count
    const { levels: levelSink, body } = this.#scratch
    levelSink.clear()
    if (this.column.isOptional) {
      if (count === rows || count === 0) encodeRun(count === 0 ? 0 : 1, rows, 1, levelSink)
      else encodeRle(levels!, rows, 1, levelSink)
    }
    if (count === 0) {
      body.clear()
      this.pages.add({ rows, nulls: rows, encoding: PLAIN, levels: levelSink, values: body })
      return
    }
    const inLimit = this.#bounds(values, count)
    const way = inLimit ? this.#wayFor(values, count) : 'plain'
    const used = this.#encode(way, values, count)
    const encoding =
      used === 'plain' ? PLAIN : used.startsWith('delta') ? DELTA_BINARY_PACKED : RLE_DICTIONARY
    const size = this.pages.add({ rows, nulls: rows - count, encoding, levels: levelSink, values: body })
    if (size > (this.#bytesPerValue * count + 16) * STALE_RATIO) this.#way = null
  }

  /** Closes the chunk. */
  finish(): void {
    if (!this.pages.usesDictionary) return
    const { body } = this.#scratch
    body.clear()
    this.#dictionary.writePlain(this.column.type, body)
    this.pages.setDictionary(this.#dictionary.size, body)
  }

  #bounds(values: Float64Array, count: number): boolean {
    let low = values[0]!
    let high = low
    for (let i = 1; i < count; i++) {
      const value = values[i]!
      if (value < low) low = value
      else if (value > high) high = value
    }
    if (low < this.low) this.low = low
    if (high > this.high) this.high = high
    return low >= -this.#limit && high <= this.#limit
  }

  #wayFor(values: Float64Array, count: number): Way {
    if (this.#way !== null) return this.#way
    let best: Way = 'plain'
    let bestSize = Number.POSITIVE_INFINITY
    for (const way of ['delta', 'delta-bytes', 'dictionary', 'dictionary-bytes'] as const) {
      if (this.#encode(way, values, count) !== way) continue
      const size = this.pages.compressedSize(this.#scratch.body)
      if (size >= bestSize) continue
      bestSize = size
      best = way
    }
    if (!best.startsWith('dictionary') && !this.pages.usesDictionary) this.#dictionary.clear()
    this.#way = best
    this.#bytesPerValue = bestSize / count
    return best
  }

  /** Answers the way used: delta where the dictionary cannot hold the values. */
  #encode(way: Way, values: Float64Array, count: number): Way {
    const { body, delta } = this.#scratch
    body.clear()
    if (way === 'plain') writePlain(values, count, this.column.type, body)
    else if (way === 'delta' || way === 'delta-bytes')
      delta.encode(values, count, way === 'delta' ? 1 : 8, body)
    else {
      const indices = this.#scratch.indices(count)
      if (!this.#dictionary.index(values, count, indices)) return this.#encode('delta', values, count)
      const width = way === 'dictionary' ? Math.max(1, bitWidth(this.#dictionary.size - 1)) : 8
      body.byte(width)
      encodeRle(indices, count, width, body)
    }
    return way
  }
}
