import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { errorCode, errorMessage } from '@lumen/std/error'
import type { ColdFile } from '../cold-file.ts'
import { coldPath } from './cold-path.ts'
import { MAGIC } from './guard.ts'
import { inspectColdFile } from './inspect-cold-file.ts'
import { PageSource } from './page-source.ts'

/** Reads a listed file from end to end and checks every byte of it against a checksum or the manifest. Yields after
 * each page, so that who drives it can do something else between. Returns why the file is damaged, or null.
 * @throws what the file system throws, other than a file that is missing */
export function* verifyColdFile(folder: string, file: ColdFile): Generator<void, string | null, void> {
  try {
    checkEnds(folder, file)
    yield
    using source = new PageSource(folder, file)
    const { index } = source
    for (let page = 0; page < index.pageCount; page++)
      for (let column = 0; column < index.columns.length; column++) {
        const dictionary = index.dictionary(index.groupOf(page), column)
        if (dictionary.bytes > 0 && index.isFirstOfGroup(page)) source.check(column, dictionary)
        source.check(column, index.page(page, column))
        yield
      }
    return null
  } catch (error) {
    if (error instanceof RangeError || errorCode(error) === 'cold_file_damaged') return errorMessage(error)
    throw error
  }
}

/** Everything but the pages. */
function checkEnds(folder: string, file: ColdFile): void {
  const path = coldPath(folder, file)
  const found = inspectOrMissing(path)
  if (found.kind === 'damaged') throw new RangeError(found.reason)
  if (found.file.bytes !== file.bytes)
    throw new RangeError(`the file has ${found.file.bytes} bytes, the manifest says ${file.bytes}`)
  if (Buffer.compare(found.file.index, file.index) !== 0)
    throw new RangeError("the file's index is not the manifest's")
  const fd = openSync(path, 'r')
  try {
    const start = new Uint8Array(MAGIC.length)
    if (fstatSync(fd).size >= start.length) readSync(fd, start, 0, start.length, 0)
    if (Buffer.compare(start, MAGIC) !== 0) throw new RangeError('the file does not begin with PAR1')
  } finally {
    closeSync(fd)
  }
}

function inspectOrMissing(path: string) {
  try {
    return inspectColdFile(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new RangeError('the file is missing')
    throw error
  }
}
