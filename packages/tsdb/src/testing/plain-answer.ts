import { layoutOf, type Metric } from '@lumen/model/metric'
import { averageOf, EMPTY_ROLLUP, mergeRollups, type Rollup, rollupOf } from '@lumen/model/rollup'
import type { Sample } from '@lumen/model/sample'
import { bucketStart } from '@lumen/model/time'
import type { RangeAnswer } from '../api.ts'

/** By `entity.field key`. */
export type Answer = Record<string, { avg: number[]; max: number[] | null }>

/** Buckets computed the plain way from the frames themselves. */
export function plainAnswer(
  metrics: readonly Metric[],
  frames: Iterable<Sample>,
  t: readonly number[],
  stepMs: number,
): Answer {
  const indexOf = new Map(t.map((start, index) => [start, index]))
  const rollups = new Map<string, Rollup[]>()
  for (const { ts, rows } of frames) {
    const bucket = indexOf.get(bucketStart(ts, stepMs)) ?? -1
    for (const { entity, key, values } of rows) {
      for (const each of metrics.filter((m) => m.entity === entity)) {
        const name = `${each.name} ${key}`
        const column = rollups.get(name) ?? t.map(() => ({ ...EMPTY_ROLLUP }))
        if (bucket >= 0) column[bucket] = mergeRollups(column[bucket]!, rollupOf(values[each.index]!))
        rollups.set(name, column)
      }
    }
  }
  return Object.fromEntries(
    [...rollups]
      .filter(([name, column]) => name.startsWith('host.') || column.some((rollup) => rollup.count > 0))
      .map(([name, column]) => {
        const [entity, field] = name.split(' ')[0]!.split('.') as ['host', string]
        const { keepsMax } = layoutOf(entity).metrics[layoutOf(entity).indexOf.get(field)!]!.spec
        return [
          name,
          { avg: column.map(averageOf), max: keepsMax ? column.map((rollup) => rollup.max) : null },
        ]
      }),
  )
}

/** An answer in the same form. */
export function simplify(answer: RangeAnswer): Answer {
  return Object.fromEntries(
    answer.series.map(({ metric: { name }, key, avg, max }) => [
      `${name} ${key}`,
      { avg: [...avg], max: max === null ? null : [...max] },
    ]),
  )
}
