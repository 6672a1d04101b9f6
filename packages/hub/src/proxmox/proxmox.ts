import { SECOND } from '@lumen/model/time'
import type { ClusterCounts } from '@lumen/protocol/http/hosts'
import type { ClusterDetail } from '@lumen/protocol/http/proxmox/cluster'
import type {
  ProxmoxConnection,
  ProxmoxInput,
  ProxmoxKind,
  ProxmoxTest,
} from '@lumen/protocol/http/proxmox/connections'
import type { HostLink } from '@lumen/protocol/http/proxmox/machine-links'
import { every } from '@lumen/std/every'
import type { Log } from '@lumen/std/log'
import type { sleep } from '@lumen/std/sleep'
import type { HubTrouble } from '../alerting/hub-troubles.ts'
import type { ControlDb } from '../control-db/control-db.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { ProfileKeeper } from '../hosts/profile-keeper.ts'
import { Refusal } from '../refusal.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import { type CarrierSource, Carriers } from './carriers.ts'
import { connectionTroubles } from './connection-troubles.ts'
import { checkConnection } from './connections/check-connection.ts'
import type { Connection } from './connections/connection.ts'
import { type ConnectionChange, ConnectionStore } from './connections/connection-store.ts'
import type { ImportLedger } from './import/import-ledger.ts'
import { hostLink } from './match/host-link.ts'
import { LinkStore } from './match/link-store.ts'
import { MachineLinking } from './match/machine-linking.ts'
import { MachineLinks } from './match/machine-links.ts'
import { ClusterHosts } from './poller/cluster-hosts.ts'
import { ConnectionWatch } from './poller/connection-watch.ts'
import type { WriterParts } from './poller/frame-writer.ts'
import type { ClusterWatch, Neighbours } from './state/cluster-watch.ts'

export interface ProxmoxParts extends WriterParts {
  db: ControlDb
  secrets: SecretBox
  registry: HostRegistry
  profiles: ProfileKeeper
  /** Deletes a host with its history. */
  removeHost(host: HostRecord): Promise<void>
  imports: ImportLedger
  /** How far back the store keeps anything, ms. */
  keptMs(): number
  log: Log
  /** How waiting between requests is done; tests do not wait. */
  pause?: typeof sleep
}

/** Proxmox clusters and backup servers, asked from here without an agent. */
export class Proxmox implements AsyncDisposable {
  readonly #parts: ProxmoxParts
  readonly #store: ConnectionStore
  readonly #watches = new Map<number, ConnectionWatch>()
  readonly #hosts: ClusterHosts
  readonly links: MachineLinks
  readonly carriers: Carriers
  readonly #linking: MachineLinking
  readonly #neighbours: Neighbours
  #timer: Disposable | undefined

  constructor(parts: ProxmoxParts) {
    this.#parts = parts
    this.links = new MachineLinks({
      ...{ store: new LinkStore(parts.db), registry: parts.registry },
      sources: () => this.#clusters().map((cluster) => cluster.machines()),
    })
    this.#linking = new MachineLinking({ links: this.links, clock: parts.clock, log: parts.log })
    this.#neighbours = {
      agentOf: (connectionId, node, vmid) => this.links.agentOf({ connectionId, node, vmid }),
      backupsOf: (connectionId, vmid) =>
        [...this.#watches.values()].flatMap(({ server }) => server?.backupsOf(connectionId, vmid) ?? []),
      clusters: () => this.#clusters(),
      wantsAddresses: (connectionId, vmid) =>
        this.links.hasFreeAgents && this.links.agentOf({ connectionId, node: '', vmid }) === undefined,
      machinesRead: () => this.#linking.begin(),
    }
    this.#store = new ConnectionStore(parts.db, parts.secrets, parts.clock)
    this.#hosts = new ClusterHosts(parts.db, parts.registry)
    this.carriers = new Carriers(parts.clock, () => this.#carrierSources())
    for (const connection of this.#store.list()) this.#watch(connection)
  }

  /** What is wrong with connections as such; what they tell of hosts is those hosts' own. */
  troubles(): HubTrouble[] {
    return [...this.#watches.values()].flatMap((watch) =>
      connectionTroubles(watch, this.#hosts.all(watch.connection).length > 0),
    )
  }

  /** What the cluster has that a host stands for; null where it is none, or was not read. */
  countsOf(hostId: number): ClusterCounts | null {
    const state = this.#clusters().find((cluster) => cluster.state.shared?.id === hostId)?.state
    return state === undefined || !state.isKnown ? null : state.counts()
  }

  /** How many connections there are to look after. */
  count(kind?: ProxmoxKind): number {
    return this.#store.list().filter((connection) => connection.kind === (kind ?? connection.kind)).length
  }

  /** Begins to ask. */
  start(): void {
    this.#timer = every(SECOND, () => this.tick())
  }

  tick(): void {
    for (const watch of this.#watches.values()) watch.tick()
    this.#linking.tick()
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#watches.values(), (watch) => watch.settled()))
    await this.#linking.settled()
  }

  list(): ProxmoxConnection[] {
    return this.#store.list().map((connection) => this.#shown(connection))
  }

  /** Everything that is known of one; nothing is asked for it.
   * @throws {Refusal} 404 `connection_unknown` */
  async detail(id: number): Promise<ClusterDetail> {
    const connection = this.#store.get(id)
    const { parts, cluster, server } = this.#watches.get(id)!
    return {
      connection: this.#shown(connection),
      time: this.#parts.clock.now(),
      parts: parts.shown(connection.kind),
      cluster: cluster === null ? null : await cluster.view(),
      server: server === null ? null : server.view(),
    }
  }

  /** The machine behind a host as both sides see it; null where only one does. */
  linkOf(host: HostRecord): HostLink | null {
    return hostLink(host, { links: this.links, clusters: this.#clusters(), tsdb: this.#parts.tsdb })
  }

  /** @throws {Refusal} 409 `connection_name_taken` */
  async add(input: ProxmoxInput): Promise<ProxmoxConnection> {
    const connection = await this.#store.add(input)
    this.#watch(connection)
    return this.#shown(connection)
  }

  /** What is under way with the old words ends; a certificate that was confirmed is asked for anew.
   * @throws {Refusal} 404 `connection_unknown`, 409 `connection_name_taken`, 400 `secret_needed` */
  async change(id: number, change: ConnectionChange): Promise<ProxmoxConnection> {
    const connection = this.#store.get(id)
    await this.#store.change(connection, change)
    const before = this.#watches.get(id)
    this.#watch(connection)
    await before?.[Symbol.asyncDispose]()
    return this.#shown(connection)
  }

  /** @param history what becomes of the hosts it told of, with all they hold
   * @throws {Refusal} 404 `connection_unknown` */
  async remove(id: number, history: 'keep' | 'delete'): Promise<void> {
    const connection = this.#store.get(id)
    const hosts = this.#hosts.all(connection)
    await this.#store.remove(connection)
    const watch = this.#watches.get(id)
    this.#watches.delete(id)
    await watch?.[Symbol.asyncDispose]()
    this.#hosts.forget(connection)
    this.links.forgetConnection(id)
    for (const host of hosts) {
      if (history === 'delete') await this.#parts.removeHost(host)
      else this.#parts.presence.saidDown(host, 'its connection to Proxmox was removed')
    }
  }

  /** Tries words nobody has saved. */
  test({ secret, kind, ...spec }: Omit<ProxmoxInput, 'name'>): Promise<ProxmoxTest> {
    return checkConnection({ kind, spec }, secret, this.#parts.clock)
  }

  /** @throws {Refusal} 404 `connection_unknown`, 409 `secret_unreadable` */
  async testSaved(id: number): Promise<ProxmoxTest> {
    const connection = this.#store.get(id)
    const secret = this.#store.secretOf(connection)
    if (secret !== undefined) return checkConnection(connection, secret, this.#parts.clock)
    throw new Refusal(
      409,
      'secret_unreadable',
      'The secret of this connection cannot be read: enter it again',
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]()
    await Promise.all(Array.from(this.#watches.values(), (watch) => watch[Symbol.asyncDispose]()))
    await this.#linking.settled()
  }

  #carrierSources(): CarrierSource[] {
    return [...this.#watches.values()].flatMap(({ connection, cluster, trouble }): CarrierSource[] => {
      if (cluster === null) return []
      const { id: connectionId } = connection
      return [
        {
          ...{ state: cluster.state, hosts: this.#hosts.all(connection) },
          trouble: trouble === null ? null : trouble.kind === 'unreachable' ? 'unreachable' : 'blind',
          agentOf: (node, vmid) => this.links.agentOf({ connectionId, node, vmid }),
        },
      ]
    })
  }

  #clusters(): ClusterWatch[] {
    return [...this.#watches.values()].flatMap(({ cluster }) => cluster ?? [])
  }

  #watch(connection: Connection): void {
    const secret = this.#store.secretOf(connection)
    const watch = new ConnectionWatch({
      ...this.#parts,
      connection,
      secret,
      neighbours: this.#neighbours,
      hosts: this.#hosts,
    })
    this.#watches.set(connection.id, watch)
  }

  #shown(connection: Connection): ProxmoxConnection {
    const { id, name, kind, spec, createdAt } = connection
    return { id, name, kind, ...spec, created_at: createdAt, ...this.#watches.get(id)!.state }
  }
}
