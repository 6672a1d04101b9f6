import type { ContainerNow, HostContainers } from '@lumen/protocol/http/containers'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import { GROUPS, type Group, groupOf, type Standing, standingOf } from './standing.ts'

export const SORTS = ['trouble', 'name', 'cpu', 'memory', 'network', 'restarts', 'host'] as const
export type Sort = (typeof SORTS)[number]

/** A container where it runs. */
export interface Row extends ContainerNow {
  /** Over the whole fleet. */
  id: string
  hostId: number
  hostName: string
  standing: Standing
  /** When its numbers were read. */
  ts: number
}

export interface Wish {
  search: string
  group: Group | null
  sort: Sort
}

type KnownHost = Pick<HostSummary, 'name' | 'state'>

/** Rows of all containers. A host that is down tells nothing of its containers any more; one that is late does. */
export function rowsOf(
  answer: readonly HostContainers[],
  hostOf: (id: number) => KnownHost | undefined,
): Map<string, Row> {
  const rows = new Map<string, Row>()
  for (const { host: hostId, ts, containers } of answer) {
    const host = hostOf(hostId)
    if (host === undefined) continue
    for (const container of containers) {
      const standing = standingOf(container, host.state !== 'down')
      const id = `${hostId}/${container.name}`
      rows.set(id, { ...container, id, hostId, hostName: host.name, standing, ts })
    }
  }
  return rows
}

/** What is wanted, in the wanted order, as ids; what ties stands by name, then by host. */
export function arrange(rows: ReadonlyMap<string, Row>, wish: Wish): string[] {
  const words = wish.search.toLowerCase().split(/\s+/).filter(Boolean)
  const rank = RANKS[wish.sort]
  const wanted: { row: Row; rank: number }[] = []
  for (const row of rows.values()) {
    if (wish.group !== null && groupOf(row.standing) !== wish.group) continue
    if (matches(row, words)) wanted.push({ row, rank: rank(row) })
  }
  const tie = wish.sort === 'host' ? byHost : byName
  return wanted.sort((a, b) => a.rank - b.rank || tie(a.row, b.row)).map(({ row }) => row.id)
}

/** Every word has to be somewhere in the name, the image, the state, the project or the host's name. */
function matches(row: Row, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const { name, image, state, standing, compose_project, hostName } = row
  const text = [name, image, state, standing, compose_project, hostName].join(' ').toLowerCase()
  return words.every((word) => text.includes(word))
}

const TROUBLE_RANK: Record<Standing, number> = {
  dead: 0,
  unhealthy: 1,
  restarting: 2,
  starting: 3,
  running: 3,
  paused: 4,
  stopped: 5,
  unknown: 6,
}
/** More than any share of a processor. */
const RANK_STEP = 1_000

const RANKS: Record<Sort, (row: Row) => number> = {
  trouble: (row) => TROUBLE_RANK[row.standing] * RANK_STEP - (row.cpu_pct ?? 0),
  name: () => 0,
  host: () => 0,
  cpu: (row) => highestFirst(row.cpu_pct),
  memory: (row) => highestFirst(row.mem_used_bytes),
  network: (row) => highestFirst(networkOf(row)),
  restarts: (row) => highestFirst(row.restarts),
}

const highestFirst = (value: number | undefined): number => -(value ?? -1)

/** Both directions together; undefined when neither is known. */
function networkOf({ net_rx_bytes_per_s: rx, net_tx_bytes_per_s: tx }: Row): number | undefined {
  return rx === undefined && tx === undefined ? undefined : (rx ?? 0) + (tx ?? 0)
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
const byName = (a: Row, b: Row): number =>
  collator.compare(a.name, b.name) || collator.compare(a.hostName, b.hostName) || a.hostId - b.hostId
const byHost = (a: Row, b: Row): number =>
  collator.compare(a.hostName, b.hostName) || a.hostId - b.hostId || collator.compare(a.name, b.name)

export interface Figures {
  counts: Record<Group, number>
  hosts: number
}

export function figuresOf(rows: ReadonlyMap<string, Row>): Figures {
  const counts = Object.fromEntries(GROUPS.map((group) => [group, 0])) as Record<Group, number>
  const hosts = new Set<number>()
  for (const { standing, hostId } of rows.values()) {
    counts[groupOf(standing)] += 1
    hosts.add(hostId)
  }
  return { counts, hosts: hosts.size }
}
