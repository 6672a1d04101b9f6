import { fromFixedPoint } from '@lumen/model/fixed-point'
import { layoutOf, type Metric } from '@lumen/model/metric'
import type { EntityRow } from '@lumen/model/sample'
import { type ContainerNow, containerSchema, type HostContainers } from '@lumen/protocol/http/containers'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRegistry } from '../hosts/host-registry.ts'

const LAYOUT = layoutOf('container')
/** Members of the answer that are numbers, by their name in the catalogue. */
const NUMBERS = Object.keys(containerSchema.shape).flatMap((field): Metric[] => {
  const index = LAYOUT.indexOf.get(field)
  return index === undefined ? [] : [LAYOUT.metrics[index]!]
})
const WORDS = ['state', 'health', 'image', 'compose_project', 'started_at'] as const

/** Containers of every host that has some, from the newest readings in memory. Cost: the rows of those readings. */
export function fleetContainers(parts: { registry: HostRegistry; tsdb: Tsdb }): HostContainers[] {
  const found: HostContainers[] = []
  for (const { id } of parts.registry.list()) {
    const sample = parts.tsdb.latest(id)
    if (sample === undefined) continue
    const rows = sample.rows.filter(({ entity }) => entity === 'container')
    if (rows.length > 0) found.push({ host: id, ts: sample.ts, containers: rows.map(containerOf) })
  }
  return found
}

function containerOf(row: EntityRow): ContainerNow {
  const numbers: Record<string, number> = {}
  for (const { field, index, spec } of NUMBERS) {
    const value = fromFixedPoint(row.values[index] ?? Number.NaN, spec)
    if (value !== null) numbers[field] = value
  }
  const words: Partial<Record<(typeof WORDS)[number], string>> = {}
  for (const word of WORDS) {
    const text = row.attributes[word]
    if (text !== undefined && text !== '') words[word] = text
  }
  return { name: row.key, ...words, ...numbers }
}
