import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const COLD_FOLDER = 'cold'
const SUFFIX = '.parquet'
export const UNFINISHED_SUFFIX = '.tmp'

/** Everything in the folders of the cold tier. */
export function coldEntries(dir: string): { folder: string; file: string }[] {
  const cold = join(dir, COLD_FOLDER)
  if (!existsSync(cold)) return []
  return readdirSync(cold, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: folder }) => readdirSync(join(cold, folder)).map((file) => ({ folder, file })))
}

/** A file's name from what it is called in its folder, undefined when it is none of ours. */
export function nameOf(file: string): string | undefined {
  return file.endsWith(SUFFIX) ? file.slice(0, -SUFFIX.length) : undefined
}
