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

const MISSING = 'it is missing'

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
  /** Listed files that are not in their place. */
  missing: string[]
  repairs: string[]
}

/** Makes folder and manifest agree; to be run at open, before anything is read. A file that is not listed was never
 * committed or has been replaced, which its commit number proves: it is deleted. What is damaged, of another store or
 * newer than the manifest is moved to quarantine. Costs a look at each file's size. */
export function repairColdFolder(dir: string, manifest: Manifest, now: number): ColdRepair {
  const repair: ColdRepair = { remove: [], adopt: [], missing: [], repairs: [] }
  const discard = ({ path }: Stray) => rmSync(join(dir, path), { force: true })
  const setStrayAside = (path: string, reason: string) => {
    const moved = quarantine(dir, [path], now, reason)
    repair.repairs.push(`${path} was not used (${reason}); it was moved to ${moved}.`)
  }
  let strays = findStrays(dir, manifest, setStrayAside)
  if (manifest.isNew && strays.length > 0) {
    const { kept, replaced, foreign } = sortStrays(strays)
    repair.adopt = kept.map(({ found }) => found)
    replaced.forEach(discard)
    for (const { path } of foreign) setStrayAside(path, 'it belongs to another store')
    repair.repairs.push(
      `hot.db did not know the cold tier's files; it was told of ${kept.length}, from what they say of themselves.`,
    )
    return repair
  }
  const faults = new Map(manifest.files().map((file) => [file.name, faultOf(dir, file)]))
  for (const stray of strays.filter(({ found }) => hasReplaced(found.meta, manifest, faults))) {
    const { replaces } = stray.found.meta
    repair.adopt.push(stray.found)
    repair.remove.push(...replaces)
    for (const name of replaces) {
      faults.delete(name)
      rmSync(join(dir, coldPath(COLD_FOLDER, manifest.find(name)!)), { force: true })
    }
    repair.repairs.push(
      `hot.db had lost that ${stray.path} took the place of ${replaces.length} files; it was told.`,
    )
    strays = strays.filter((each) => each !== stray)
  }
  const isBack = ({ found }: Stray) =>
    found.meta.store === manifest.store && manifest.missing.has(found.file.name)
  for (const stray of strays.filter(isBack)) {
    repair.adopt.push(stray.found)
    repair.repairs.push(`${stray.path} had been missing and is there again; it is used again.`)
  }
  strays = strays.filter((stray) => !isBack(stray))
  for (const [name, fault] of faults) {
    if (fault === null) continue
    if (fault === MISSING) repair.missing.push(name)
    repair.repairs.push(setAside(dir, manifest.find(name)!, fault, now))
    repair.remove.push(name)
  }
  for (const stray of strays) {
    const { store, commit } = stray.found.meta
    if (store !== manifest.store) setStrayAside(stray.path, 'it belongs to another store')
    else if (commit > manifest.commitNo + 1) setStrayAside(stray.path, 'it is newer than hot.db')
    else if (repair.missing.length > 0) setStrayAside(stray.path, 'hot.db lists others, which are missing')
    else discard(stray)
  }
  return repair
}

/** Sound files that are not listed. Others are set aside, and what is half written is deleted. */
function findStrays(
  dir: string,
  manifest: Manifest,
  setStrayAside: (path: string, reason: string) => void,
): Stray[] {
  const listed = new Set(manifest.files().map((file) => coldPath(COLD_FOLDER, file)))
  return coldEntries(dir).flatMap(({ folder, name }): Stray[] => {
    const path = join(COLD_FOLDER, folder, name)
    if (name.endsWith(UNFINISHED_SUFFIX)) rmSync(join(dir, path), { force: true })
    if (!isColdFile(name) || listed.has(path)) return []
    const found = inspectStray(join(dir, path))
    if (found.kind === 'sound') return [{ path, found }]
    setStrayAside(path, found.reason)
    return []
  })
}

/** Whether the file took the place of listed ones, though the manifest has lost that with its last writes (a WAL that
 * was damaged): files are deleted only after the commit by which another replaces them. It may hold nothing but what
 * is listed, or it would count twice what the hot tier still has. */
function hasReplaced(
  { store, replaces }: ColdFileMeta,
  manifest: Manifest,
  faults: ReadonlyMap<string, string | null>,
): boolean {
  return (
    store === manifest.store &&
    replaces.every((name) => faults.has(name)) &&
    replaces.some((name) => faults.get(name) === MISSING)
  )
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
    return MISSING
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
