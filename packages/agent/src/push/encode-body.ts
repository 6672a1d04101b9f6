import * as zlib from 'node:zlib'

/** Bodies up to this many bytes are sent as they are. */
const WORTH_BYTES = 1_024

export interface EncodedBody {
  bytes: Uint8Array<ArrayBuffer> | string
  /** Value of Content-Encoding, or undefined. */
  encoding: 'zstd' | 'gzip' | undefined
}

/** Compresses a body where it is worth it: zstd where the runtime's zlib has it (Bun, Node ≥ 22.15), else gzip. */
export function encodeBody(text: string, mode: 'auto' | 'off'): EncodedBody {
  if (mode === 'off' || text.length <= WORTH_BYTES) return { bytes: text, encoding: undefined }
  const raw = Buffer.from(text)
  if (typeof zlib.zstdCompressSync === 'function') {
    const params = { [zlib.constants.ZSTD_c_compressionLevel]: 1 }
    return { bytes: new Uint8Array(zlib.zstdCompressSync(raw, { params })), encoding: 'zstd' }
  }
  return { bytes: new Uint8Array(zlib.gzipSync(raw, { level: 1 })), encoding: 'gzip' }
}
