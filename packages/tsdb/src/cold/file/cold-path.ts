import { join } from 'node:path'
import type { ColdFile } from '../cold-file.ts'

/** Where a file is below the folder `cold/`. */
export function coldPath(folder: string, file: Pick<ColdFile, 'entity' | 'name'>): string {
  return join(folder, file.entity, `${file.name}.parquet`)
}
