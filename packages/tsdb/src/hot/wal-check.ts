/** Layout: https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
/** The lowest bit says whether checksums are over big-endian words. */
const MAGIC = 0x37_7f_06_82

/** Frames of a write-ahead log. */
export interface WalCheck {
  /** From the start, with a right checksum: what SQLite will use, up to the last commit among them. */
  valid: number
  /** Written in the same round as those, but behind a wrong checksum: SQLite ignores them in silence. Frames of
   * earlier rounds, which a log that is used again still holds, are neither. */
  lost: number
}

/** Finds damage that SQLite does not report. Pure. A log cut off at its end shows nothing: neither here nor
 * there can it be told from one whose last write a crash cut short. */
export function checkWal(bytes: Uint8Array): WalCheck {
  if (bytes.length < HEADER_BYTES + FRAME_HEADER_BYTES) return { valid: 0, lost: 0 }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = view.getUint32(0)
  const isLittle = magic === MAGIC
  const pageBytes = view.getUint32(8)
  const header = checksum(view, 0, 24, isLittle, [0, 0])
  const isHeaderRight =
    (isLittle || magic === MAGIC + 1) && header[0] === view.getUint32(24) && header[1] === view.getUint32(28)
  if (!isHeaderRight) return { valid: 0, lost: 1 }
  const frameBytes = FRAME_HEADER_BYTES + pageBytes
  const salt = view.getBigUint64(16)
  let sums = header
  let valid = 0
  let lost = 0
  let isIntact = true
  for (let at = HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    const isThisRound = view.getBigUint64(at + 8) === salt
    if (isIntact && isThisRound) {
      sums = checksum(view, at, 8, isLittle, sums)
      sums = checksum(view, at + FRAME_HEADER_BYTES, pageBytes, isLittle, sums)
      isIntact = sums[0] === view.getUint32(at + 16) && sums[1] === view.getUint32(at + 20)
      if (isIntact) {
        valid += 1
        continue
      }
    }
    isIntact = false
    if (isThisRound) lost += 1
  }
  return { valid, lost }
}

type Sums = readonly [number, number]

function checksum(view: DataView, from: number, length: number, isLittle: boolean, [a, b]: Sums): Sums {
  let s0 = a
  let s1 = b
  for (let at = from; at < from + length; at += 8) {
    s0 = (s0 + view.getUint32(at, isLittle) + s1) >>> 0
    s1 = (s1 + view.getUint32(at + 4, isLittle) + s0) >>> 0
  }
  return [s0, s1]
}
