import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const COLD_FOLDER = 'cold'
export const UNFINISHED_SUFFIX = '.tmp'

export function isColdFile(name: string): boolean {
  return name.endsWith('.parquet')
}

/** Everything in the folders of the cold tier. */
export function coldEntries(dir: string): { folder: string; name: string }[] {
  const cold = join(dir, COLD_FOLDER)
  if (!existsSync(cold)) return []
  return readdirSync(cold, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: folder }) => readdirSync(join(cold, folder)).map((name) => ({ folder, name })))
}
