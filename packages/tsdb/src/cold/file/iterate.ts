import { persistedMetrics } from '../../persisted.ts'
import type { ColdFile } from '../cold-file.ts'
import type { ColdSeries } from '../cold-series.ts'
import { PageSource } from './page-source.ts'
import { SeriesReader } from './series-reader.ts'

/** Every series of a file with all its fields, in file order, without those of `dropHosts`. In memory are one
 * encoded page a column and the series at hand. @throws {LumenError} `cold_file_damaged` */
export function* iterateColdFile(
  folder: string,
  file: ColdFile,
  options: { dropHosts?: ReadonlySet<number> } = {},
): Generator<ColdSeries, void, void> {
  using source = new PageSource(folder, file)
  const { index } = source
  const reader = new SeriesReader(source, file.entity)
  const fields = persistedMetrics(file.entity).map((metric) => metric.index)
  for (let series = 0; series < index.seriesCount; series++) {
    if (options.dropHosts?.has(index.host(series))) continue
    const rows = reader.read(series, fields, null)
    if (rows !== null) yield rows
  }
}
