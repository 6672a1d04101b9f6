import { CATALOG, ENTITY_NAMES } from '@lumen/model/catalog'
import type { EntitySpec } from '@lumen/model/field'
import type { WireReadings } from '@lumen/protocol/agent/frame'

const MAX_KEY_LENGTH = 256
const MAX_ATTRIBUTE_LENGTH = 1024

type Row = Record<string, number | string | null | undefined>

/** Takes out of a frame what the hub would refuse the whole frame for: values outside the catalogue's bounds,
 * rows beyond an entity's limit, keys and words that are too long. Answers how many things had to go. */
export function removeUnbelievable(readings: WireReadings): number {
  let removed = 0
  for (const entity of ENTITY_NAMES) {
    const value = readings[entity]
    if (value === undefined) continue
    const spec: EntitySpec = CATALOG[entity]
    if (spec.keyTitle === null) {
      removed += cleanRow(value as Row, spec)
      continue
    }
    const rows = value as Record<string, Row>
    let kept = 0
    for (const key in rows) {
      if (key.length === 0 || key.length > MAX_KEY_LENGTH || kept === spec.maxRows) {
        delete rows[key]
        removed += 1
        continue
      }
      kept += 1
      removed += cleanRow(rows[key]!, spec)
    }
  }
  return removed
}

function cleanRow(row: Row, spec: EntitySpec): number {
  let removed = 0
  for (const name in row) {
    const value = row[name]
    if (typeof value === 'number') {
      const bounds = spec.fields[name]?.bounds
      if (bounds !== undefined && value >= bounds[0] && value <= bounds[1]) continue
      delete row[name]
      removed += 1
    } else if (typeof value === 'string' && value.length > MAX_ATTRIBUTE_LENGTH) {
      row[name] = value.slice(0, MAX_ATTRIBUTE_LENGTH)
      removed += 1
    }
  }
  return removed
}
