import { crc32 } from './crc32.ts'

/** What a record holds, told by the first byte of its payload. */
export const RECORD_KINDS = { header: 1, plain: 2, zstd: 3 } as const
export type RecordKind = (typeof RECORD_KINDS)[keyof typeof RECORD_KINDS]

export interface SpoolRecord {
  kind: number
  body: Uint8Array
  /** Where the next record begins. */
  end: number
}

/** Length and CRC, four bytes each, little-endian. */
const PREFIX_BYTES = 8
/** What a record takes beside its body. */
export const RECORD_OVERHEAD_BYTES = PREFIX_BYTES + 1
/** A length beyond this is damage: a batch is a few KB. */
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024

/** One record: length of the payload, CRC-32 of the payload, payload (kind, body). */
export function encodeRecord(kind: RecordKind, body: Uint8Array): Uint8Array {
  const record = new Uint8Array(PREFIX_BYTES + 1 + body.length)
  record[PREFIX_BYTES] = kind
  record.set(body, PREFIX_BYTES + 1)
  const view = new DataView(record.buffer)
  view.setUint32(0, 1 + body.length, true)
  view.setUint32(4, crc32(record.subarray(PREFIX_BYTES)), true)
  return record
}

/** The record at `start`, or undefined when what is there is none: torn, changed, or zeroes that a crash left. An
 * empty payload is none, or a run of zeroes would be a run of good records. */
export function decodeRecord(bytes: Uint8Array, start: number): SpoolRecord | undefined {
  if (start + PREFIX_BYTES + 1 > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(start, true)
  const payloadStart = start + PREFIX_BYTES
  const end = payloadStart + length
  if (length < 1 || length > MAX_PAYLOAD_BYTES || end > bytes.length) return undefined
  const payload = bytes.subarray(payloadStart, end)
  if (crc32(payload) !== view.getUint32(start + 4, true)) return undefined
  return { kind: payload[0]!, body: payload.subarray(1), end }
}
