import { dirname, join } from 'node:path'
import type { DownloadSource } from '@lumen/hub/downloads/builds'
import { executableName, platformName } from './platform.ts'
import { isCompiled } from './process.ts'

/** Where the hub takes builds from: the folder of --downloads, else `dist` beside the program, or what lies beside
 * it. The executable can always give itself. */
export function downloadSource(folder: string | null): DownloadSource {
  if (!isCompiled) return { folders: [folder ?? join(import.meta.dir, '../../../dist')] }
  const beside = dirname(process.execPath)
  return {
    folders: folder === null ? [beside, join(beside, 'dist')] : [folder],
    self: { name: executableName(platformName()), path: process.execPath },
  }
}
