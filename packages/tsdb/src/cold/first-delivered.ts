import { errorCode } from '@lumen/std/error'
import type { ColdFile } from './cold-file.ts'
import { indexOf } from './file/file-index.ts'
import { readColdFrames } from './file/read.ts'

/** The start of the first bucket of each host in these files, epoch ms. Files that cannot be read are left out.
 * @param folder the folder `cold/` */
export function firstDelivered(folder: string, files: readonly ColdFile[]): Map<number, number> {
  const first = new Map<number, number>()
  for (const file of files.filter(({ entity }) => entity === 'host')) {
    try {
      for (const host of hostsOf(file)) {
        const at = readColdFrames({ folder, file, host, range: file.span })?.time[0]
        if (at !== undefined) first.set(host, Math.min(at, first.get(host) ?? Number.POSITIVE_INFINITY))
      }
    } catch (thrown) {
      if (errorCode(thrown) !== 'cold_file_damaged') throw thrown
    }
  }
  return first
}

function hostsOf(file: ColdFile): Set<number> {
  const index = indexOf(file.index)
  return new Set(Array.from({ length: index.seriesCount }, (_, series) => index.host(series)))
}
