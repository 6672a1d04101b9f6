import { closeSync, openSync } from 'node:fs'

export const FOLDER_MODE = 0o700
export const FILE_MODE = 0o600

/** Makes the file, for its owner alone, where it is missing. SQLite would let everybody read it, and gives its WAL
 * the mode of the database. */
export function ensurePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', FILE_MODE))
}
