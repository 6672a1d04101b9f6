import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { syncFolder } from '@lumen/std/sync-folder'
import { FOLDER_MODE } from '../../hot/private-file.ts'
import type { ColdFile } from '../cold-file.ts'
import type { ColdFileMeta } from './cold-file-meta.ts'
import { FileOutput } from './file-output.ts'

/** What has been done when `reach` is called: all bytes handed to the kernel, on the disk, under their name, the
 * name on the disk. */
export type WriteStep = 'written' | 'fsynced' | 'renamed' | 'folder-fsynced'

export interface PutOptions {
  /** Where the file is to be, `….parquet`; its folder is made where it is missing. */
  path: string
  meta: ColdFileMeta
  /** A host's name now. */
  hostName: (host: number) => string
  /** Called after each step; what it throws ends the writing as a fault there would. */
  reach?: (step: WriteStep) => void
}

/** Makes what `fill` writes a durable file; nobody lists it yet. After a fault neither the file nor `path + '.tmp'` is
 * left. @throws what `fill`, `reach` and the file system throw (ENOSPC…) */
export function putFile(
  { path, meta, reach = () => {} }: PutOptions,
  fill: (output: FileOutput) => Pick<ColdFile, 'rows' | 'index'>,
): ColdFile {
  const temporary = `${path}.tmp`
  makeFolder(dirname(path))
  const output = new FileOutput(temporary)
  let isRenamed = false
  try {
    const { rows, index } = fill(output)
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
