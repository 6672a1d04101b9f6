import { MINUTE } from '@lumen/model/time'
import type { ConnectionState } from '@lumen/protocol/http/proxmox/connections'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { sleep } from '@lumen/std/sleep'
import type { ApiClient } from '../client/api-client.ts'
import { PVE } from '../client/pve-calls.ts'
import { type Connection, clientOf } from '../connections/connection.ts'
import { missingRights } from '../connections/rights.ts'
import { ClusterWatch, type Neighbours } from '../state/cluster-watch.ts'
import { PartLedger } from '../state/part-ledger.ts'
import { ConnectionHealth } from './connection-health.ts'
import { PveJobs, type PveParts } from './pve-jobs.ts'
import { type Job, Schedule } from './schedule.ts'
import { WatchedClient } from './watched-client.ts'

export interface WatchParts extends Omit<PveParts, 'client' | 'health'> {
  /** Undefined when it cannot be read. */
  secret: string | undefined
  neighbours: Neighbours
  log: Log
  /** How waiting between requests is done; tests do not wait. */
  pause?: typeof sleep
}

/** One connection while the hub runs: what is asked of it and when, and how it fares. Ends for good with a wrong
 * certificate; a person who changes the connection starts another. */
export class ConnectionWatch implements AsyncDisposable {
  readonly connection: Connection
  /** What is known of it part by part. */
  readonly parts: PartLedger
  /** Null for a backup server, and where nothing can be asked. */
  cluster: ClusterWatch | null = null
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
          if (permissions !== undefined) this.#health.missingRights = missingRights(kind, permissions)
        },
      },
      ...(kind === 'pve' ? this.#clusterJobs(client, parts) : []),
    ]
  }

  #clusterJobs(client: WatchedClient, parts: WatchParts): Job[] {
    const { connection, neighbours, tsdb, clock } = parts
    const pve = new PveJobs({ ...parts, client, health: this.#health })
    this.cluster = new ClusterWatch({
      ...{ connection, client, neighbours, tsdb, clock, state: pve.state, parts: this.parts },
    })
    return [...pve.jobs(), ...this.cluster.jobs()]
  }
}
