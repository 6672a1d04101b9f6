import { ENTITY_NAMES, type EntityName } from '@lumen/model/catalog'
import { findMetric, layoutOf } from '@lumen/model/metric'

export interface MetricGroup {
  entity: EntityName
  title: string
  metrics: { name: string; title: string }[]
}

/** Shares of something that has an end. */
const FILLING: readonly string[] = ['used_pct', 'inodes_pct', 'disk_pct', 'mem_pct', 'swap_pct']

/** What a threshold or a change can be of, by entity in the order of the catalogue: what is live only has no history to try
 * a rule on, so the hub takes none about it. */
export const METRIC_GROUPS: readonly MetricGroup[] = ENTITY_NAMES.map((entity) => {
  const { spec, metrics } = layoutOf(entity)
  const kept = metrics.filter((metric) => metric.spec.isPersisted)
  return { entity, title: spec.title, metrics: kept.map(({ name, spec: { title } }) => ({ name, title })) }
}).filter(({ metrics }) => metrics.length > 0)

/** What fills up, and is kept: history is what it is judged by. */
export const FILLING_GROUPS: readonly MetricGroup[] = METRIC_GROUPS.map((group) => ({
  ...group,
  metrics: group.metrics.filter(({ name }) => canFill(name)),
})).filter(({ metrics }) => metrics.length > 0)

export function canFill(name: string): boolean {
  const metric = findMetric(name)
  return metric?.spec.isPersisted === true && FILLING.includes(metric.field)
}

/** What tells the rows of a metric's entity apart (`mount point`), or null where a host has one. */
export function keyTitleOf(metric: string): string | null {
  const found = findMetric(metric)
  return found === undefined ? null : layoutOf(found.entity).spec.keyTitle
}
