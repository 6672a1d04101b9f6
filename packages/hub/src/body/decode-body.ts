import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { errorCode } from '@lumen/std/error'
import { Refusal } from '../refusal.ts'
import { bodyTooLarge } from './read-body.ts'

/** Largest zstd window taken: 8 MiB. A frame that asks for more asks the hub to set aside that memory. */
const ZSTD_WINDOW_LOG = 23

/** Undoes a body's Content-Encoding, never writing more than `maxBytes`, so a bomb costs that much and no more.
 * @throws {Refusal} 413 `body_too_large`, 400 `body_undecodable`, 415 `encoding_unsupported` */
export function decodeBody(body: Uint8Array, encoding: string | null, maxBytes: number): Uint8Array {
  const decoded = decodeUpTo(body, encoding, maxBytes)
  if (decoded === undefined) throw bodyTooLarge(maxBytes)
  return decoded
}

/** As `decodeBody`, but undefined when more than `maxBytes` come out: what was decoded until then is thrown away.
 * @throws {Refusal} 400 `body_undecodable`, 415 `encoding_unsupported` */
export function decodeUpTo(
  body: Uint8Array,
  encoding: string | null,
  maxBytes: number,
): Uint8Array | undefined {
  const name = encoding?.trim().toLowerCase() ?? 'identity'
  if (name === 'identity' || name === '') return body.length > maxBytes ? undefined : body
  try {
    if (name === 'gzip' || name === 'x-gzip') return gunzipSync(body, { maxOutputLength: maxBytes })
    if (name === 'zstd') {
      return zstdDecompressSync(body, {
        maxOutputLength: maxBytes,
        params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
      })
    }
  } catch (cause) {
    if (errorCode(cause) === 'ERR_BUFFER_TOO_LARGE') return undefined
    throw new Refusal(400, 'body_undecodable', `The body is not ${name}, as its Content-Encoding says`, {
      cause,
    })
  }
  throw new Refusal(415, 'encoding_unsupported', 'Content-Encoding is none of identity, gzip and zstd', {
    headers: { 'accept-encoding': 'zstd, gzip, identity' },
  })
}
