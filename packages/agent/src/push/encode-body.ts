/** Bodies up to this many bytes are sent as they are. */
const WORTH_BYTES = 1_024

export interface EncodedBody {
  bytes: Uint8Array<ArrayBuffer> | string
  /** Value of Content-Encoding, or undefined. */
  encoding: 'zstd' | 'gzip' | undefined
}

/** Compresses a body where it is worth it: with the runtime's own zstd in Bun, in Node with that of its zlib
 * (from 22.15) or gzip. zlib is loaded only where it is needed: it costs megabytes of memory in Bun. */
export async function encodeBody(text: string, mode: 'auto' | 'off'): Promise<EncodedBody> {
  if (mode === 'off' || text.length <= WORTH_BYTES) return { bytes: text, encoding: undefined }
  if ('Bun' in globalThis) {
    return { bytes: new Uint8Array(Bun.zstdCompressSync(text, { level: 1 })), encoding: 'zstd' }
  }
  const zlib = await import('node:zlib')
  if (typeof zlib.zstdCompressSync === 'function') {
    const params = { [zlib.constants.ZSTD_c_compressionLevel]: 1 }
    return { bytes: new Uint8Array(zlib.zstdCompressSync(text, { params })), encoding: 'zstd' }
  }
  return { bytes: new Uint8Array(zlib.gzipSync(text, { level: 1 })), encoding: 'gzip' }
}
