import { layoutOf, type Metric } from '@lumen/model/metric'
import type { Sample } from '@lumen/model/sample'
import { bucketStart, MINUTE } from '@lumen/model/time'
import type { RangeAnswer, RangeSeries } from '@lumen/tsdb/api'

interface Cell {
  count: number
  sum: number
  max: number
}

/** What hosts read of some metrics, by the minute, kept apart from everything under test: answers about any range
 * and step must agree with it to the last digit. */
export class HistoryCheck {
  readonly #metrics: readonly Metric[]
  /** By host, metric and key, then by minute. */
  readonly #series = new Map<string, Map<number, Cell>>()

  constructor(metrics: readonly Metric[]) {
    this.#metrics = metrics
  }

  /** Counts one sample; fits `SimulatedHistoryOptions.onSample`. */
  readonly count = (host: number, { ts, rows }: Sample): void => {
    const minute = bucketStart(ts, MINUTE)
    for (const metric of this.#metrics) {
      for (const { entity, key, values } of rows) {
        const value = values[metric.index]!
        if (entity !== metric.entity || Number.isNaN(value)) continue
        addTo(this.#cells(host, metric, key), minute, { count: 1, sum: value, max: value })
      }
    }
  }

  /** Everything in which a host's answer departs from what was read, at most `limit` sentences. */
  differences(host: number, answer: RangeAnswer, limit = 10): string[] {
    return answer.series.flatMap((series) => this.#seriesDifferences(host, answer, series)).slice(0, limit)
  }

  /** The keys of a metric that any sample of the host had, sorted; `['']` where the entity has none. */
  keys(host: number, metric: Metric): string[] {
    const prefix = `${host} ${metric.name} `
    const found = [...this.#series.keys()].filter((name) => name.startsWith(prefix))
    return layoutOf(metric.entity).spec.keyTitle === null
      ? ['']
      : found.map((name) => name.slice(prefix.length)).sort()
  }

  #seriesDifferences(host: number, { t, stepMs }: RangeAnswer, { metric, key, avg, max }: RangeSeries) {
    const wanted = new Map<number, Cell>()
    const from = t[0] ?? 0
    const to = from + t.length * stepMs
    for (const [minute, cell] of this.#cells(host, metric, key)) {
      if (minute >= from && minute < to) addTo(wanted, bucketStart(minute, stepMs), cell)
    }
    return t.flatMap((start, index) => {
      const cell = wanted.get(start)
      const value = cell === undefined ? Number.NaN : cell.sum / cell.count
      if (isSame(avg[index], value) && (max === null || isSame(max[index], cell?.max ?? Number.NaN)))
        return []
      const at = `host ${host} ${metric.name}[${key}] ${new Date(start).toISOString()} in steps of ${stepMs} ms`
      return [`${at}: answered ${avg[index]} (max ${max?.[index]}), read ${value} (max ${cell?.max})`]
    })
  }

  #cells(host: number, metric: Metric, key: string): Map<number, Cell> {
    const name = `${host} ${metric.name} ${key}`
    let cells = this.#series.get(name)
    if (cells === undefined) {
      cells = new Map()
      this.#series.set(name, cells)
    }
    return cells
  }
}

/** NaN is missing, in both. */
function isSame(a: number | undefined, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}

function addTo(cells: Map<number, Cell>, start: number, { count, sum, max }: Cell): void {
  const cell = cells.get(start)
  if (cell === undefined) {
    cells.set(start, { count, sum, max })
    return
  }
  cell.count += count
  cell.sum += sum
  cell.max = Math.max(cell.max, max)
}
