import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TimeRange } from '@lumen/model/time'
import { quarantine } from '../hot/quarantine.ts'
import type { ColdFile } from './cold-file.ts'
import { COLD_FOLDER } from './cold-folder.ts'
import { coldPath } from './file/cold-path.ts'

/** Moves a listed file that is damaged out of the way. Answers what was done and what is lost, in a sentence. */
export function setAside(
  dir: string,
  file: Pick<ColdFile, 'entity' | 'name' | 'span'>,
  reason: string,
  now: number,
): string {
  const path = coldPath(COLD_FOLDER, file)
  const lost = `${spanText(file.span)} of ${file.entity} is lost as far as it was in it.`
  if (!existsSync(join(dir, path))) return `${path} is gone; ${lost}`
  return `${path} was damaged (${reason}); it was moved to ${quarantine(dir, [path], now, reason)}. ${lost}`
}

/** `2026-11-23` or `2026-11-01 to 2026-11-30`, UTC. */
function spanText({ from, to }: TimeRange): string {
  const day = (ts: number) => new Date(ts).toISOString().slice(0, 'yyyy-mm-dd'.length)
  const last = day(to - 1)
  return day(from) === last ? last : `${day(from)} to ${last}`
}
