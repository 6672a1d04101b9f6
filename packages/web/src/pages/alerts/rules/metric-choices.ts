import { ENTITY_NAMES, type EntityName } from '@lumen/model/catalog'
import { findMetric, layoutOf } from '@lumen/model/metric'

export interface MetricGroup {
  entity: EntityName
  title: string
  metrics: { name: string; title: string }[]
}

/** Rows of these are told apart by rank or exist only while they are wrong: a number of them is nothing to watch. */
const UNWATCHED: readonly EntityName[] = ['process', 'unit']
/** Shares of something that has an end. */
const FILLING: readonly string[] = ['used_pct', 'inodes_pct', 'disk_pct', 'mem_pct', 'swap_pct']

/** What a threshold or a change can be of, by entity in the order of the catalogue. */
export const METRIC_GROUPS: readonly MetricGroup[] = ENTITY_NAMES.filter(
  (entity) => !UNWATCHED.includes(entity),
).map((entity) => {
  const { spec, metrics } = layoutOf(entity)
  return { entity, title: spec.title, metrics: metrics.map(({ name, spec: { title } }) => ({ name, title })) }
})

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
