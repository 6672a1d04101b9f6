import type { ClusterDetail } from '@lumen/protocol/http/proxmox/cluster'
import type { Backup } from '@lumen/protocol/http/proxmox/guest-backups'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../../hosts/host-record.ts'
import type { Connection } from '../connections/connection.ts'
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

  constructor(parts: ClusterWatchParts) {
    const { state, clock, tsdb, connection, neighbours } = parts
    this.#parts = parts
    this.state = state
    this.#forecast = new StorageForecast(tsdb, clock)
    this.backups = new GuestBackups({
      ...{ state, clock, book: this.book },
      elsewhere: (vmid) => neighbours.backupsOf(connection.id, vmid),
    })
  }

  jobs(): Job[] {
    const { connection, client, state, parts, clock, neighbours } = this.#parts
    const shared = { client, state, clock, book: this.book }
    const cluster = new ClusterJobs({ ...shared, connection, parts, onRead: () => {} })
    const guests = new GuestJobs({
      ...shared,
      wantsAddresses: (vmid) => neighbours.wantsAddresses(connection.id, vmid),
      onConfigChange: () => {},
      onRead: () => {},
    })
    return [...cluster.jobs(), ...guests.jobs()]
  }

  view(): Promise<NonNullable<ClusterDetail['cluster']>> {
    const { connection, state, tsdb, clock, neighbours } = this.#parts
    return clusterView({
      ...{ connection, state, tsdb, clock, book: this.book, backups: this.backups, forecast: this.#forecast },
      agentOf: (node, vmid) => neighbours.agentOf(connection.id, node, vmid),
    })
  }
}
