import { readSync } from 'node:fs'

/** What the first bytes of SQLite's `-shm` file say of the log (sqlite.org/walformat.html, "The WAL-Index File Format").
 * In the byte order of the machine. */
export interface WalIndex {
  /** Valid frames in the log, the last one ending a transaction. */
  frames: number
  /** Pages of the database after them. */
  pages: number
  /** Frames that are in the database file already. */
  backfilled: number
  /** Of the log's present round; each frame of it carries the same eight bytes. */
  salt: Uint8Array
}

const HEADER_BYTES = 48
const BACKFILL_AT = 2 * HEADER_BYTES
/** A writer changes both copies within microseconds. */
const MOST_TRIES = 1_000

/** Reads it while others use it: the header is there twice, and is right when both are the same before and after.
 * Undefined when it never holds still. */
export function readWalIndex(fd: number): WalIndex | undefined {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const before = readStart(fd)
    const after = readStart(fd)
    if (before === undefined || after === undefined) continue
    if (Buffer.compare(before.header, after.header) !== 0) continue
    const view = new DataView(after.header.buffer, after.header.byteOffset)
    const isLittle = new Uint16Array(new Uint8Array([1, 0]).buffer)[0] === 1
    return {
      frames: view.getUint32(16, isLittle),
      pages: view.getUint32(20, isLittle),
      backfilled: before.backfilled(isLittle),
      salt: after.header.slice(32, 40),
    }
  }
  return undefined
}

function readStart(fd: number): { header: Uint8Array; backfilled(isLittle: boolean): number } | undefined {
  const bytes = new Uint8Array(BACKFILL_AT + 4)
  if (readSync(fd, bytes, 0, bytes.length, 0) !== bytes.length) return undefined
  const header = bytes.subarray(0, HEADER_BYTES)
  if (Buffer.compare(header, bytes.subarray(HEADER_BYTES, BACKFILL_AT)) !== 0) return undefined
  return { header, backfilled: (isLittle) => new DataView(bytes.buffer).getUint32(BACKFILL_AT, isLittle) }
}
