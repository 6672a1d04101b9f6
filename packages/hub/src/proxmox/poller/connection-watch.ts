import { MINUTE } from '@lumen/model/time'
import type { ConnectionState } from '@lumen/protocol/http/proxmox/connections'
import type { BackupServerDetail, ClusterDetail } from '@lumen/protocol/http/proxmox/detail'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { sleep } from '@lumen/std/sleep'
import { PbsJobs } from '../backup-server/pbs-jobs.ts'
import type { ApiClient } from '../client/api-client.ts'
import { PVE } from '../client/pve-calls.ts'
import { clusterDetail } from '../cluster/cluster-detail.ts'
import { type Connection, clientOf } from '../connections/connection.ts'
import { mayAskAgents, missingRights } from '../connections/rights.ts'
import type { InventoryMachine } from '../match/match-machines.ts'
import { ConnectionHealth } from './connection-health.ts'
import { PveJobs, type PveParts } from './pve-jobs.ts'
import { type Job, LATER, Schedule } from './schedule.ts'
import { WatchedClient } from './watched-client.ts'

export interface WatchParts extends Omit<PveParts, 'client' | 'health'> {
  /** Undefined when it cannot be read. */
  secret: string | undefined
  log: Log
  /** How waiting between requests is done; tests do not wait. */
  pause?: typeof sleep
}

/** One connection while the hub runs: what is asked of it and when, and how it fares. Ends for good with a wrong
 * certificate; a person who changes the connection starts another. */
export class ConnectionWatch implements AsyncDisposable {
  readonly connection: Connection
  readonly #client: ApiClient | null
  readonly #health: ConnectionHealth
  readonly #schedule: Schedule
  #pve: PveJobs | undefined
  #pbs: PbsJobs | undefined

  constructor(parts: WatchParts) {
    const { connection, secret, clock, log, pause } = parts
    this.connection = connection
    this.#client = secret === undefined ? null : clientOf(connection, secret, clock, pause)
    this.#health = new ConnectionHealth(clock)
    const client = this.#client === null ? null : new WatchedClient(this.#client, this.#health)
    this.#schedule = new Schedule(clock, client === null ? [] : this.#jobs(client, parts), (job, fault) =>
      log.error('a job for Proxmox failed', { connection: connection.name, job, fault: errorMessage(fault) }),
    )
  }

  get state(): ConnectionState {
    return this.#health.state(this.#client, this.connection.spec.trust)
  }

  /** What is known of what it is connected to. */
  get detail(): { cluster: ClusterDetail | null; backup_server: BackupServerDetail | null } {
    return {
      cluster: this.#pve === undefined ? null : clusterDetail(this.#pve.state, this.#pve.seldom),
      backup_server: this.#pbs?.detail() ?? null,
    }
  }

  /** Machines it has; none of a backup server. */
  get machines(): InventoryMachine[] {
    return this.#pve?.machines.list() ?? []
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

  #ownJobs(client: WatchedClient, parts: WatchParts): Job[] {
    if (this.connection.kind === 'pbs') {
      this.#pbs = new PbsJobs(client, parts.clock)
      return this.#pbs.jobs()
    }
    this.#pve = new PveJobs({ ...parts, client, health: this.#health })
    return this.#pve.jobs()
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
      ...this.#ownJobs(client, parts),
    ]
  }
}
