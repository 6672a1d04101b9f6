import type { GroupReader } from '../cgroup/read-group.ts'
import type { KnownContainer } from './engines.ts'
import type { ContainerGroup } from './group-finder.ts'
import { type Candidate, selectBusiest } from './select.ts'

const RANK_EVERY_MS = 60_000

/** Which containers get a row where there are more than a frame takes: running ones before others, the busiest of the
 * last minute before idle ones. The choice stands for a minute; newcomers take places that became free. */
export class Ranking {
  readonly maxRows: number
  readonly #reader: GroupReader
  #shown: ReadonlySet<string> = new Set()
  #usedUs = new Map<string, number>()
  #rankedAt = Number.NEGATIVE_INFINITY

  constructor(reader: GroupReader, maxRows: number) {
    this.#reader = reader
    this.maxRows = maxRows
  }

  /** Ids that get a row, and how many are left without. Cost: nothing where all fit, else a file for each container
   * once a minute. */
  choose(
    groups: ReadonlyMap<string, ContainerGroup>,
    known: ReadonlyMap<string, KnownContainer>,
    at: number,
  ): { shown: ReadonlySet<string>; left: number } {
    const ids = new Set([...groups.keys(), ...known.keys()])
    const left = Math.max(0, ids.size - this.maxRows)
    if (left === 0) {
      this.#usedUs.clear()
      this.#rankedAt = Number.NEGATIVE_INFINITY
      return { shown: ids, left }
    }
    const isDue = at - this.#rankedAt >= RANK_EVERY_MS
    const candidates = [...ids].map((id): Candidate => {
      const group = groups.get(id)
      const wasShown = this.#shown.has(id)
      const isRunning = group !== undefined || known.get(id)?.listed.state === 'running'
      const busy = isDue ? this.#busy(id, group) : wasShown ? 1 : 0
      return { id, busy, isRunning, wasShown }
    })
    if (isDue) this.#rankedAt = at
    this.#shown = selectBusiest(candidates, this.maxRows)
    for (const id of this.#usedUs.keys()) if (!ids.has(id)) this.#usedUs.delete(id)
    return { shown: this.#shown, left }
  }

  #busy(id: string, group: ContainerGroup | undefined): number {
    const usedUs = group === undefined ? undefined : this.#usedNow(group)
    if (usedUs === undefined) return 0
    const before = this.#usedUs.get(id)
    this.#usedUs.set(id, usedUs)
    return before === undefined || usedUs < before ? 0 : usedUs - before
  }

  #usedNow({ path }: ContainerGroup): number | undefined {
    try {
      return this.#reader.cpu(path)?.usedUs
    } catch {
      return undefined
    }
  }
}
