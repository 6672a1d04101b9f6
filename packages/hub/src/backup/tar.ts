/** POSIX ustar (IEEE 1003.1-1988, "pax" chapter of 1003.1-2017): just the parts a backup needs, which every `tar`
 * reads. Sizes past 8 GiB are written in GNU's base-256, as GNU and BSD tar do. */

export const TAR_BLOCK = 512
const MAX_OCTAL_SIZE = 8 ** 11 - 1
const MAX_NAME = 100
const MAX_PREFIX = 155

export interface TarEntry {
  path: string
  size: number
}

/** What stands before a file of `size` bytes.
 * @throws {RangeError} when the path does not fit: 100 bytes after the last slash that leaves at most 155 before. */
export function tarHeader({ path, size }: TarEntry, mtimeMs: number): Uint8Array {
  const block = new Uint8Array(TAR_BLOCK)
  const { name, prefix } = splitPath(path)
  put(block, 0, name)
  put(block, 100, '0000600\0')
  put(block, 108, '0000000\0')
  put(block, 116, '0000000\0')
  putSize(block, size)
  put(
    block,
    136,
    `${Math.floor(mtimeMs / 1_000)
      .toString(8)
      .padStart(11, '0')}\0`,
  )
  block[156] = 0x30
  put(block, 257, 'ustar\x0000')
  put(block, 345, prefix)
  put(block, 148, `${checksum(block).toString(8).padStart(6, '0')}\0 `)
  return block
}

/** Zeros that fill a file's last block. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK)
}

/** Two blocks of zeros end an archive. */
export const TAR_END = new Uint8Array(2 * TAR_BLOCK)

/** Reads a header; undefined for a block of zeros, null for anything that is not a plain file: links, folders,
 * devices and extensions have no place in a backup. */
export function parseTarHeader(block: Uint8Array): TarEntry | undefined | null {
  if (block.every((byte) => byte === 0)) return undefined
  const isOurs = text(block, 257, 6) === 'ustar' && block[156] === 0x30
  if (!isOurs || Number.parseInt(text(block, 148, 8), 8) !== checksum(block)) return null
  const prefix = text(block, 345, MAX_PREFIX)
  const name = text(block, 0, MAX_NAME)
  const size = sizeOf(block)
  if (!Number.isSafeInteger(size) || size < 0) return null
  return { path: prefix === '' ? name : `${prefix}/${name}`, size }
}

function splitPath(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= MAX_NAME) return { name: path, prefix: '' }
  const at = path.lastIndexOf('/')
  const [prefix, name] = [path.slice(0, Math.max(0, at)), path.slice(at + 1)]
  if (Buffer.byteLength(name) > MAX_NAME || Buffer.byteLength(prefix) > MAX_PREFIX || prefix === '')
    throw new RangeError(`The path ${path} is too long for a tar archive`)
  return { name, prefix }
}

function putSize(block: Uint8Array, size: number): void {
  if (size > MAX_OCTAL_SIZE) {
    block[124] = 0x80
    new DataView(block.buffer).setBigUint64(128, BigInt(size))
  } else put(block, 124, `${size.toString(8).padStart(11, '0')}\0`)
}

function sizeOf(block: Uint8Array): number {
  if (block[124] !== 0x80) return Number.parseInt(text(block, 124, 12), 8)
  return Number(new DataView(block.buffer, block.byteOffset).getBigUint64(128))
}

/** Sum of all bytes, the checksum itself counted as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 8 * 0x20
  for (let at = 0; at < TAR_BLOCK; at++) if (at < 148 || at >= 156) sum += block[at]!
  return sum
}

function put(block: Uint8Array, at: number, value: string): void {
  block.set(Buffer.from(value, 'utf8'), at)
}

function text(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length)
  const end = field.indexOf(0)
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8')
}
