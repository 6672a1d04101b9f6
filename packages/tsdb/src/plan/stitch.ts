import { layoutOf, type Metric } from '@lumen/model/metric'
import type { RangeSeries } from '../api.ts'
import type { BucketColumn, BucketSet } from './bucket-set.ts'

/** Rollups → the series asked for. A metric of an entity without a key is always answered; of one with keys,
 * every key that has a value, or the one asked for. Missing is NaN (T5). Pure. */
export function stitch(set: BucketSet, metrics: readonly Metric[], key: string | null): RangeSeries[] {
  return metrics.flatMap((metric) => {
    const keys = keysOf(set, metric, key)
    return keys.map((each) => toSeries(metric, each, set.find(metric.entity, each, metric.index), set))
  })
}

function keysOf(set: BucketSet, { entity, index }: Metric, key: string | null): string[] {
  if (layoutOf(entity).spec.keyTitle === null) return key === null || key === '' ? [''] : []
  if (key !== null) return [key]
  return set
    .columns()
    .filter((column) => column.entity === entity && column.field === index)
    .map((column) => column.key)
    .sort()
}

function toSeries(
  metric: Metric,
  key: string,
  column: BucketColumn | undefined,
  set: BucketSet,
): RangeSeries {
  const avg = new Float64Array(set.grid.buckets).fill(Number.NaN)
  const max = metric.spec.keepsMax ? avg.slice() : null
  for (let index = 0; column !== undefined && index < avg.length; index++) {
    const count = column.count[index]!
    if (count === 0) continue
    avg[index] = column.sum[index]! / count
    if (max !== null) max[index] = column.max[index]!
  }
  return { metric, key, avg, max }
}
