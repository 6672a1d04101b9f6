import { gzip, zstd } from '../runtime.ts'

/** Bodies up to this many bytes are sent as they are. */
const WORTH_BYTES = 1_024

export interface EncodedBody {
  bytes: Uint8Array<ArrayBuffer> | string
  /** Value of Content-Encoding, or undefined. */
  encoding: 'zstd' | 'gzip' | undefined
}

/** Compresses a body where it is worth it: by zstd, or by gzip where the runtime has no zstd. */
export function encodeBody(text: string, mode: 'auto' | 'off'): EncodedBody {
  if (mode === 'off' || text.length <= WORTH_BYTES) return { bytes: text, encoding: undefined }
  const compressed = zstd(text)
  if (compressed !== undefined) return { bytes: compressed, encoding: 'zstd' }
  return { bytes: gzip(text), encoding: 'gzip' }
}
