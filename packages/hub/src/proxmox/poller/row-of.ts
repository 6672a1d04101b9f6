import type { AttributeName, EntityName, FieldName } from '@lumen/model/catalog'
import { toFixedPoint } from '@lumen/model/fixed-point'
import { layoutOf } from '@lumen/model/metric'
import type { EntityRow } from '@lumen/model/sample'
import { MAX_ATTRIBUTE_LENGTH, MAX_KEY_LENGTH } from '@lumen/protocol/agent/frame'

/** One entity's row from values in catalogue units. What is undefined or beyond belief is missing, a share a little
 * over the whole is the whole; undefined when no value is left. */
export function rowOf<E extends EntityName>(
  entity: E,
  key: string,
  values: { readonly [F in FieldName<E>]?: number | undefined },
  words: { readonly [A in AttributeName<E>]?: string | undefined } = {},
): EntityRow | undefined {
  if (key.length > MAX_KEY_LENGTH) return undefined
  const layout = layoutOf(entity)
  const row = new Float64Array(layout.metrics.length).fill(Number.NaN)
  let isEmpty = true
  for (const [field, value] of Object.entries<number | undefined>(values)) {
    const metric = layout.metrics[layout.indexOf.get(field)!]!
    const [least, most] = metric.spec.bounds
    if (value === undefined || !(value >= least)) continue
    const believable = metric.spec.unit === 'percent' ? Math.min(value, most) : value
    if (believable > most) continue
    row[metric.index] = toFixedPoint(believable, metric.spec)
    isEmpty = false
  }
  if (isEmpty) return undefined
  const attributes: Record<string, string> = {}
  for (const [name, text] of Object.entries<string | undefined>(words)) {
    if (text !== undefined && text !== '') attributes[name] = text.slice(0, MAX_ATTRIBUTE_LENGTH)
  }
  return { entity, key, values: row, attributes }
}

/** Part of a whole in percent; undefined without a whole. */
export function percentOf(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined || whole <= 0 ? undefined : (100 * part) / whole
}
