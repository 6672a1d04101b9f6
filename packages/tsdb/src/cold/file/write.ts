import type { ColdFile } from '../cold-file.ts'
import type { ColdSeries } from '../cold-series.ts'
import { FileWriter } from './file-writer.ts'
import { type PutOptions, putFile } from './put-file.ts'

export interface WriteOptions extends PutOptions {
  /** Sorted by host, key (key-order.ts), each once; taken one at a time. */
  series: Iterable<ColdSeries>
}

/** Writes a cold file and makes it durable; nobody lists it yet. Memory is bounded whatever its size: one page of
 * rows and the encoded pages of one row group, 24 MB at most beside the series at hand and the file's distinct keys. After a fault neither the
 * file nor `path + '.tmp'` is left.
 * @throws {LumenError} `cold_series_unsorted`, `cold_value_unfit`
 * @throws what the file system throws (ENOSPC…) */
export function writeColdFile(options: WriteOptions): ColdFile {
  return putFile(options, (output) => {
    const writer = new FileWriter(output, options.meta, options.hostName)
    for (const series of options.series) writer.add(series)
    return writer.finish()
  })
}
