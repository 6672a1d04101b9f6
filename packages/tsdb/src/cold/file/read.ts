import { intersect, type TimeRange } from '@lumen/model/time'
import { persistedMetrics } from '../../persisted.ts'
import type { Selection } from '../../tier.ts'
import type { ColdFile } from '../cold-file.ts'
import type { ColdSeries } from '../cold-series.ts'
import type { FileIndex } from './file-index.ts'
import { PageMemory } from './page-memory.ts'
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
  /** For the pages read; used again by the next call. */
  memory?: PageMemory
}

/** A host's rows of one file that start in the range, by key; series and fields without any are left out. Where two
 * selections name a key, it comes once with the fields of both. Reads only pages that hold such rows, and checks
 * each. @throws {LumenError} `cold_file_damaged`: nothing of the file is answered. */
export function readColdSeries(read: ColdRead): ColdSeries[] {
  const { folder, file, host, range } = read
  const selections = read.selections.filter((selection) => selection.entity === file.entity)
  if (selections.length === 0 || intersect(file.span, range) === undefined) return []
  using source = new PageSource(folder, file)
  const wanted = wantedSeries(source.index, host, selections)
  // Columns of several series are read by turns, of one each by itself.
  if (wanted.length === 1) source.share(read.memory ?? new PageMemory())
  const reader = new SeriesReader(source, file.entity)
  const found: ColdSeries[] = []
  for (const [series, fields] of wanted) {
    const persisted = persistedMetrics(file.entity).filter((metric) => fields.has(metric.index))
    const rows = reader.read(
      series,
      persisted.map((metric) => metric.index),
      range,
    )
    if (rows !== null) found.push(rows)
  }
  return found
}

/** Rows of one file that start in the range, of one selection's series of several hosts, each told as it is read. Every
 * page is decoded once, whoever's rows it holds. A file that turns out damaged may have told of some series by then.
 * @param read.hosts rising
 * @throws {LumenError} `cold_file_damaged` */
export function readFleetSeries(
  read: Omit<ColdRead, 'host' | 'selections' | 'memory'> & { hosts: readonly number[]; selection: Selection },
  tell: (series: ColdSeries) => void,
): void {
  const { folder, file, hosts, selection, range } = read
  if (selection.entity !== file.entity || intersect(file.span, range) === undefined) return
  using source = new PageSource(folder, file)
  const reader = new SeriesReader(source, file.entity)
  const fields = persistedMetrics(file.entity)
    .map((metric) => metric.index)
    .filter((index) => selection.fields.includes(index))
  for (const host of hosts) {
    for (const [series] of wantedSeries(source.index, host, [selection])) {
      const rows = reader.read(series, fields, range)
      if (rows !== null) tell(rows)
    }
  }
}

/** Which series to read, in file order, with the fields wanted of each. */
function wantedSeries(
  index: FileIndex,
  host: number,
  selections: readonly Selection[],
): [series: number, fields: Set<number>][] {
  const wanted = new Map<number, Set<number>>()
  for (const { key, fields } of selections) {
    const { from, to } = key === null ? index.seriesOf(host) : index.find(host, key)
    for (let series = from; series < to; series++) {
      const known = wanted.get(series)
      if (known === undefined) wanted.set(series, new Set(fields))
      else for (const field of fields) known.add(field)
    }
  }
  return [...wanted].sort(([a], [b]) => a - b)
}

/** How many frames a host delivered in each bucket of the range, of a file of `host`: `time` and `n` alone. null when
 * none. @throws {LumenError} `cold_file_damaged` */
export function readColdFrames(read: Omit<ColdRead, 'selections'>): Pick<ColdSeries, 'time' | 'n'> | null {
  return readColdSeries({ ...read, selections: [{ entity: 'host', key: null, fields: [] }] })[0] ?? null
}
