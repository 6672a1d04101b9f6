import { ParseError } from '../parse-error.ts'

/** Bytes the ZFS cache holds, from `/proc/spl/kstat/zfs/arcstats` (OpenZFS kstat: name, type, data).
 * @throws {ParseError} `arcstats_malformed` without a `size` row. */
export function parseArcSize(text: string): number {
  const match = /^size\s+\d+\s+(\d+)\s*$/m.exec(text)
  if (match === null) throw new ParseError('arcstats', 'no row named size')
  return Number(match[1])
}
