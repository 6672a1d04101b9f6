import type { Database } from 'bun:sqlite'
import { readdirSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DiskUsage } from '../budget/disk-usage.ts'
import { hotBytes, pageBytes } from './database.ts'

/** What the store takes of the disk now. A few system calls and two counts SQLite keeps in its header. */
export function measureDisk(db: Database, dir: string, coldBytes: number): DiskUsage {
  const { freelist_count: freePages } = db
    .query<{ freelist_count: number }, []>('PRAGMA freelist_count')
    .get()!
  const { bavail, blocks, bsize } = statfsSync(dir)
  const fileBytes = sizeOf(join(dir, 'hot.db'))
  const hotFileBytes = Math.max(hotBytes(db), fileBytes)
  return {
    hotFileBytes,
    hotPendingBytes: hotFileBytes - fileBytes,
    hotFreeBytes: freePages * pageBytes(db),
    walBytes: sizeOf(join(dir, 'hot.db-wal')),
    coldBytes,
    otherBytes: folderSize(dir, (name) => name !== 'cold' && name !== 'hot.db' && name !== 'hot.db-wal'),
    diskFreeBytes: bavail * bsize,
    diskTotalBytes: blocks * bsize,
  }
}

/** Sizes of the files in a folder and below, of those at its top that `isCounted`. */
function folderSize(dir: string, isCounted: (name: string) => boolean): number {
  let bytes = 0
  for (const entry of entriesOf(dir)) {
    if (!isCounted(entry.name)) continue
    const path = join(dir, entry.name)
    bytes += entry.isDirectory() ? folderSize(path, () => true) : sizeOf(path)
  }
  return bytes
}

function entriesOf(dir: string) {
  try {
    return readdirSync(dir, { withFileTypes: true })
  } catch {
    return []
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
