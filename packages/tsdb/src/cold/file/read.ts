import { intersect, type TimeRange } from '@lumen/model/time'
import { persistedMetrics } from '../../persisted.ts'
import type { Selection } from '../../tier.ts'
import type { ColdFile } from '../cold-file.ts'
import type { ColdSeries } from '../cold-series.ts'
import { PageSource } from './page-source.ts'
import { SeriesReader } from './series-reader.ts'

export interface ColdRead {
  /** The folder `cold/`. */
  folder: string
  file: ColdFile
  host: number
  /** Those of other entities are passed over. With no field: frame counts alone. */
  selections: readonly Selection[]
  range: TimeRange
}

/** A host's rows of one file that start in the range, by key; series and fields without any are left out. Where two
 * selections name a key, it comes once with the fields of both. Reads only pages that hold such rows, and checks
 * each. @throws {LumenError} `cold_file_damaged`: nothing of the file is answered. */
export function readColdSeries(read: ColdRead): ColdSeries[] {
  const { folder, file, host, range } = read
  const selections = read.selections.filter((selection) => selection.entity === file.entity)
  if (selections.length === 0 || intersect(file.span, range) === undefined) return []
  using source = new PageSource(folder, file)
  const { index } = source
  const reader = new SeriesReader(source, file.entity)
  const persisted = new Set(persistedMetrics(file.entity).map((metric) => metric.index))
  const found: ColdSeries[] = []
  const { from, to } = index.seriesOf(host)
  for (let series = from; series < to; series++) {
    const wanted = selections.filter(({ key }) => key === null || key === index.key(series))
    if (wanted.length === 0) continue
    const fields = new Set(
      wanted.flatMap((selection) => selection.fields).filter((each) => persisted.has(each)),
    )
    const rows = reader.read(series, [...fields], range)
    if (rows !== null) found.push(rows)
  }
  return found
}

/** How many frames a host delivered in each bucket of the range, of a file of `host`: `time` and `n` alone. null when
 * none. @throws {LumenError} `cold_file_damaged` */
export function readColdFrames(read: Omit<ColdRead, 'selections'>): Pick<ColdSeries, 'time' | 'n'> | null {
  return readColdSeries({ ...read, selections: [{ entity: 'host', key: null, fields: [] }] })[0] ?? null
}
