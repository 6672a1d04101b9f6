import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { HostState } from '../../components/state-badge.tsx'

export const SORTS = ['trouble', 'name', 'cpu', 'memory', 'disk', 'temperature'] as const
export type Sort = (typeof SORTS)[number]
export interface Wish {
  search: string
  /** null: all of them. */
  state: HostState | null
  /** Empty: whatever tags they have. */
  tag: string
  sort: Sort
}

const STATE_RANK: Record<HostState, number> = { down: 0, stale: 1, waiting: 3, up: 4 }
/** A host that is up and has an alert, or memory or a filesystem this full stands among the trouble. CPU does not count: it comes
 * and goes, and the page would never rest. */
const FULL_PCT = 90
const FULL_RANK = 2

/** The hosts somebody wants to see, in the wanted order; hosts that tie stand by name, then by id. */
export function arrange(hosts: readonly HostSummary[], wish: Wish): HostSummary[] {
  const words = wish.search.toLowerCase().split(/\s+/).filter(Boolean)
  const wanted = hosts.filter(
    (host) =>
      (wish.state === null || host.state === wish.state) &&
      (wish.tag === '' || host.tags.includes(wish.tag)) &&
      matches(host, words),
  )
  const rank = RANKS[wish.sort]
  return wanted
    .map((host) => ({ host, rank: rank(host) }))
    .sort((a, b) => a.rank - b.rank || byName(a.host, b.host))
    .map(({ host }) => host)
}

const RANKS: Record<Sort, (host: HostSummary) => number> = {
  trouble: (host) => (isInTrouble(host) && host.state === 'up' ? FULL_RANK : STATE_RANK[host.state]),
  name: () => 0,
  cpu: (host) => highestFirst(host.now?.cpu_pct),
  memory: (host) => highestFirst(host.now?.mem_pct),
  disk: (host) => highestFirst(host.now?.disk_pct),
  temperature: (host) => highestFirst(host.now?.temp_celsius),
}

/** Unknown comes last. */
const highestFirst = (value: number | null | undefined): number => -(value ?? -1_000)

const isInTrouble = (host: HostSummary): boolean =>
  isFull(host) || host.firing.critical + host.firing.warning > 0

const isFull = (host: HostSummary): boolean =>
  Math.max(host.now?.mem_pct ?? 0, host.now?.disk_pct ?? 0) >= FULL_PCT

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
const byName = (a: HostSummary, b: HostSummary): number => collator.compare(a.name, b.name) || a.id - b.id

/** Every word has to be somewhere in the name, the tags, the system, the addresses or the state. */
function matches(host: HostSummary, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const { facts } = host
  const text = [
    host.name,
    host.state,
    ...host.tags,
    facts?.os,
    facts?.virt,
    facts?.hostname,
    facts?.cpu_model,
    ...(facts?.ips ?? []),
  ]
    .join(' ')
    .toLowerCase()
  return words.every((word) => text.includes(word))
}

export interface FleetFigures {
  counts: Record<HostState, number>
  hottest: { cpu: HostSummary | null; memory: HostSummary | null; disk: HostSummary | null }
}

/** The header's figures. Only hosts that are up compete for hottest: an old number is no heat. */
export function figuresOf(hosts: readonly HostSummary[]): FleetFigures {
  const counts: Record<HostState, number> = { up: 0, stale: 0, down: 0, waiting: 0 }
  for (const host of hosts) counts[host.state] += 1
  const live = hosts.filter((host) => host.state === 'up')
  return {
    counts,
    hottest: {
      cpu: highest(live, (host) => host.now?.cpu_pct),
      memory: highest(live, (host) => host.now?.mem_pct),
      disk: highest(live, (host) => host.now?.disk_pct),
    },
  }
}

function highest(
  hosts: readonly HostSummary[],
  value: (host: HostSummary) => number | null | undefined,
): HostSummary | null {
  let best: HostSummary | null = null
  for (const host of hosts) {
    const its = value(host)
    if (its != null && its > (best === null ? -1 : (value(best) ?? -1))) best = host
  }
  return best
}
