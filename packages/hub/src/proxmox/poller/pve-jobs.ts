import { MINUTE, SECOND } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { ProfileKeeper } from '../../hosts/profile-keeper.ts'
import { PVE } from '../client/pve-calls.ts'
import type { Connection } from '../connections/connection.ts'
import { ImportJob } from '../import/import-job.ts'
import type { ImportLedger } from '../import/import-ledger.ts'
import { AgentDisks } from './agent-disks.ts'
import type { ClusterHosts } from './cluster-hosts.ts'
import { ClusterState, type InventoryChange } from './cluster-state.ts'
import type { ConnectionHealth } from './connection-health.ts'
import { FrameWriter, type WriterParts } from './frame-writer.ts'
import { SLOT_MS } from './metric-slots.ts'
import { MetricsJob } from './metrics-job.ts'
import { factsOf, type NodeStatus, statusReading } from './node-facts.ts'
import type { Reading } from './readings.ts'
import { ResourceReadings } from './resource-readings.ts'
import { type Job, LATER } from './schedule.ts'
import { SlowRows } from './slow-rows.ts'
import type { WatchedClient } from './watched-client.ts'

export interface PveParts extends WriterParts {
  connection: Connection
  client: WatchedClient
  health: ConnectionHealth
  hosts: ClusterHosts
  profiles: ProfileKeeper
  imports: ImportLedger
  /** How far back the store keeps anything, ms. */
  keptMs(): number
  tsdb: Tsdb
  clock: Clock
  /** Something changed, epoch ms. */
  tell(change: InventoryChange, at: number): void
}

/** How often numbers are looked at where there are no points to fetch: pvestatd's own ten seconds. */
const LOOK_MS = 10 * SECOND
const POLL_MS = 30 * SECOND

/** What is asked of a cluster and when. */
export class PveJobs {
  readonly #parts: PveParts
  readonly state: ClusterState
  readonly #writer: FrameWriter
  readonly #metrics: MetricsJob
  readonly #import: ImportJob
  readonly #resources = new ResourceReadings()
  readonly slow: SlowRows
  /** Read and not yet told, by node. */
  readonly #statusReadings = new Map<string, Reading>()
  readonly #agents: AgentDisks
  readonly #ips = new Map<string, string>()
  /** Whether points of ten seconds are there to fetch; undefined until that is known. */
  #hasPoints: boolean | undefined
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(parts: PveParts) {
    this.#parts = parts
    const { connection, hosts, client, health, clock, tsdb } = parts
    this.state = new ClusterState(connection, hosts)
    this.#writer = new FrameWriter(parts, connection.uid)
    this.slow = new SlowRows(clock)
    this.#agents = new AgentDisks({ client, health, clock, state: this.state })
    this.#metrics = new MetricsJob({
      agents: this.#agents,
      ...{ client, health, clock, state: this.state, writer: this.#writer, slow: this.slow },
    })
    this.#import = new ImportJob({
      ...{
        client,
        health,
        clock,
        tsdb,
        ledger: parts.imports,
        keptMs: parts.keptMs,
        state: this.state,
        writer: this.#writer,
      },
    })
    health.importProgress = () => this.#import.progress
  }

  jobs(): Job[] {
    return [
      { name: 'resources', everyMs: LOOK_MS, run: () => this.#look() },
      { name: 'metrics', everyMs: POLL_MS, run: () => this.#fetchPoints() },
      { name: 'nodes', everyMs: MINUTE, run: () => this.#nodes() },
      { name: 'guest agents', everyMs: 5 * MINUTE, run: () => this.#askAgents() },
      { name: 'import', everyMs: MINUTE, run: () => this.#import.run() },
    ]
  }

  async #look(): Promise<void> {
    const { client, clock } = this.#parts
    const now = clock.monotonic()
    const everyMs = this.#hasPoints === true ? POLL_MS : LOOK_MS
    // A little early counts: the next look would be a whole round late.
    if (now - this.#lookedAt < everyMs - SECOND) return
    this.#lookedAt = now
    if (this.state.isCluster === undefined) await this.#status()
    const rows = await client.read(PVE.resources, {})
    if (rows === undefined) return
    for (const change of await this.state.update(rows)) this.#parts.tell(change, clock.now())
    if (this.#hasPoints === undefined) await this.#fetchPoints()
    if (this.#hasPoints === false) this.#writeResources()
    this.#tellPresence()
  }

  #writeResources(): void {
    const slotMs = Math.floor(this.#parts.clock.now() / SLOT_MS) * SLOT_MS
    const extra = (node: string) => {
      const reading = this.#statusReadings.get(node)
      this.#statusReadings.delete(node)
      return reading ?? {}
    }
    const rows = this.#resources.read(this.state, extra, this.#agents)
    for (const [host, own] of rows.entries())
      this.#writer.write(host, slotMs, [...own, ...this.slow.of(host)])
  }

  async #fetchPoints(): Promise<void> {
    const hasPoints = await this.#metrics.run()
    if (hasPoints !== undefined) this.#hasPoints = hasPoints
  }

  /** A node is as alive as its cluster says, and the cluster as long as it answers. */
  #tellPresence(): void {
    const { connection, hosts, profiles } = this.#parts
    const { nodes } = this.state.inventory
    const cluster = hosts.cluster(connection)
    if (cluster !== undefined) {
      profiles.learn(cluster, { ...NO_AGENT, facts: { os: 'Proxmox cluster' } })
      this.#writer.heard(cluster)
    }
    for (const [name, host] of hosts.nodes(connection)) {
      const node = nodes.get(name)
      profiles.learn(host, { ...NO_AGENT, facts: host.facts ?? { os: 'Proxmox VE', virt: 'proxmox-node' } })
      if (node === undefined) this.#writer.saidDown(host, 'no longer a node of its cluster')
      else if (node.isOnline === false) this.#writer.saidDown(host, 'its cluster says that it is offline')
      else if (node.isOnline === true) this.#writer.heard(host)
    }
  }

  async #nodes(): Promise<void> {
    await this.#status()
    for (const { name, isOnline } of this.state.inventory.nodes.values()) {
      if (isOnline === false) continue
      const status = await this.#parts.client.read(PVE.nodeStatus, { node: name })
      if (status !== undefined) this.#learnNode(name, status)
    }
  }

  #learnNode(name: string, status: NodeStatus): void {
    const { profiles, clock } = this.#parts
    this.#statusReadings.set(name, statusReading(status))
    const host = this.state.node(name)
    if (host === undefined) return
    profiles.learn(host, { ...NO_AGENT, facts: factsOf(name, status, this.#ips.get(name), clock.now()) })
  }

  async #askAgents(): Promise<unknown> {
    if (!this.state.isKnown || this.#parts.health.mayAskAgents === undefined) return LATER
    return this.#agents.run()
  }

  async #status(): Promise<void> {
    const rows = await this.#parts.client.read(PVE.clusterStatus, {})
    if (rows === undefined) return
    this.state.learnStatus(rows)
    for (const { type, name, ip } of rows) if (type === 'node' && ip !== undefined) this.#ips.set(name, ip)
  }
}

const NO_AGENT = { protocol: null, agentVersion: null, intervalMs: POLL_MS } as const
