import { layoutOf } from '@lumen/model/metric'
import { EMPTY_ROLLUP, mergeRollups, type Rollup, rollupOf } from '@lumen/model/rollup'
import type { Sample } from '@lumen/model/sample'
import { bucketStart, MINUTE } from '@lumen/model/time'
import type { StoredRollup } from '../inspect.ts'

/** What the hot tier must hold of these frames, computed the plain way. */
export function rollupsOf(host: number, samples: readonly Sample[]): StoredRollup[] {
  const byName = new Map<
    string,
    Omit<StoredRollup, 'count' | 'sum' | 'max'> & { rollup: Rollup; keepsMax: boolean }
  >()
  for (const { ts, rows } of samples) {
    const t = bucketStart(ts, MINUTE)
    for (const { entity, key, values } of rows) {
      for (const { field, index, spec } of layoutOf(entity).metrics) {
        if (!spec.isPersisted || Number.isNaN(values[index]!)) continue
        const name = `${t} ${entity} ${key} ${field}`
        const known = byName.get(name)
        const rollup = mergeRollups(known?.rollup ?? EMPTY_ROLLUP, rollupOf(values[index]!))
        byName.set(name, { host, entity, key, field, t, rollup, keepsMax: spec.keepsMax })
      }
    }
  }
  return [...byName.values()].map(({ rollup: { count, sum, max }, keepsMax, ...place }) => ({
    ...place,
    count,
    sum,
    max: keepsMax ? max : null,
  }))
}
