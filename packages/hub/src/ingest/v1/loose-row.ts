import type { EntityName } from '@lumen/model/catalog'
import { toFixedPoint } from '@lumen/model/fixed-point'
import { layoutOf } from '@lumen/model/metric'
import type { EntityRow } from '@lumen/model/sample'
import { MAX_ATTRIBUTE_LENGTH, MAX_KEY_LENGTH } from '@lumen/protocol/agent/frame'

export type Loose = Record<string, unknown>

/** A row made of whatever can be used: numbers are clamped into their bounds, words cut to length, the rest is
 * missing and counted in `dropped`. */
export interface LooseRow {
  row: EntityRow
  dropped: number
}

export function looseRow(
  entity: EntityName,
  key: string,
  numbers: Readonly<Record<string, unknown>>,
  words: Readonly<Record<string, unknown>> = {},
): LooseRow {
  const layout = layoutOf(entity)
  const values = new Float64Array(layout.metrics.length).fill(Number.NaN)
  const attributes: Record<string, string> = {}
  let dropped = 0
  for (const [field, value] of Object.entries(numbers)) {
    if (value === undefined || value === null) continue
    const metric = layout.metrics[layout.indexOf.get(field)!]!
    if (typeof value !== 'number' || !Number.isFinite(value)) dropped += 1
    else values[metric.index] = toFixedPoint(clamp(value, metric.spec.bounds), metric.spec)
  }
  for (const [name, value] of Object.entries(words)) {
    if (value === undefined || value === null || value === '') continue
    if (typeof value === 'string') attributes[name] = value.slice(0, MAX_ATTRIBUTE_LENGTH)
    else dropped += 1
  }
  return { row: { entity, key: key.slice(0, MAX_KEY_LENGTH), values, attributes }, dropped }
}

function clamp(value: number, [min, max]: readonly [number, number]): number {
  return Math.min(max, Math.max(min, value))
}
