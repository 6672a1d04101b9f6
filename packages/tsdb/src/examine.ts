import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type DiskUsage, folderBytes } from './budget/disk-usage.ts'
import { COLD_FOLDER, coldEntries, UNFINISHED_SUFFIX } from './cold/cold-folder.ts'
import { coldPath } from './cold/file/cold-path.ts'
import { verifyColdFile } from './cold/file/verify.ts'
import { listQuarantine, type QuarantinedFile } from './hot/list-quarantine.ts'
import { Manifest } from './hot/manifest.ts'
import { measureDisk } from './hot/measure-disk.ts'

/** What is wrong in a store's folder. */
export interface StoreExamination {
  quarantine: QuarantinedFile[]
  cold: { files: number; bytes: number }
  /** Listed files that are damaged or gone, with why. */
  damaged: { file: string; reason: string }[]
  /** Files in the folders of the cold tier that the manifest does not know. */
  unlisted: string[]
  usage: DiskUsage
  usedBytes: number
}

/** Looks at a store without changing it, beside a running hub if need be; null without a hot.db of this format.
 * Reads every cold file. @throws what SQLite throws where hot.db cannot be read */
export function examineStore(dir: string): StoreExamination | null {
  const path = join(dir, 'hot.db')
  if (!existsSync(path)) return null
  const db = new Database(path, { readonly: true })
  try {
    if (db.query("SELECT 1 FROM sqlite_schema WHERE name = 'cold_file'").get() === null) return null
    const manifest = new Manifest(db)
    const files = manifest.files()
    const damaged = files.flatMap(({ name }) => {
      const reason = damageOf(dir, manifest, name)
      return reason === null ? [] : [{ file: name, reason }]
    })
    // A running hub may have listed or replaced files meanwhile.
    manifest.load()
    const listed = new Set(manifest.files().map((file) => coldPath(COLD_FOLDER, file)))
    const unlisted = coldEntries(dir)
      .map(({ folder, name }) => join(COLD_FOLDER, folder, name))
      .filter((path) => !path.endsWith(UNFINISHED_SUFFIX) && !listed.has(path))
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    const usage = measureDisk(db, dir, bytes)
    return {
      quarantine: listQuarantine(dir),
      cold: { files: files.length, bytes },
      damaged: damaged.filter(({ file }) => manifest.find(file) !== undefined),
      unlisted,
      usage,
      usedBytes: folderBytes(usage),
    }
  } finally {
    db.close()
  }
}

function damageOf(dir: string, manifest: Manifest, name: string): string | null {
  const file = manifest.find(name)
  if (file === undefined) return null
  const steps = verifyColdFile(join(dir, COLD_FOLDER), { ...file, index: manifest.indexOf(name) })
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
