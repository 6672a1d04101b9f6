import { ENTITY_NAMES, type EntityName } from '@lumen/model/catalog'
import { layoutOf, type Metric } from '@lumen/model/metric'

/** Fields of an entity that are written, in column order. */
export function persistedMetrics(entity: EntityName): Metric[] {
  return layoutOf(entity).metrics.filter((metric) => metric.spec.isPersisted)
}

/** Entities with at least one field that is written, in the catalogue's order. */
export const PERSISTED_ENTITIES: ReadonlySet<EntityName> = new Set(
  ENTITY_NAMES.filter((entity) => persistedMetrics(entity).length > 0),
)

/** The others: what they carry lives in the RAM tier only. */
export const LIVE_ENTITIES: readonly EntityName[] = ENTITY_NAMES.filter(
  (entity) => !PERSISTED_ENTITIES.has(entity),
)
