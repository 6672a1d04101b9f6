import { MINUTE } from '@lumen/model/time'
import type { ConnectionState, WrongCertificate } from '@lumen/protocol/http/proxmox/connections'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { sleep } from '@lumen/std/sleep'
import type { ApiClient } from '../client/api-client.ts'
import { PVE } from '../client/pve-calls.ts'
import { type Connection, clientOf } from '../connections/connection.ts'
import { mayAskAgents, missingRights } from '../connections/rights.ts'
import { ServerWatch } from '../server/server-watch.ts'
import { ClusterWatch, type Neighbours } from '../state/cluster-watch.ts'
import { PartLedger } from '../state/part-ledger.ts'
import { ConnectionHealth } from './connection-health.ts'
import { PveJobs, type PveParts } from './pve-jobs.ts'
import { type Job, LATER, Schedule } from './schedule.ts'
import { WatchedClient } from './watched-client.ts'

export interface WatchParts extends Omit<PveParts, 'client' | 'health' | 'tell'> {
  /** Undefined when it cannot be read. */
  secret: string | undefined
  neighbours: Neighbours
  log: Log
  /** How waiting between requests is done; tests do not wait. */
  pause?: typeof sleep
}

/** unreachable: nobody answers · blind: it answers, and may or can not be asked what it has. */
export type ConnectionTrouble =
  | { kind: 'certificate'; certificate: WrongCertificate }
  | { kind: 'unreachable' | 'blind'; words: string }

/** One connection while the hub runs: what is asked of it and when, and how it fares. Ends for good with a wrong
 * certificate; a person who changes the connection starts another. */
export class ConnectionWatch implements AsyncDisposable {
  readonly connection: Connection
  /** What is known of it part by part. */
  readonly parts: PartLedger
  /** Null for a backup server, and where nothing can be asked. */
  cluster: ClusterWatch | null = null
  /** Null for a cluster, and where nothing can be asked. */
  server: ServerWatch | null = null
  readonly #client: ApiClient | null
  readonly #health: ConnectionHealth
  readonly #schedule: Schedule

  constructor(parts: WatchParts) {
    const { connection, secret, clock, log, pause } = parts
    this.connection = connection
    this.#client = secret === undefined ? null : clientOf(connection, secret, clock, pause)
    this.#health = new ConnectionHealth(clock)
    this.parts = new PartLedger(clock)
    const client = this.#client === null ? null : new WatchedClient(this.#client, this.#health, this.parts)
    this.#schedule = new Schedule(clock, client === null ? [] : this.#jobs(client, parts), (job, fault) =>
      log.error('a job for Proxmox failed', { connection: connection.name, job, fault: errorMessage(fault) }),
    )
  }

  get state(): ConnectionState {
    return this.#health.state(this.#client, this.connection.spec.trust)
  }

  /** What keeps the whole of it from being read; null when nothing does, or that is not known yet. */
  get trouble(): ConnectionTrouble | null {
    const { state, fault, certificate } = this.state
    if (certificate !== null) return { kind: 'certificate', certificate }
    if (state === 'sealed') return { kind: 'blind', words: fault ?? '' }
    if (fault !== null) {
      return { kind: this.#health.faultKind === 'unreachable' ? 'unreachable' : 'blind', words: fault }
    }
    const [unread] = this.parts.faultsOf(this.connection.kind === 'pve' ? 'resources' : 'datastores')
    return unread === undefined ? null : { kind: 'blind', words: unread }
  }

  /** Called every second. */
  tick(): void {
    if (this.#client?.halted === null) this.#schedule.tick()
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.#schedule.settled()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client?.[Symbol.dispose]()
    await this.#schedule.settled()
  }

  #jobs(client: WatchedClient, parts: WatchParts): Job[] {
    const { kind } = this.connection
    return [
      {
        name: 'version',
        everyMs: 5 * MINUTE,
        run: async () => {
          const version = await client.read(PVE.version, {})
          if (version !== undefined) this.#health.version = version.version
        },
      },
      {
        name: 'permissions',
        everyMs: 10 * MINUTE,
        run: async () => {
          const permissions = await client.read(PVE.permissions, {})
          if (permissions === undefined) return undefined
          if (this.#health.majorVersion === 0) return LATER
          this.#health.missingRights = missingRights(kind, permissions, this.#health.majorVersion)
          this.#health.mayAskAgents = mayAskAgents(permissions)
          return undefined
        },
      },
      ...(kind === 'pve' ? this.#clusterJobs(client, parts) : this.#serverJobs(client, parts)),
    ]
  }

  #serverJobs(client: WatchedClient, { connection, neighbours, clock }: WatchParts): Job[] {
    this.server = new ServerWatch({ connection, client, clock, clusters: () => neighbours.clusters() })
    return this.server.jobs()
  }

  #clusterJobs(client: WatchedClient, parts: WatchParts): Job[] {
    const { connection, neighbours, tsdb, clock } = parts
    const pve = new PveJobs({
      ...{ ...parts, client, health: this.#health },
      tell: (change, at) => this.cluster?.events.tell(change, at),
    })
    this.cluster = new ClusterWatch({
      ...{ connection, client, neighbours, tsdb, clock, state: pve.state, parts: this.parts },
      slow: pve.slow,
      mayAskAgents: () => this.#health.mayAskAgents === true,
    })
    return [...pve.jobs(), ...this.cluster.jobs()]
  }
}
