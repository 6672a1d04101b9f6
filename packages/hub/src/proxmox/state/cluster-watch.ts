import { SECOND } from '@lumen/model/time'
import type { ClusterDetail, ClusterPartName } from '@lumen/protocol/http/proxmox/cluster'
import type { Backup } from '@lumen/protocol/http/proxmox/guest-backups'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../../hosts/host-record.ts'
import type { Connection } from '../connections/connection.ts'
import type { MachineSource } from '../match/machine-links.ts'
import type { InventoryMachine } from '../match/match-machines.ts'
import type { ClusterState } from '../poller/cluster-state.ts'
import type { GuestNow } from '../poller/inventory.ts'
import type { Job } from '../poller/schedule.ts'
import type { SlowRows } from '../poller/slow-rows.ts'
import type { WatchedClient } from '../poller/watched-client.ts'
import { ClusterBook } from './cluster-book.ts'
import { ClusterEvents } from './cluster-events.ts'
import { ClusterJobs } from './cluster-jobs.ts'
import { clusterView } from './cluster-view.ts'
import { GuestBackups } from './guest-backups.ts'
import { GuestJobs } from './guest-jobs.ts'
import { PART_EVERY_MS, type PartLedger } from './part-ledger.ts'
import { backupRow, clusterRow, diskRow, poolRow, replicationRow } from './state-rows.ts'
import { StorageForecast } from './storage-forecast.ts'

/** What a cluster's guests have elsewhere in this hub. */
export interface Neighbours {
  /** The host whose agent runs in a guest, or on a node (null). */
  agentOf(connectionId: number, node: string, vmid: number | null): HostRecord | undefined
  /** Backups on servers that are connected by themselves. */
  backupsOf(connectionId: number, vmid: number): readonly Backup[]
  /** Its addresses would tell whose agent runs in it. */
  wantsAddresses(connectionId: number, vmid: number): boolean
  /** All clusters of this hub. */
  clusters(): readonly ClusterWatch[]
  /** What guests can be known by was read anew. */
  machinesRead(): void
}

export interface ClusterWatchParts {
  connection: Connection
  client: WatchedClient
  state: ClusterState
  parts: PartLedger
  slow: SlowRows
  mayAskAgents(): boolean
  neighbours: Neighbours
  tsdb: Tsdb
  clock: Clock
}

/** All that is known of one cluster beside its numbers, and what keeps it up to date. */
export class ClusterWatch {
  readonly state: ClusterState
  readonly book = new ClusterBook()
  readonly backups: GuestBackups
  readonly events: ClusterEvents
  readonly #parts: ClusterWatchParts
  readonly #forecast: StorageForecast
  readonly #guests: GuestJobs

  constructor(parts: ClusterWatchParts) {
    const { state, clock, tsdb, connection, neighbours } = parts
    this.#parts = parts
    this.state = state
    this.#forecast = new StorageForecast(tsdb, clock)
    this.backups = new GuestBackups({
      ...{ state, clock, book: this.book },
      elsewhere: (vmid) => neighbours.backupsOf(connection.id, vmid),
    })
    this.events = new ClusterEvents({
      ...{ state, tsdb },
      agentOf: (node, vmid) => neighbours.agentOf(connection.id, node, vmid),
    })
    state.expects = (guest) => isExpected(guest, this.book)
    this.#guests = new GuestJobs({
      ...{ state, clock, client: parts.client, book: this.book },
      mayAskAgents: () => parts.mayAskAgents(),
      wantsAddresses: (vmid) => neighbours.wantsAddresses(connection.id, vmid),
      onConfigChange: (guest, lines) => this.events.configChanged(guest, lines, clock.now()),
      onRead: () => neighbours.machinesRead(),
    })
  }

  jobs(): Job[] {
    const { connection, client, state, parts, clock } = this.#parts
    const cluster = new ClusterJobs({
      ...{ connection, client, state, parts, clock, book: this.book },
      onTasks: (tasks) => this.events.tasksRead(tasks, clock.now()),
    })
    const rows = { name: 'state rows', everyMs: ROWS_MS, run: async () => this.#tellRows() }
    return [...cluster.jobs(), ...this.#guests.jobs(), rows]
  }

  /** Guests and nodes, for agents to be found in. */
  machines(): MachineSource {
    const { id, name } = this.#parts.connection
    const { guests, nodes } = this.state.inventory
    const machines = [...guests.values()].flatMap((guest): InventoryMachine[] => {
      if (guest.isTemplate) return []
      const { vmid, node, kind } = guest
      const { config, ips = [], macs = [] } = this.book.guests.get(vmid) ?? {}
      return [
        {
          ...{ cluster: id, node, vmid, kind, name: guest.name ?? '', uuid: config?.uuid ?? null },
          macs: [...new Set([...(config?.macs ?? []), ...macs])],
          ips: [...new Set([...(config?.ips ?? []), ...ips])],
        },
      ]
    })
    const own = [...nodes.keys()].map((node): InventoryMachine => {
      const ips = this.state.node(node)?.facts?.ips ?? []
      return { cluster: id, node, vmid: null, kind: 'node', name: node, macs: [], ips, uuid: null }
    })
    return {
      ...{ connectionId: id, connection: name, machines: [...machines, ...own] },
      isWhole: this.#guests.isThrough,
    }
  }

  get connectionId(): number {
    return this.#parts.connection.id
  }

  get connectionName(): string {
    return this.#parts.connection.name
  }

  view(): Promise<NonNullable<ClusterDetail['cluster']>> {
    const { connection, state, tsdb, clock, neighbours } = this.#parts
    return clusterView({
      ...{ connection, state, tsdb, clock, book: this.book, backups: this.backups, forecast: this.#forecast },
      agentOf: (node, vmid) => neighbours.agentOf(connection.id, node, vmid),
    })
  }

  /** What was read is told with each frame, as long as it is not too old to be true. */
  #tellRows(): void {
    const { state, parts, slow, clock } = this.#parts
    const { nodes, guests } = state.inventory
    const { shared } = state
    const now = clock.now()
    if (shared === undefined) return
    const isFresh = (name: ClusterPartName) => now - (parts.readAt(name) ?? 0) <= 3 * PART_EVERY_MS[name]
    for (const name of nodes.keys()) {
      const host = state.node(name)
      if (host === undefined) continue
      const pools = isFresh('pools') ? (this.book.pools.get(name) ?? []) : []
      const disks = isFresh('disks') ? (this.book.disks.get(name) ?? []) : []
      const rows = [
        ...pools.map((pool) => poolRow(pool, now)),
        ...disks.flatMap((disk) => diskRow(disk) ?? []),
      ]
      slow.set(host, 'state', rows)
    }
    const backupOf = this.backups.read()
    const charted = [...guests.values()].filter(({ isTemplate }) => !isTemplate)
    const online = [...nodes.values()].filter(({ isOnline }) => isOnline === true).length
    slow.set(shared, 'cluster', [
      ...(state.isCluster === true ? [clusterRow(online, nodes.size, state.isQuorate)] : []),
      ...charted.map((guest) => backupRow(guest, backupOf(guest.vmid), now)),
      ...(this.book.replications ?? []).map((job) => replicationRow(job, guests.get(job.vmid)?.name, now)),
    ])
  }
}

const ROWS_MS = 30 * SECOND

/** High availability decides where it has a guest in its hands. What is locked (a backup that stops it, a move) is
 * between states on purpose. */
function isExpected({ vmid, resource }: GuestNow, book: ClusterBook): boolean | undefined {
  if (resource.lock !== undefined && resource.lock !== '') return undefined
  if (resource.hastate !== undefined && resource.hastate !== '') return resource.hastate === 'started'
  return book.guests.get(vmid)?.config.isOnBoot
}
