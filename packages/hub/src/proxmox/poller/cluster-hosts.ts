import type { ControlDb } from '../../control-db/control-db.ts'
import type { HostKind, HostRecord } from '../../hosts/host-record.ts'
import type { HostRegistry } from '../../hosts/host-registry.ts'
import type { Connection } from '../connections/connection.ts'

type Row = { connection_id: number; node: string; host_id: number }

/** What stands for the cluster itself among its nodes. */
const CLUSTER = ''
/** Hosts made for the nodes of one connection, those of nodes that are gone included: Proxmox itself goes up to some
 * dozens, and a cluster that makes up names shall not make hosts without end. */
const MOST_NODES = 256

/** Which hosts stand for the nodes of each connection, and for its cluster. Made when a node is first seen; a host that
 * is deleted is made anew as long as its node is there. */
export class ClusterHosts {
  readonly #db: ControlDb
  readonly #registry: HostRegistry
  readonly #ids = new Map<number, Map<string, number>>()
  /** Under way, so that two jobs do not make one host twice. */
  readonly #making = new Map<string, Promise<HostRecord>>()

  constructor(db: ControlDb, registry: HostRegistry) {
    this.#db = db
    this.#registry = registry
    for (const row of db.read<Row>('SELECT connection_id, node, host_id FROM proxmox_nodes')) {
      this.#idsOf(row.connection_id).set(row.node, row.host_id)
    }
  }

  node(connection: Connection, name: string): HostRecord | undefined {
    const id = this.#idsOf(connection.id).get(name)
    return id === undefined ? undefined : this.#registry.get(id)
  }

  cluster(connection: Connection): HostRecord | undefined {
    return this.node(connection, CLUSTER)
  }

  /** Nodes of a connection that have a host. */
  nodes(connection: Connection): [name: string, host: HostRecord][] {
    return [...this.#idsOf(connection.id).keys()].flatMap((name) => {
      const host = name === CLUSTER ? undefined : this.node(connection, name)
      return host === undefined ? [] : [[name, host] as [string, HostRecord]]
    })
  }

  all(connection: Connection): HostRecord[] {
    const cluster = this.cluster(connection)
    const nodes = this.nodes(connection).map(([, host]) => host)
    return cluster === undefined ? nodes : [cluster, ...nodes]
  }

  /** The host of a node, made if there is none; undefined when its connection has so many that none is made. An agent's
   * host of that name stays what it is. */
  async ensureNode(connection: Connection, name: string): Promise<HostRecord | undefined> {
    const ids = this.#idsOf(connection.id)
    if (!ids.has(name) && ids.size >= MOST_NODES) return undefined
    return this.#ensure(connection, name, 'proxmox-node', [
      name,
      `${name} (Proxmox)`,
      `${name} (${connection.name})`,
    ])
  }

  /** What guests and shared storages of a cluster belong to, made if there is none. */
  ensureCluster(connection: Connection): Promise<HostRecord> {
    return this.#ensure(connection, CLUSTER, 'proxmox-cluster', [
      `cluster ${connection.name}`,
      `cluster ${connection.name} (Proxmox)`,
    ])
  }

  /** The connection is gone; its hosts stay with what they hold. */
  forget(connection: Connection): void {
    this.#ids.delete(connection.id)
  }

  async #ensure(
    connection: Connection,
    node: string,
    kind: HostKind,
    names: readonly string[],
  ): Promise<HostRecord> {
    const known = this.node(connection, node)
    if (known !== undefined) return known
    const key = `${connection.id} ${node}`
    const making = this.#making.get(key) ?? this.#make(connection, node, kind, names)
    this.#making.set(key, making)
    try {
      return await making
    } finally {
      this.#making.delete(key)
    }
  }

  async #make(
    connection: Connection,
    node: string,
    kind: HostKind,
    names: readonly string[],
  ): Promise<HostRecord> {
    const name = this.#freeName(names)
    const { host } = await this.#registry.add(name, kind)
    await this.#db.run({
      sql: 'INSERT INTO proxmox_nodes (connection_id, node, host_id) VALUES (?, ?, ?) ON CONFLICT (connection_id, node) DO UPDATE SET host_id = excluded.host_id',
      values: [connection.id, node, host.id],
    })
    this.#idsOf(connection.id).set(node, host.id)
    return host
  }

  #freeName(names: readonly string[]): string {
    const free = names.find((name) => this.#registry.find(name) === undefined)
    if (free !== undefined) return free
    for (let number = 2; ; number++) {
      const name = `${names.at(-1)} ${number}`
      if (this.#registry.find(name) === undefined) return name
    }
  }

  #idsOf(connectionId: number): Map<string, number> {
    let ids = this.#ids.get(connectionId)
    if (ids === undefined) {
      ids = new Map()
      this.#ids.set(connectionId, ids)
    }
    return ids
  }
}
