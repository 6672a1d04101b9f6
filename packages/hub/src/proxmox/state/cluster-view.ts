import { fromFixedPoint } from '@lumen/model/fixed-point'
import { findMetric } from '@lumen/model/metric'
import type {
  ClusterDetail,
  ClusterGuest,
  ClusterNode,
  ClusterStorage,
} from '@lumen/protocol/http/proxmox/cluster'
import type { GuestBackup } from '@lumen/protocol/http/proxmox/guest-backups'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../../hosts/host-record.ts'
import type { Resource } from '../client/pve-calls.ts'
import type { Connection } from '../connections/connection.ts'
import type { ClusterState } from '../poller/cluster-state.ts'
import type { GuestNow, NodeNow, StorageNow } from '../poller/inventory.ts'
import type { ClusterBook } from './cluster-book.ts'
import type { GuestBackups } from './guest-backups.ts'
import type { StorageForecast } from './storage-forecast.ts'

export type ClusterView = NonNullable<ClusterDetail['cluster']>

export interface ClusterViewParts {
  connection: Connection
  state: ClusterState
  book: ClusterBook
  backups: GuestBackups
  forecast: StorageForecast
  tsdb: Tsdb
  clock: Clock
  /** The host whose agent runs in a guest, or on a node (null). */
  agentOf(node: string, vmid: number | null): HostRecord | undefined
}

/** A cluster as its page shows it, from what is known: nothing is asked here. */
export async function clusterView(parts: ClusterViewParts): Promise<ClusterView> {
  const { state, book, backups, clock, connection } = parts
  const { nodes, guests, storages } = state.inventory
  const now = clock.now()
  const online = [...nodes.values()].filter(({ isOnline }) => isOnline === true)
  const jobs = backups.jobs()
  const backupOf = backups.read(jobs)
  return {
    name: state.clusterName ?? null,
    host_id: state.shared?.id ?? null,
    is_quorate: state.isQuorate ?? null,
    nodes_online: online.length,
    nodes_total: nodes.size,
    ha: book.ha,
    nodes: sorted(nodes.values(), ({ name }) => name).map((node) => shownNode(node, parts)),
    guests: [...guests.values()]
      .sort((one, other) => one.vmid - other.vmid)
      .map((guest) => shownGuest(guest, parts, backupOf)),
    storages: await shownStorages([...storages.values()], parts),
    pools: ofNodes(book.pools, nodes),
    disks: ofNodes(book.disks, nodes),
    asks_smart: connection.spec.smart === true,
    certificates: ofNodes(book.certificates, nodes),
    backup_jobs: jobs,
    not_covered: book.notCovered === null ? null : [...book.notCovered],
    replications: [...(book.replications ?? [])],
    tasks: book.tasks.troubled(now),
  }
}

function shownNode({ name, isOnline, resource }: NodeNow, { state, agentOf }: ClusterViewParts): ClusterNode {
  const host = state.node(name)
  const agent = agentOf(name, null)
  const live = isOnline === true ? resource : undefined
  return {
    name,
    host_id: host?.id ?? null,
    agent: agent === undefined ? null : { id: agent.id, name: agent.name },
    is_online: isOnline ?? null,
    version: /^Proxmox VE (\S+)$/.exec(host?.facts?.os ?? '')?.[1] ?? null,
    cpu_pct: percent(live?.cpu),
    cores: resource.maxcpu ?? null,
    mem_used_bytes: live?.mem ?? null,
    mem_total_bytes: resource.maxmem ?? null,
    disk_used_bytes: live?.disk ?? null,
    disk_total_bytes: resource.maxdisk ?? null,
    uptime_s: live?.uptime ?? null,
  }
}

function shownGuest(
  guest: GuestNow,
  parts: ClusterViewParts,
  backupOf: (vmid: number) => GuestBackup,
): ClusterGuest {
  const { state, book, agentOf, tsdb } = parts
  const { vmid, kind, node, resource, isTemplate } = guest
  const isThere = state.inventory.nodes.get(node)?.isOnline === true
  const live = isThere && guest.state === 'running' ? resource : undefined
  const agent = agentOf(node, vmid)
  return {
    ...{ vmid, kind, node, name: guest.name ?? null, state: guest.state, is_template: isTemplate },
    is_on_boot: book.guests.get(vmid)?.config.isOnBoot ?? null,
    tags: (resource.tags ?? '').split(/[;, ]+/).filter((tag) => tag !== ''),
    pool: resource.pool ?? null,
    lock: resource.lock ?? null,
    ha_state: resource.hastate ?? null,
    cpu_pct: percent(live?.cpu),
    cores: resource.maxcpu ?? null,
    mem_used_bytes: live?.mem ?? null,
    mem_total_bytes: resource.maxmem ?? null,
    disk_used_bytes: diskUsed(guest, parts),
    disk_total_bytes: resource.maxdisk ?? null,
    uptime_s: live?.uptime ?? null,
    inside: agent === undefined ? null : insideOf(agent, tsdb),
    backup: isTemplate ? null : backupOf(vmid),
  }
}

/** Of a virtual machine the list says 0, which is not known; what its agent told is in its newest row. */
function diskUsed({ kind, vmid, resource }: GuestNow, { state, tsdb }: ClusterViewParts): number | null {
  if (kind === 'lxc') return resource.disk ?? null
  const rows = state.shared === undefined ? undefined : tsdb.latest(state.shared.id)?.rows
  const row = rows?.find(({ entity, key }) => entity === 'guest' && key === String(vmid))
  return row === undefined ? null : fromFixedPoint(row.values[DISK_USED.index]!, DISK_USED.spec)
}

const DISK_USED = findMetric('guest.disk_used_bytes')!
const INSIDE = ['cpu_pct', 'mem_used_bytes', 'mem_total_bytes', 'disk_pct'] as const

/** What the agent inside says, of its newest reading. */
function insideOf(host: HostRecord, tsdb: Tsdb): NonNullable<ClusterGuest['inside']> {
  const sample = tsdb.latest(host.id)
  const row = sample?.rows.find(({ entity }) => entity === 'host')
  const value = (name: (typeof INSIDE)[number]) => {
    const metric = findMetric(`host.${name}`)!
    return row === undefined ? null : fromFixedPoint(row.values[metric.index]!, metric.spec)
  }
  return {
    host: { id: host.id, name: host.name },
    ...{ cpu_pct: value('cpu_pct'), mem_used_bytes: value('mem_used_bytes') },
    ...{ mem_total_bytes: value('mem_total_bytes'), disk_pct: value('disk_pct') },
    at: sample?.ts ?? null,
  }
}

/** One that is shared is one storage, whoever tells of it. */
async function shownStorages(
  storages: readonly StorageNow[],
  { state, forecast }: ClusterViewParts,
): Promise<ClusterStorage[]> {
  const groups = Map.groupBy(storages, ({ isShared, node, name }) => (isShared ? name : `${node}/${name}`))
  const shown = Array.from(groups.values(), async (group): Promise<ClusterStorage> => {
    const available = group.filter(({ state: word }) => word === 'available')
    const first = (available[0] ?? group[0])!
    const host = first.isShared ? state.shared : state.node(first.node)
    const size: Partial<Resource> = available.length > 0 ? first.resource : {}
    return {
      name: first.name,
      nodes: group.map(({ node }) => node).sort(),
      is_shared: first.isShared,
      host_id: host?.id ?? null,
      type: first.type ?? null,
      content: (first.content ?? '').split(',').filter((kind) => kind !== ''),
      unavailable_on: group
        .filter(({ state: word }) => word !== 'available')
        .map(({ node }) => node)
        .sort(),
      used_bytes: size.disk ?? null,
      total_bytes: size.maxdisk ?? null,
      full_at: host === undefined ? null : await forecast.fullAt(host.id, first.name),
    }
  })
  const all = await Promise.all(shown)
  return sorted(all, ({ name, nodes }) => `${name} ${nodes[0]}`)
}

/** Without nodes that are no longer of the cluster. */
function ofNodes<T>(byNode: ReadonlyMap<string, readonly T[]>, nodes: ReadonlyMap<string, unknown>): T[] {
  return sorted(byNode.entries(), ([node]) => node).flatMap(([node, rows]) => (nodes.has(node) ? rows : []))
}

function sorted<T>(items: Iterable<T>, by: (item: T) => string): T[] {
  return [...items].sort((one, other) => by(one).localeCompare(by(other), 'en', { numeric: true }))
}

const percent = (share: number | undefined) => (share === undefined ? null : 100 * share)
