import { packBits, unpackBits } from './bit-pack.ts'
import type { ByteSink } from './byte-sink.ts'
import { ByteSource } from './byte-source.ts'
import type { ValueReader } from './value-reader.ts'

const GROUP = 8

/** Parquet's RLE / bit-packing hybrid of whole numbers of at most `width` bits (1 to 24): levels and dictionary
 * indices. Source: Parquet, Encodings.md. */
export function encodeRle(values: Uint8Array, count: number, width: number, sink: ByteSink): void {
  let at = 0
  let packedFrom = 0
  while (at < count) {
    const end = runEnd(values, at, count)
    // Bit-packed groups are of eight, so a run may begin at a multiple of eight only, unless it ends everything.
    const aligned = at + ((GROUP - ((at - packedFrom) % GROUP)) % GROUP)
    if (end - aligned >= GROUP) {
      packGroups(values, packedFrom, aligned, width, sink)
      sink.varint((end - aligned) * 2)
      putRunValue(values[aligned]!, width, sink)
      packedFrom = end
    }
    at = end
  }
  packGroups(values, packedFrom, count, width, sink)
}

function runEnd(values: Uint8Array, from: number, count: number): number {
  const value = values[from]!
  let end = from + 1
  while (end < count && values[end] === value) end++
  return end
}

function packGroups(values: Uint8Array, from: number, to: number, width: number, sink: ByteSink): void {
  if (to <= from) return
  const groups = Math.ceil((to - from) / GROUP)
  sink.varint(groups * 2 + 1)
  const whole = Math.floor((to - from) / GROUP) * GROUP
  packBits(values.subarray(from, from + whole), whole, width, sink)
  if (from + whole === to) return
  const tail = new Uint8Array(GROUP)
  tail.set(values.subarray(from + whole, to))
  packBits(tail, GROUP, width, sink)
}

function putRunValue(value: number, width: number, sink: ByteSink): void {
  for (let bits = 0; bits < width; bits += 8) sink.byte((value >>> bits) & 255)
}

/** One run of one value: levels of a page without holes, or keys. */
export function encodeRun(value: number, count: number, width: number, sink: ByteSink): void {
  sink.varint(count * 2)
  putRunValue(value, width, sink)
}

const SCRATCH = 128

/** Reads the hybrid; with a dictionary, the values its indices stand for. */
export class RleReader implements ValueReader {
  readonly #source: ByteSource
  readonly #width: number
  readonly #dictionary: Float64Array | null
  /** Made when something is packed. */
  #scratch: Float64Array | null = null
  #runLeft = 0
  #runValue = 0
  /** Unread values of a bit-packed run: first those unpacked in `scratch`, then those still packed. */
  #packedLeft = 0
  #scratchAt = 0
  #scratchEnd = 0

  constructor(bytes: Uint8Array, at: number, width: number, dictionary: Float64Array | null) {
    this.#source = new ByteSource(bytes, at)
    this.#width = width
    this.#dictionary = dictionary
  }

  read(out: Float64Array, from: number, count: number): void {
    const dictionary = this.#dictionary
    let at = from
    const end = from + count
    while (at < end) {
      if (this.#runLeft === 0 && this.#packedLeft === 0) this.#nextRun()
      if (this.#runLeft > 0) {
        const size = Math.min(this.#runLeft, end - at)
        out.fill(dictionary === null ? this.#runValue : dictionary[this.#runValue]!, at, at + size)
        this.#runLeft -= size
        at += size
      } else {
        if (this.#scratchAt === this.#scratchEnd) this.#unpack()
        const size = Math.min(this.#scratchEnd - this.#scratchAt, this.#packedLeft, end - at)
        const scratch = this.#scratch!
        let index = this.#scratchAt
        if (dictionary === null) for (let i = 0; i < size; i++) out[at++] = scratch[index++]!
        else for (let i = 0; i < size; i++) out[at++] = dictionary[scratch[index++]!]!
        this.#scratchAt = index
        this.#packedLeft -= size
      }
    }
  }

  skip(count: number): void {
    let left = count
    while (left > 0) {
      if (this.#runLeft === 0 && this.#packedLeft === 0) this.#nextRun()
      if (this.#runLeft > 0) {
        const size = Math.min(this.#runLeft, left)
        this.#runLeft -= size
        left -= size
        continue
      }
      if (this.#scratchAt === this.#scratchEnd) {
        // Whole groups begin and end at a byte.
        const whole = Math.floor(Math.min(left, this.#packedLeft) / GROUP) * GROUP
        this.#source.position += (whole * this.#width) / 8
        this.#packedLeft -= whole
        left -= whole
        if (left === 0 || this.#packedLeft === 0) continue
        this.#unpack()
      }
      const size = Math.min(this.#scratchEnd - this.#scratchAt, this.#packedLeft, left)
      this.#scratchAt += size
      this.#packedLeft -= size
      left -= size
    }
  }

  #nextRun(): void {
    const header = this.#source.varint()
    const size = Math.floor(header / 2)
    if (header % 2 === 1) {
      this.#packedLeft = size * GROUP
      this.#scratchAt = this.#scratchEnd = 0
      return
    }
    this.#runLeft = size
    this.#runValue = 0
    for (let bits = 0; bits < this.#width; bits += 8) this.#runValue |= this.#source.byte() << bits
  }

  #unpack(): void {
    const size = Math.min(SCRATCH, this.#packedLeft)
    this.#scratch ??= new Float64Array(SCRATCH)
    unpackBits(this.#source.view, this.#source.position, this.#width, this.#scratch, size)
    this.#source.position += (size * this.#width) / 8
    this.#scratchAt = 0
    this.#scratchEnd = size
  }
}
