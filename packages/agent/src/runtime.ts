/** What differs between the runtimes an agent runs on, Bun and Node ≥ 20. Node's modules are taken when they are
 * first needed: `node:zlib` and `node:crypto` cost megabytes that an agent on Bun never pays. */

/** SHA-256 of a text or bytes, in hexadecimal. */
export function sha256(text: string | Uint8Array): string {
  if (isBun()) return new Bun.CryptoHasher('sha256').update(text).digest('hex')
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex')
}

/** SHA-256 of bytes that come in pieces. */
export interface PiecewiseDigest {
  update(piece: Uint8Array): unknown
  digest(encoding: 'hex'): string
}

export function piecewiseSha256(): PiecewiseDigest {
  if (isBun()) return new Bun.CryptoHasher('sha256')
  return process.getBuiltinModule('node:crypto').createHash('sha256')
}

/** The text compressed by zstd at its fastest level, or undefined where the runtime cannot: Node before 22.15. */
export function zstd(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (isBun()) return new Uint8Array(Bun.zstdCompressSync(text, { level: 1 }))
  const zlib = process.getBuiltinModule('node:zlib')
  if (typeof zlib.zstdCompressSync !== 'function') return undefined
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: 1 }
  return new Uint8Array(zlib.zstdCompressSync(text, { params }))
}

/** What `zstd` compressed, or undefined where the runtime cannot.
 * @throws {Error} the runtime's own for bytes that are no zstd frame */
export function unzstd(bytes: Uint8Array): string | undefined {
  if (isBun()) return Buffer.from(Bun.zstdDecompressSync(bytes)).toString()
  const zlib = process.getBuiltinModule('node:zlib')
  return typeof zlib.zstdDecompressSync === 'function' ? zlib.zstdDecompressSync(bytes).toString() : undefined
}

/** The text compressed by gzip at its fastest level. */
export function gzip(text: string): Uint8Array<ArrayBuffer> {
  if (isBun()) return Bun.gzipSync(text, { level: 1 })
  return new Uint8Array(process.getBuiltinModule('node:zlib').gzipSync(text, { level: 1 }))
}

/** CRC-32 by the runtime itself, or undefined where it has none: Node before 22.2. */
export function nativeCrc32(bytes: Uint8Array): number | undefined {
  if (isBun()) return Bun.hash.crc32(bytes)
  return process.getBuiltinModule('node:zlib').crc32?.(bytes)
}

/** True where `fetch` takes the certificates to trust with each request. */
export const takesCertificates = (): boolean => isBun()

function isBun(): boolean {
  return 'Bun' in globalThis
}
