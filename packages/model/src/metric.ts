import { CATALOG, ENTITY_NAMES, type EntityName } from './catalog.ts'
import type { EntitySpec, FieldSpec } from './field.ts'

/** One number of the catalogue with its place: `index` is the position in an entity's value column. */
export interface Metric {
  entity: EntityName
  field: string
  /** `entity.field`, as the query call and alert rules spell it. */
  name: string
  index: number
  spec: FieldSpec
}

/** An entity with its fields in column order, looked up once. */
export interface EntityLayout {
  entity: EntityName
  spec: EntitySpec
  metrics: readonly Metric[]
  indexOf: ReadonlyMap<string, number>
}

const LAYOUTS = new Map<string, EntityLayout>(
  ENTITY_NAMES.map((entity) => {
    const spec: EntitySpec = CATALOG[entity]
    const metrics = Object.entries(spec.fields).map(
      ([field, fieldSpec], index): Metric => ({
        entity,
        field,
        name: `${entity}.${field}`,
        index,
        spec: fieldSpec,
      }),
    )
    return [entity, { entity, spec, metrics, indexOf: new Map(metrics.map((m) => [m.field, m.index])) }]
  }),
)

const METRICS = new Map<string, Metric>(
  [...LAYOUTS.values()].flatMap((layout) =>
    layout.metrics.map((metric): [string, Metric] => [metric.name, metric]),
  ),
)

export function layoutOf(entity: EntityName): EntityLayout {
  return LAYOUTS.get(entity)!
}

export function isEntityName(name: string): name is EntityName {
  return LAYOUTS.has(name)
}

/** `host.cpu_pct` → its metric; undefined when the catalogue has no such name. */
export function findMetric(name: string): Metric | undefined {
  return METRICS.get(name)
}

export function allMetrics(): Metric[] {
  return [...METRICS.values()]
}
