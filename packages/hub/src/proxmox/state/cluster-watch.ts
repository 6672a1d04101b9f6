import type { ClusterDetail } from '@lumen/protocol/http/proxmox/cluster'
import type { Backup } from '@lumen/protocol/http/proxmox/guest-backups'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../../hosts/host-record.ts'
import type { Connection } from '../connections/connection.ts'
import type { MachineSource } from '../match/machine-links.ts'
import type { InventoryMachine } from '../match/match-machines.ts'
import type { ClusterState } from '../poller/cluster-state.ts'
import type { Job } from '../poller/schedule.ts'
import type { WatchedClient } from '../poller/watched-client.ts'
import { ClusterBook } from './cluster-book.ts'
import { ClusterJobs } from './cluster-jobs.ts'
import { clusterView } from './cluster-view.ts'
import { GuestBackups } from './guest-backups.ts'
import { GuestJobs } from './guest-jobs.ts'
import type { PartLedger } from './part-ledger.ts'
import { StorageForecast } from './storage-forecast.ts'

/** What a cluster's guests have elsewhere in this hub. */
export interface Neighbours {
  /** The host whose agent runs in a guest, or on a node (null). */
  agentOf(connectionId: number, node: string, vmid: number | null): HostRecord | undefined
  /** Backups on servers that are connected by themselves. */
  backupsOf(connectionId: number, vmid: number): readonly Backup[]
  /** Its addresses would tell whose agent runs in it. */
  wantsAddresses(connectionId: number, vmid: number): boolean
  /** What guests can be known by was read anew. */
  machinesRead(): void
}

export interface ClusterWatchParts {
  connection: Connection
  client: WatchedClient
  state: ClusterState
  parts: PartLedger
  neighbours: Neighbours
  tsdb: Tsdb
  clock: Clock
}

/** All that is known of one cluster beside its numbers, and what keeps it up to date. */
export class ClusterWatch {
  readonly state: ClusterState
  readonly book = new ClusterBook()
  readonly backups: GuestBackups
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
    this.#guests = new GuestJobs({
      ...{ state, clock, client: parts.client, book: this.book },
      wantsAddresses: (vmid) => neighbours.wantsAddresses(connection.id, vmid),
      onConfigChange: () => {},
      onRead: () => neighbours.machinesRead(),
    })
  }

  jobs(): Job[] {
    const { connection, client, state, parts, clock } = this.#parts
    const cluster = new ClusterJobs({
      ...{ connection, client, state, parts, clock, book: this.book },
      onRead: () => {},
    })
    return [...cluster.jobs(), ...this.#guests.jobs()]
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

  view(): Promise<NonNullable<ClusterDetail['cluster']>> {
    const { connection, state, tsdb, clock, neighbours } = this.#parts
    return clusterView({
      ...{ connection, state, tsdb, clock, book: this.book, backups: this.backups, forecast: this.#forecast },
      agentOf: (node, vmid) => neighbours.agentOf(connection.id, node, vmid),
    })
  }
}
