import type { EntityName } from '@lumen/model/catalog'
import type { Metric } from '@lumen/model/metric'
import { persistedMetrics } from '../persisted.ts'

/** `rollup_host`, `rollup_disk`… */
export function tableOf(entity: EntityName): string {
  return `rollup_${entity}`
}

/** `_n` is NULL when it equals the row's n; `_sum` is NULL when nothing was counted; `_max` where it is kept. */
export function columnsOf({ field, spec }: Metric): string[] {
  return [`${field}_n`, `${field}_sum`, ...(spec.keepsMax ? [`${field}_max`] : [])]
}

/** Inserts a row or merges it into the one there. */
export function upsertStatement(entity: EntityName): string {
  const columns = ['minute', 'series', 'n', ...persistedMetrics(entity).flatMap(columnsOf)]
  return (
    `INSERT INTO "${tableOf(entity)}" (${columns.map((column) => `"${column}"`).join(', ')}) ` +
    `VALUES (${columns.map(() => '?').join(', ')}) ${upsertClause(entity)}`
  )
}

/** What becomes of a row that is there already: count and sum add up, max is the larger (T3). */
export function upsertClause(entity: EntityName): string {
  const table = tableOf(entity)
  const metrics = persistedMetrics(entity)
  const total = 'n + excluded.n'
  const updates = metrics.flatMap(({ field, spec }) => {
    const n = (row: string) =>
      `CASE WHEN ${row}"${field}_sum" IS NULL THEN 0 ELSE coalesce(${row}"${field}_n", ${row}n) END`
    const own = `"${table}".`
    const sum = `"${field}_sum"`
    const max = `"${field}_max"`
    return [
      `"${field}_n" = CASE WHEN ${own}${sum} IS NULL AND excluded.${sum} IS NULL THEN NULL ` +
        `ELSE nullif(${n(own)} + ${n('excluded.')}, "${table}".${total}) END`,
      `${sum} = CASE WHEN ${own}${sum} IS NULL AND excluded.${sum} IS NULL THEN NULL ` +
        `ELSE coalesce(${own}${sum}, 0) + coalesce(excluded.${sum}, 0) END`,
      ...(spec.keepsMax
        ? [`${max} = max(coalesce(${own}${max}, excluded.${max}), coalesce(excluded.${max}, ${own}${max}))`]
        : []),
    ]
  })
  return `ON CONFLICT (minute, series) DO UPDATE SET ${[`n = "${table}".${total}`, ...updates].join(', ')}`
}
