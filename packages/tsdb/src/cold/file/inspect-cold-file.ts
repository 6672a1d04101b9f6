import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { errorMessage } from '@lumen/std/error'
import { parquetMetadata } from 'hyparquet/src/metadata.js'
import type { ColdFile } from '../cold-file.ts'
import { type ColdFileMeta, metaFrom } from './cold-file-meta.ts'
import { FileIndex } from './file-index.ts'
import { GUARD_BYTES, isGuardOf, MAGIC } from './guard.ts'

export type Inspection =
  | { kind: 'sound'; file: ColdFile; meta: ColdFileMeta }
  /** Why it is no cold file that this program can read. */
  | { kind: 'damaged'; reason: string }

/** What a manifest needs to list the file, from the file's own end. Pages are not read: verifyColdFile does that.
 * @throws what the file system throws */
export function inspectColdFile(path: string): Inspection {
  const fd = openSync(path, 'r')
  try {
    return inspect(fd, basename(path, '.parquet'))
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'damaged', reason: errorMessage(error) }
    throw error
  } finally {
    closeSync(fd)
  }
}

function inspect(fd: number, name: string): Inspection {
  const bytes = fstatSync(fd).size
  const footer = readFooter(fd, bytes)
  // Behind its checksum the footer is what this format's writer wrote, so that parsing it needs no suspicion.
  const { key_value_metadata: pairs = [], row_groups: groups } = parquetMetadata(footer.withEnd)
  const values = new Map(pairs.map(({ key, value }) => [key, value ?? '']))
  const meta = metaFrom(values)
  const [indexAt = 0, indexBytes = 0] = (values.get('lumen.index') ?? '').split(' ').map(Number)
  if (indexAt + indexBytes !== footer.from - GUARD_BYTES)
    throw new RangeError('the index does not lie before the footer')
  const index = readAt(fd, indexAt, indexBytes)
  const { rows } = new FileIndex(index)
  const counted = groups.reduce((total, group) => total + Number(group.num_rows), 0)
  if (counted !== rows) throw new RangeError(`the footer counts ${counted} rows, the index ${rows}`)
  const { entity, level, span } = meta
  return { kind: 'sound', file: { name, entity, level, span, bytes, rows, index }, meta }
}

function readFooter(fd: number, size: number): { from: number; withEnd: Uint8Array } {
  const least = MAGIC.length * 2 + 4 + GUARD_BYTES
  if (size < least) throw new RangeError(`the file has ${size} bytes, the least are ${least}`)
  const end = readAt(fd, size - 8, 8)
  if (Buffer.compare(end.subarray(4), MAGIC) !== 0) throw new RangeError('the file does not end with PAR1')
  const length = new DataView(end.buffer).getUint32(0, true)
  const from = size - 8 - length
  if (from < MAGIC.length + GUARD_BYTES)
    throw new RangeError(`the footer's length, ${length}, is past the file`)
  const tail = readAt(fd, from - GUARD_BYTES, GUARD_BYTES + length + 8)
  const withEnd = tail.subarray(GUARD_BYTES)
  if (!isGuardOf(tail.subarray(0, GUARD_BYTES), withEnd.subarray(0, length)))
    throw new RangeError('the footer does not match its checksum')
  return { from, withEnd }
}

function readAt(fd: number, offset: number, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  let done = 0
  while (done < size) {
    const got = readSync(fd, bytes, done, size - done, offset + done)
    if (got === 0)
      throw new RangeError(`the file ends at byte ${offset + done}, ${offset + size} were wanted`)
    done += got
  }
  return bytes
}
