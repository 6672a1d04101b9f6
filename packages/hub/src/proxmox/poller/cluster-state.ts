import type { EntityRow } from '@lumen/model/sample'
import type { ClusterCounts } from '@lumen/protocol/http/hosts'
import type { HostRecord } from '../../hosts/host-record.ts'
import type { Resource } from '../client/pve-calls.ts'
import type { Connection } from '../connections/connection.ts'
import type { ClusterHosts } from './cluster-hosts.ts'
import { EMPTY_INVENTORY, type GuestNow, type Inventory, readInventory } from './inventory.ts'

/** What changed between two looks at a cluster, for the ledger of events. */
export interface InventoryChange {
  host: HostRecord
  type: 'guest' | 'node'
  detail: Record<string, string | number | null>
}

/** What one cluster has now, and which host each part of it belongs to: nodes are hosts, and what moves between nodes
 * or is seen from all of them (guests, shared storages) belongs to the cluster's host, so that its history goes on
 * wherever it is. A single node without a cluster has them itself. */
export class ClusterState {
  readonly #connection: Connection
  readonly #hosts: ClusterHosts
  inventory: Inventory = EMPTY_INVENTORY
  /** `/cluster/status` says that it is one; undefined while that is not known. */
  isCluster: boolean | undefined
  /** Of corosync; undefined: a single node, or not known. */
  clusterName: string | undefined
  /** Enough nodes hear each other to decide; undefined: a single node, or not known. */
  isQuorate: boolean | undefined

  /** Whether a guest is to run, as far as that is known. */
  expects: (guest: GuestNow) => boolean | undefined = () => undefined

  constructor(connection: Connection, hosts: ClusterHosts) {
    this.#connection = connection
    this.#hosts = hosts
  }

  /** Whether it is known what the cluster has. */
  get isKnown(): boolean {
    return this.inventory.nodes.size > 0
  }

  /** Takes a new inventory and makes hosts for what is new. @returns what changed since the last */
  async update(rows: readonly Resource[]): Promise<InventoryChange[]> {
    const before = this.inventory
    const now = readInventory(rows, before)
    for (const name of now.nodes.keys()) await this.#hosts.ensureNode(this.#connection, name)
    if (this.isCluster === true || now.nodes.size > 1) await this.#hosts.ensureCluster(this.#connection)
    for (const guest of now.guests.values()) guest.isExpected = this.expects(guest)
    this.inventory = now
    return [...this.#nodeChanges(before), ...this.#guestChanges(before)]
  }

  /** Takes what `/cluster/status` says of the whole. */
  learnStatus(rows: readonly { type: string; name: string; quorate?: boolean | undefined }[]): void {
    if (rows.length === 0) return
    const cluster = rows.find(({ type }) => type === 'cluster')
    this.isCluster = cluster !== undefined
    this.clusterName = cluster?.name
    this.isQuorate = cluster?.quorate
  }

  counts(): ClusterCounts {
    const nodes = [...this.inventory.nodes.values()]
    const guests = [...this.inventory.guests.values()].filter(({ isTemplate }) => !isTemplate)
    return {
      nodes_online: nodes.filter(({ isOnline }) => isOnline === true).length,
      nodes_total: nodes.length,
      guests_running: guests.filter(({ state }) => state === 'running').length,
      guests_total: guests.length,
      is_quorate: this.isQuorate ?? null,
    }
  }

  node(name: string): HostRecord | undefined {
    return this.#hosts.node(this.#connection, name)
  }

  /** What stands for the whole; undefined for a single node. */
  get cluster(): HostRecord | undefined {
    return this.#hosts.cluster(this.#connection)
  }

  /** Whose rows guests and shared storages are. */
  get shared(): HostRecord | undefined {
    if (this.cluster !== undefined) return this.cluster
    const [only] = this.inventory.nodes.keys()
    return only === undefined ? undefined : this.node(only)
  }

  /** The guest a metric's id (`qemu/100`) is of. */
  guestOf(id: string): GuestNow | undefined {
    const [, digits] = /^(?:qemu|lxc)\/(\d+)$/.exec(id) ?? []
    return digits === undefined ? undefined : this.inventory.guests.get(Number(digits))
  }

  /** The node that reads a metric's id. */
  nodeOf(id: string): string | undefined {
    const [kind, name] = id.split('/')
    return kind === 'node' || kind === 'storage' ? name : this.guestOf(id)?.node
  }

  #nodeChanges(before: Inventory): InventoryChange[] {
    return [...this.inventory.nodes.values()].flatMap(({ name, isOnline }): InventoryChange[] => {
      const host = this.node(name)
      const was = before.nodes.get(name)?.isOnline
      if (host === undefined || was === undefined || isOnline === undefined || was === isOnline) return []
      const word = (online: boolean) => (online ? 'online' : 'offline')
      return [{ host, type: 'node', detail: { change: 'state', from: word(was), to: word(isOnline) } }]
    })
  }

  #guestChanges(before: Inventory): InventoryChange[] {
    const host = this.shared
    if (host === undefined || before === EMPTY_INVENTORY) return []
    return [...this.inventory.guests.values()].flatMap((guest): InventoryChange[] => {
      const was = before.guests.get(guest.vmid)
      if (was === undefined) return []
      const changes = (['node', 'state'] as const).filter((what) => was[what] !== guest[what])
      return changes.map((change) => ({
        host,
        type: 'guest',
        detail: {
          ...{ vmid: guest.vmid, name: guest.name ?? null },
          ...{ change, from: was[change], to: guest[change] },
        },
      }))
    })
  }
}

/** Rows by the host they belong to, while a frame is put together. */
export class RowsByHost {
  readonly #rows = new Map<HostRecord, EntityRow[]>()

  add(host: HostRecord | undefined, ...rows: (EntityRow | undefined)[]): void {
    if (host === undefined) return
    const known = this.#rows.get(host) ?? []
    this.#rows.set(host, known)
    for (const row of rows) if (row !== undefined) known.push(row)
  }

  /** Only the first row of an entity and key counts: of a shared storage every node tells. */
  entries(): [HostRecord, EntityRow[]][] {
    return Array.from(this.#rows, ([host, rows]) => {
      const seen = new Set<string>()
      return [
        host,
        rows.filter(({ entity, key }) => {
          const name = `${entity} ${key}`
          return seen.has(name) ? false : seen.add(name) !== undefined
        }),
      ]
    })
  }
}
