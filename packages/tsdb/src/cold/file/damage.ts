import { LumenError } from '@lumen/std/error'

/** A cold file is not what was written. The message names the file, the column and the place. */
export function damaged(
  name: string,
  place: { column: string; offset: number } | null,
  reason: string,
  cause?: unknown,
): LumenError {
  const where = place === null ? '' : `, column ${place.column} at byte ${place.offset}`
  return new LumenError('cold_file_damaged', `Cannot read ${name}${where}: ${reason}`, { cause })
}
