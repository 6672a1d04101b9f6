import { bitWidth, packBits, unpackBits } from './bit-pack.ts'
import type { ByteSink } from './byte-sink.ts'
import { ByteSource } from './byte-source.ts'
import type { ValueReader } from './value-reader.ts'

const BLOCK = 128
const MINI = 32

/** Largest magnitude whose deltas' range is still exact in a double. */
export const MAX_DELTA_VALUE = 2 ** 51

/** DELTA_BINARY_PACKED of at least one value. `widthStep` 8 rounds bit widths up to whole bytes: larger, unless
 * compressed afterwards. Source: Parquet, Encodings.md. */
export class DeltaEncoder {
  readonly #deltas = new Float64Array(BLOCK)

  encode(values: Float64Array, count: number, widthStep: 1 | 8, sink: ByteSink): void {
    const deltas = this.#deltas
    sink.varint(BLOCK)
    sink.varint(BLOCK / MINI)
    sink.varint(count)
    let last = values[0]!
    sink.zigzag(last)
    for (let start = 1; start < count; start += BLOCK) {
      const size = Math.min(BLOCK, count - start)
      let low = Number.POSITIVE_INFINITY
      for (let i = 0; i < size; i++) {
        const value = values[start + i]!
        const delta = value - last
        last = value
        deltas[i] = delta
        if (delta < low) low = delta
      }
      sink.zigzag(low)
      this.#block(size, low, widthStep, sink)
    }
  }

  #block(size: number, low: number, widthStep: 1 | 8, sink: ByteSink): void {
    const deltas = this.#deltas
    const padded = Math.ceil(size / MINI) * MINI
    for (let i = 0; i < size; i++) deltas[i]! -= low
    deltas.fill(0, size, padded)
    sink.reserve(BLOCK / MINI)
    const widthsAt = sink.length
    sink.bytes.fill(0, widthsAt, widthsAt + BLOCK / MINI)
    sink.length += BLOCK / MINI
    for (let start = 0; start < padded; start += MINI) {
      const mini = deltas.subarray(start, start + MINI)
      let high = 0
      for (let i = 0; i < MINI; i++) if (mini[i]! > high) high = mini[i]!
      const width = Math.ceil(bitWidth(high) / widthStep) * widthStep
      sink.bytes[widthsAt + start / MINI] = width
      if (width > 0) packBits(mini, MINI, width, sink)
    }
  }
}

/** Reads DELTA_BINARY_PACKED as written above, values one after the other. */
export class DeltaReader implements ValueReader {
  readonly #source: ByteSource
  readonly #mini = new Float64Array(MINI)
  /** Unread values of the miniblock under way. */
  #left = 0
  #block = 0
  #widths: number[] = []
  #low = 0
  #last: number
  #isFirst = true

  constructor(bytes: Uint8Array) {
    this.#source = new ByteSource(bytes)
    this.#source.varint()
    this.#source.varint()
    this.#source.varint()
    this.#last = this.#source.zigzag()
  }

  read(out: Float64Array, from: number, count: number): void {
    let at = from
    const end = from + count
    if (this.#isFirst && count > 0) {
      out[at++] = this.#last
      this.#isFirst = false
    }
    const mini = this.#mini
    let last = this.#last
    while (at < end) {
      if (this.#left === 0) this.#nextMini()
      const size = Math.min(this.#left, end - at)
      const start = MINI - this.#left
      const low = this.#low
      for (let i = start; i < start + size; i++) {
        last += low + mini[i]!
        out[at++] = last
      }
      this.#left -= size
    }
    this.#last = last
  }

  skip(count: number): void {
    let left = count
    if (this.#isFirst && left > 0) {
      this.#isFirst = false
      left--
    }
    const mini = this.#mini
    let last = this.#last
    while (left > 0) {
      if (this.#left === 0) this.#nextMini()
      const size = Math.min(this.#left, left)
      const start = MINI - this.#left
      const low = this.#low
      // In the steps of `read`: sums of several deltas may be past what a double holds.
      for (let i = start; i < start + size; i++) last += low + mini[i]!
      this.#left -= size
      left -= size
    }
    this.#last = last
  }

  #nextMini(): void {
    const source = this.#source
    if (this.#block === this.#widths.length) {
      this.#low = source.zigzag()
      this.#widths = [source.byte(), source.byte(), source.byte(), source.byte()]
      this.#block = 0
    }
    const width = this.#widths[this.#block++]!
    unpackBits(source.view, source.position, width, this.#mini, MINI)
    source.position += width * (MINI / 8)
    this.#left = MINI
  }
}
