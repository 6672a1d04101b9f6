import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { IntervalSet } from '@lumen/std/interval-set'
import { type Batch, decodeBatch } from './batch.ts'
import { decodeHeader, type SegmentHeader } from './header.ts'
import { decodeRecord, RECORD_KINDS } from './record.ts'

/** One file of a spool. */
export interface Segment {
  readonly number: number
  readonly path: string
  readonly header: SegmentHeader
  bytes: number
  /** Numbers of the frames in it, as far as it was read or written by this run. */
  readonly seqs: IntervalSet
  /** `seqs` is all there is. */
  isKnown: boolean
  /** When it was last written, on the steady clock. */
  writtenSteady: number
  /** This run wrote it. */
  readonly isOwn: boolean
}

/** Reads a segment's batches in order and stops for good at the first record that is torn or damaged. */
export class SegmentReader {
  readonly header: SegmentHeader | undefined
  readonly #bytes: Uint8Array
  #offset = 0
  #isDamaged = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    const first = decodeRecord(bytes, 0)
    if (first?.kind === RECORD_KINDS.header) this.header = decodeHeader(first.body)
    if (this.header === undefined) this.#isDamaged = true
    else this.#offset = first!.end
  }

  /** @throws the system's error when the file cannot be read */
  static open(path: string): SegmentReader {
    return new SegmentReader(readFileSync(path))
  }

  next(): Batch | undefined {
    if (this.#isDamaged || this.#offset === this.#bytes.length) return undefined
    const record = decodeRecord(this.#bytes, this.#offset)
    const batch = record === undefined ? undefined : decodeSafely(record.kind, record.body)
    if (batch === undefined) this.#isDamaged = true
    else this.#offset = record!.end
    return batch
  }

  /** Bytes that no good record holds, known once `next` has answered undefined. */
  get cutBytes(): number {
    return this.#isDamaged ? this.#bytes.length - this.#offset : 0
  }
}

function decodeSafely(kind: number, body: Uint8Array): Batch | undefined {
  try {
    return decodeBatch(kind, body)
  } catch {
    return undefined
  }
}

/** More than a header takes. */
const HEAD_BYTES = 16 * 1024

/** A segment that an earlier run left, from its header; undefined when that cannot be read.
 * @throws the system's error when the file cannot be read */
export function openSegment(
  file: { number: number; path: string },
  bytes: number,
  writtenSteady: number,
): Segment | undefined {
  const head = Buffer.alloc(Math.min(bytes, HEAD_BYTES))
  const fd = openSync(file.path, 'r')
  try {
    readSync(fd, head, 0, head.length, 0)
  } finally {
    closeSync(fd)
  }
  const { header } = new SegmentReader(head)
  if (header === undefined) return undefined
  return { ...file, header, bytes, writtenSteady, seqs: new IntervalSet(), isKnown: false, isOwn: false }
}
