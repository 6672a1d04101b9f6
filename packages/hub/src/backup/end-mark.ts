import { createHash } from 'node:crypto'
import { damaged } from './manifest.ts'

/** A skippable frame (RFC 8878, 3.1.2): programs that read zstd pass over it. */
const MAGIC = [0x50, 0x2a, 0x4d, 0x18]
const LABEL = 'lumen backup ends here, sha256 '
const TEXT_BYTES = LABEL.length + 64
const MARK_BYTES = 8 + TEXT_BYTES

/** Passes compressed data on and puts a mark after it that holds its SHA-256: proof that nothing is missing, wherever
 * the file is cut, and that no byte changed, decompressed or not. */
export async function* markEnd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of source) {
    hash.update(chunk)
    yield chunk
  }
  const mark = Buffer.alloc(MARK_BYTES)
  mark.set(MAGIC)
  mark.writeUInt32LE(TEXT_BYTES, 4)
  mark.write(LABEL + hash.digest('hex'), 8, 'latin1')
  yield mark
}

/** The same data without the mark.
 * @throws {LumenError} `backup_damaged` at the end, when the mark is missing or names another hash */
export async function* checkEnd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let kept = Buffer.alloc(0)
  for await (const chunk of source) {
    const joined = Buffer.concat([kept, chunk])
    const out = joined.subarray(0, Math.max(0, joined.length - MARK_BYTES))
    kept = joined.subarray(out.length)
    if (out.length === 0) continue
    hash.update(out)
    yield out
  }
  const isMark =
    kept.length === MARK_BYTES &&
    MAGIC.every((byte, at) => kept[at] === byte) &&
    kept.readUInt32LE(4) === TEXT_BYTES &&
    kept.toString('latin1', 8, 8 + LABEL.length) === LABEL
  if (!isMark) throw damaged('it ends early')
  if (kept.toString('latin1', 8 + LABEL.length) !== hash.digest('hex')) {
    throw damaged('its bytes are not those that were written')
  }
}
