import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { syncFolder } from '@lumen/std/sync-folder'
import { FILE_MODE, FOLDER_MODE } from './private-file.ts'

const QUARANTINE = 'quarantine'

/** Beside each file in `quarantine/`: why it is there. */
export const REASON_SUFFIX = '.reason'

/** Moves files aside, writes the reason beside the first and makes that durable. Names are relative to `dir`; a file
 * in a folder gets the folder's names before its own. Answers where the first one went, relative to `dir`. */
export function quarantine(dir: string, names: readonly string[], now: number, reason: string): string {
  const target = join(dir, QUARANTINE)
  mkdirSync(target, { recursive: true, mode: FOLDER_MODE })
  const present = names.filter((name) => existsSync(join(dir, name)))
  const flat = (name: string) => name.split(/[/\\]/).join('-')
  const free = (suffix: string) => present.every((name) => !existsSync(join(target, flat(name) + suffix)))
  let suffix = `-${now}`
  for (let attempt = 1; !free(suffix); attempt++) suffix = `-${now}-${attempt}`
  const first = `${flat(present[0]!)}${suffix}`
  writeReason(target, first, reason)
  for (const name of present) renameSync(join(dir, name), join(target, flat(name) + suffix))
  const folders = new Set(present.map((name) => join(dir, name, '..')))
  for (const folder of [target, ...folders]) syncFolder(folder)
  return join(basename(target), first)
}

/** Of a file that is in `quarantine/` or about to be. */
export function writeReason(folder: string, name: string, reason: string): void {
  writeFileSync(join(folder, name + REASON_SUFFIX), `${reason}\n`, { flush: true, mode: FILE_MODE })
}
