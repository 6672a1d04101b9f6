import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { bitWidth, packBits, unpackBits } from './bit-pack.ts'
import { ByteSink } from './byte-sink.ts'
import { DeltaEncoder, DeltaReader, MAX_DELTA_VALUE } from './delta.ts'
import { encodeRle, RleReader } from './rle.ts'
import type { ValueReader } from './value-reader.ts'

/** Room that readers of bit-packed values may look into. */
function withSlack(sink: ByteSink): Uint8Array {
  const bytes = new Uint8Array(sink.length + 8).fill(0xff)
  bytes.set(sink.written())
  return bytes
}

/** Reads `count` values in pieces of these sizes, again and again; passes over each `skipped`th piece, in whose
 * place are those of `values`. */
function readInPieces(
  reader: ValueReader,
  values: ArrayLike<number>,
  sizes: readonly number[],
  skipped = Number.POSITIVE_INFINITY,
): number[] {
  const out = Float64Array.from(values)
  for (let at = 0, piece = 1; at < values.length; piece++) {
    const size = Math.min(sizes[piece % sizes.length]!, values.length - at)
    if (piece % skipped === 0) reader.skip(size)
    else reader.read(out.fill(Number.NaN, at, at + size), at, size)
    at += size
  }
  return [...out]
}

const pieces = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 })

const level = fc.oneof(fc.constant(10), fc.constant(1e5), fc.constant(2 ** 33), fc.constant(MAX_DELTA_VALUE))

test('deltas of any numbers up to 2^51 are read as written, in pieces of any size, also past some', () => {
  const numbers = level.chain((most) =>
    fc.array(fc.integer({ min: -most, max: most }), { minLength: 1, maxLength: 700 }),
  )
  fc.assert(
    fc.property(numbers, pieces, fc.constantFrom<1 | 8>(1, 8), (values, sizes, widthStep) => {
      const sink = new ByteSink()
      new DeltaEncoder().encode(Float64Array.from(values), values.length, widthStep, sink)
      const reader = () => new DeltaReader(withSlack(sink))
      expect(readInPieces(reader(), values, sizes)).toEqual(values)
      expect(readInPieces(reader(), values, sizes, 2)).toEqual(values)
    }),
    { numRuns: 300 },
  )
})

test('runs and packed groups are read as written, in pieces of any size, also past some, with and without a dictionary', () => {
  const indices = fc
    .array(
      fc.record({
        value: fc.nat({ max: 255 }),
        times: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 })),
      }),
      {
        minLength: 1,
        maxLength: 120,
      },
    )
    .map((runs) => Uint8Array.from(runs.flatMap(({ value, times }) => Array<number>(times).fill(value))))
  const dictionary = Float64Array.from({ length: 256 }, (_, index) => index * 1_000 - 7)
  fc.assert(
    fc.property(indices, pieces, fc.integer({ min: 1, max: 8 }), (all, sizes, width) => {
      const values = all.map((value) => value & (2 ** width - 1))
      const sink = new ByteSink()
      encodeRle(values, values.length, width, sink)
      const meant = [...values].map((value) => dictionary[value]!)
      const reader = (entries: Float64Array | null) => new RleReader(withSlack(sink), 0, width, entries)
      expect(readInPieces(reader(null), values, sizes)).toEqual([...values])
      expect(readInPieces(reader(dictionary), meant, sizes)).toEqual(meant)
      expect(readInPieces(reader(dictionary), meant, sizes, 2)).toEqual(meant)
      expect(readInPieces(reader(null), values, sizes, 3)).toEqual([...values])
    }),
    { numRuns: 300 },
  )
})

test('bits of every width are unpacked as packed', () => {
  for (let width = 1; width <= 53; width++) {
    const most = 2 ** width - 1
    const values = Float64Array.from({ length: 32 }, (_, index) =>
      index % 3 === 0 ? most : Math.floor((most / 32) * index),
    )
    const sink = new ByteSink()
    packBits(values, 32, width, sink)
    expect(sink.length).toBe(width * 4)
    const out = new Float64Array(32)
    const bytes = withSlack(sink)
    unpackBits(new DataView(bytes.buffer), 0, width, out, 32)
    expect([width, out]).toEqual([width, values])
    expect(bitWidth(most)).toBe(width)
  }
})
