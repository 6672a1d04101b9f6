import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, errorMessage } from '@lumen/std/error'
import type { Manifest } from '../hot/manifest.ts'
import { quarantine } from '../hot/quarantine.ts'
import type { ColdFile } from './cold-file.ts'
import { COLD_FOLDER, coldEntries, isColdFile, UNFINISHED_SUFFIX } from './cold-folder.ts'
import type { ColdFileMeta } from './file/cold-file-meta.ts'
import { coldPath } from './file/cold-path.ts'
import { type Inspection, inspectColdFile } from './file/inspect-cold-file.ts'
import { setAside } from './set-aside.ts'

/** A file in the folder that the manifest does not list. */
interface Stray {
  /** Relative to the data directory. */
  path: string
  found: { file: ColdFile; meta: ColdFileMeta }
}

/** What to change in the manifest, and what was found wrong, one sentence each. */
export interface ColdRepair {
  remove: string[]
  adopt: Stray['found'][]
  repairs: string[]
}

/** Makes folder and manifest agree; to be run at open, before anything is read. A file that is not listed was never
 * committed or has been replaced, which its commit number proves: it is deleted. What is damaged, of another store or
 * newer than the manifest is moved to quarantine. Costs a look at each file's size. */
export function repairColdFolder(dir: string, manifest: Manifest, now: number): ColdRepair {
  const listed = new Set(manifest.files().map((file) => coldPath(COLD_FOLDER, file)))
  const repair: ColdRepair = { remove: [], adopt: [], repairs: [] }
  for (const file of manifest.files()) {
    const reason = faultOf(dir, file)
    if (reason === null) continue
    repair.repairs.push(setAside(dir, file, reason, now))
    repair.remove.push(file.name)
  }
  const setStrayAside = (path: string, reason: string) => {
    const moved = quarantine(dir, [path], now, reason)
    repair.repairs.push(`${path} was not used (${reason}); it was moved to ${moved}.`)
  }
  const strays: Stray[] = []
  for (const { folder, name } of coldEntries(dir)) {
    const path = join(COLD_FOLDER, folder, name)
    if (name.endsWith(UNFINISHED_SUFFIX)) rmSync(join(dir, path), { force: true })
    else if (isColdFile(name) && !listed.has(path)) {
      const found = inspectStray(join(dir, path))
      if (found.kind === 'sound') strays.push({ path, found })
      else setStrayAside(path, found.reason)
    }
  }
  if (manifest.isNew && strays.length > 0) {
    const { kept, replaced, foreign } = sortStrays(strays)
    repair.adopt = kept.map(({ found }) => found)
    for (const { path } of replaced) rmSync(join(dir, path), { force: true })
    for (const { path } of foreign) setStrayAside(path, 'it belongs to another store')
    repair.repairs.push(
      `hot.db did not know the cold tier's files; it was told of ${kept.length}, from what they say of themselves.`,
    )
    return repair
  }
  for (const { path, found } of strays) {
    const { store, commit } = found.meta
    if (store !== manifest.store) setStrayAside(path, 'it belongs to another store')
    else if (commit > manifest.commitNo + 1) setStrayAside(path, 'it is newer than hot.db')
    else rmSync(join(dir, path), { force: true })
  }
  return repair
}

function inspectStray(path: string): Inspection {
  try {
    return inspectColdFile(path)
  } catch (thrown) {
    return { kind: 'damaged', reason: errorMessage(thrown) }
  }
}

/** What is wrong with a listed file by its size alone, null when nothing is. */
function faultOf(dir: string, file: Pick<ColdFile, 'entity' | 'name' | 'bytes'>): string | null {
  try {
    const { size } = statSync(join(dir, coldPath(COLD_FOLDER, file)))
    return size === file.bytes ? null : `it has ${size} bytes instead of ${file.bytes}`
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT') throw thrown
    return 'it is missing'
  }
}

/** Without a manifest the files tell by themselves: they are of the store that most of them name, and what another of
 * them replaces does not count. */
function sortStrays(strays: readonly Stray[]): { kept: Stray[]; replaced: Stray[]; foreign: Stray[] } {
  const byStore = Map.groupBy(strays, ({ found }) => found.meta.store)
  const own = [...byStore.values()].reduce((most, some) => (some.length > most.length ? some : most))
  const gone = new Set(own.flatMap(({ found }) => found.meta.replaces))
  return {
    kept: own.filter(({ found }) => !gone.has(found.file.name)),
    replaced: own.filter(({ found }) => gone.has(found.file.name)),
    foreign: strays.filter((stray) => !own.includes(stray)),
  }
}
