import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { FOLDER_MODE } from '../../hot/private-file.ts'
import { syncFolder } from '../../hot/sync-folder.ts'
import type { ColdFile } from '../cold-file.ts'
import type { ColdSeries } from '../cold-series.ts'
import type { ColdFileMeta } from './cold-file-meta.ts'
import { FileOutput } from './file-output.ts'
import { FileWriter } from './file-writer.ts'

/** What has been done when `reach` is called: all bytes handed to the kernel, on the disk, under their name, the
 * name on the disk. */
export type WriteStep = 'written' | 'fsynced' | 'renamed' | 'folder-fsynced'

export interface WriteOptions {
  /** Where the file is to be, `….parquet`; its folder is made where it is missing. */
  path: string
  meta: ColdFileMeta
  /** A host's name now. */
  hostName: (host: number) => string
  /** Sorted by host, key (key-order.ts), each once; taken one at a time. */
  series: Iterable<ColdSeries>
  /** Called after each step; what it throws ends the writing as a fault there would. */
  reach?: (step: WriteStep) => void
}

/** Writes a cold file and makes it durable; nobody lists it yet. Memory is bounded whatever its size: one page of
 * rows and the encoded pages of one row group, 24 MB at most beside the series at hand and the file's distinct keys. After a fault neither the
 * file nor `path + '.tmp'` is left.
 * @throws {LumenError} `cold_series_unsorted`, `cold_value_unfit`
 * @throws what the file system throws (ENOSPC…) */
export function writeColdFile(options: WriteOptions): ColdFile {
  const { path, meta, reach = () => {} } = options
  const temporary = `${path}.tmp`
  makeFolder(dirname(path))
  const output = new FileOutput(temporary)
  let isRenamed = false
  try {
    const writer = new FileWriter(output, meta, options.hostName)
    for (const series of options.series) writer.add(series)
    const { rows, index } = writer.finish()
    output.flush()
    reach('written')
    output.sync()
    reach('fsynced')
    output.close()
    renameSync(temporary, path)
    isRenamed = true
    reach('renamed')
    syncFolder(dirname(path))
    reach('folder-fsynced')
    const { entity, level, span } = meta
    return { name: basename(path, '.parquet'), entity, level, span, bytes: output.position, rows, index }
  } catch (error) {
    output.close()
    rmSync(isRenamed ? path : temporary, { force: true })
    throw error
  }
}

function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: FOLDER_MODE })
  if (first !== undefined) syncFolder(dirname(first))
}
