import type { EntityRow } from '@lumen/model/sample'
import { SECOND } from '@lumen/model/time'
import type { Reading } from './readings.ts'
import { percentOf, rowOf } from './row-of.ts'

/** A reading counts for so long: pvestatd's rounds of ten seconds drift, and a slot may pass between two of them. */
const COUNTS_MS = 25 * SECOND

interface Noted {
  atMs: number
  reading: Reading
}

/** What a cluster has as a whole: use of all processors, each node by its cores; memory of all nodes; and the fullest
 * storage. Of what was read lately alone: a node that is gone has no part in it, neither in what is used nor in what
 * there is. */
export class ClusterSums {
  readonly #nodes = new Map<string, Noted>()
  readonly #storages = new Map<string, Noted>()

  /** Readings come in the order of their time. */
  noteNode(name: string, atMs: number, reading: Reading): void {
    this.#nodes.set(name, { atMs, reading })
  }

  /** @param id tells a node's own storage from another's of that name */
  noteStorage(id: string, atMs: number, reading: Reading): void {
    this.#storages.set(id, { atMs, reading })
  }

  /** The cluster's host row at a time; undefined when no node was read lately. */
  row(atMs: number): EntityRow | undefined {
    const nodes = lately(this.#nodes, atMs)
    const storages = lately(this.#storages, atMs)
    if (nodes.length === 0) return undefined
    const busy = nodes.flatMap(({ cpu_current: share, cpu_max: cores }) =>
      share === undefined || cores === undefined ? [] : [{ used: share * cores, cores }],
    )
    const memory = nodes.flatMap(({ mem_used: used, mem_total: total }) =>
      used === undefined || total === undefined ? [] : [{ used, total }],
    )
    const cores = sum(busy.map((each) => each.cores))
    const usedBytes = sum(memory.map(({ used }) => used))
    const totalBytes = sum(memory.map(({ total }) => total))
    const full = storages.flatMap(({ disk_used, disk_total }) => percentOf(disk_used, disk_total) ?? [])
    return rowOf('host', '', {
      cpu_pct: percentOf(sum(busy.map(({ used }) => used)), cores),
      mem_used_bytes: memory.length === 0 ? undefined : usedBytes,
      mem_total_bytes: memory.length === 0 ? undefined : totalBytes,
      mem_pct: percentOf(usedBytes, totalBytes),
      disk_pct: full.length === 0 ? undefined : Math.max(...full),
    })
  }
}

/** What counts at a time; what is older is let go of. */
function lately(noted: Map<string, Noted>, atMs: number): Reading[] {
  for (const [key, each] of noted) if (atMs - each.atMs > COUNTS_MS) noted.delete(key)
  return Array.from(noted.values(), ({ reading }) => reading)
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)
