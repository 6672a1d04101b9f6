import { nativeCrc32 } from '../runtime.ts'

let table: Uint32Array | undefined

/** CRC-32 of IEEE 802.3 (the one of zip and PNG), as an unsigned number. The runtime's own where it has one. */
export function crc32(bytes: Uint8Array): number {
  return nativeCrc32(bytes) ?? crc32InScript(bytes)
}

/** The same for other runtimes; some 200 MB/s. */
export function crc32InScript(bytes: Uint8Array): number {
  table ??= makeTable()
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i += 1) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
    return value
  })
}
