import type { ByteSink } from './byte-sink.ts'

/** Bits needed for a whole number from 0 up to 2^53. */
export function bitWidth(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / 2 ** 32)
}

/** Appends `count` values (a multiple of 8) of `width` bits each, lowest bit first: Parquet's bit packing. */
export function packBits(values: ArrayLike<number>, count: number, width: number, sink: ByteSink): void {
  sink.reserve((count * width) / 8)
  if (width > 32) {
    packWide(values, count, width, sink)
    return
  }
  const { view } = sink
  let at = sink.length
  let word = 0
  let used = 0
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    word |= value << used
    used += width
    if (used >= 32) {
      view.setInt32(at, word, true)
      at += 4
      used -= 32
      word = used === 0 ? 0 : value >>> (width - used)
    }
  }
  // A tail below a word is whole bytes; `reserve` leaves room for the rest of the word.
  view.setInt32(at, word, true)
  sink.length = at + used / 8
}

function packWide(values: ArrayLike<number>, count: number, width: number, sink: ByteSink): void {
  const { view } = sink
  let at = sink.length
  let word = 0
  let used = 0
  const put = (bits: number, size: number) => {
    word |= bits << used
    used += size
    if (used < 32) return
    view.setInt32(at, word, true)
    at += 4
    used -= 32
    word = used === 0 ? 0 : bits >>> (size - used)
  }
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    put(value >>> 0, 32)
    put(Math.floor(value / 2 ** 32), width - 32)
  }
  view.setInt32(at, word, true)
  sink.length = at + used / 8
}

/** Reads `count` values of `width` bits that start at byte `at`. The view has at least 8 bytes more than it needs. */
export function unpackBits(
  view: DataView,
  at: number,
  width: number,
  out: Float64Array,
  count: number,
): void {
  if (width === 0) {
    out.fill(0, 0, count)
  } else if (width <= 25) {
    const mask = (1 << width) - 1
    for (let i = 0, bit = 0; i < count; i++, bit += width)
      out[i] = (view.getInt32(at + (bit >> 3), true) >>> (bit & 7)) & mask
  } else {
    for (let i = 0, bit = 0; i < count; i++, bit += width)
      out[i] = wideAt(view, at + (bit >> 3), bit & 7, width)
  }
}

/** `shift + width` is at most 61, so that two words hold it. */
function wideAt(view: DataView, at: number, shift: number, width: number): number {
  const low = view.getUint32(at, true)
  const high = view.getUint32(at + 4, true)
  const value = shift === 0 ? low : ((low >>> shift) | (high << (32 - shift))) >>> 0
  if (width <= 32) return width === 32 ? value : (value & (2 ** width - 1)) >>> 0
  const rest = width - 32
  return value + ((high >>> shift) & (rest === 32 ? -1 : 2 ** rest - 1)) * 2 ** 32
}
