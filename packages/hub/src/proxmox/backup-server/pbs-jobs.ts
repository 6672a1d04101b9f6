import { DAY, MINUTE, SECOND } from '@lumen/model/time'
import type { BackupServerDetail } from '@lumen/protocol/http/proxmox/detail'
import type { Clock } from '@lumen/std/clock'
import type { Answer } from '../client/call.ts'
import { PBS } from '../client/pbs-calls.ts'
import { percentOf } from '../poller/row-of.ts'
import type { Job } from '../poller/schedule.ts'
import type { WatchedClient } from '../poller/watched-client.ts'

type Groups = Answer<typeof PBS.groups>
type ServerJob = BackupServerDetail['jobs'][number]

const NEARLY_FULL_PCT = 90
const TASKS_ASKED = 500
const KINDS = {
  verify: PBS.verifyJobs,
  prune: PBS.pruneJobs,
  sync: PBS.syncJobs,
  gc: PBS.collections,
} as const

/** What is asked of a backup server, and what is known of it. */
export class PbsJobs {
  readonly #client: WatchedClient
  readonly #clock: Clock
  #usage: Answer<typeof PBS.datastoreUsage> = []
  readonly #groups = new Map<string, Groups>()
  readonly #jobs = new Map<ServerJob['kind'], ServerJob[]>()
  #failed: BackupServerDetail['failed_tasks'] = []

  constructor(client: WatchedClient, clock: Clock) {
    this.#client = client
    this.#clock = clock
  }

  jobs(): Job[] {
    return [
      { name: 'datastores', everyMs: 5 * MINUTE, run: () => this.#datastores() },
      { name: 'tasks', everyMs: 5 * MINUTE, run: () => this.#tasks() },
      { name: 'server jobs', everyMs: 15 * MINUTE, run: () => this.#serverJobs() },
    ]
  }

  detail(): BackupServerDetail {
    return {
      datastores: this.#usage.map((store) => {
        const usedPct = percentOf(store.used, store.total)
        return {
          name: store.store,
          ...{ total_bytes: store.total ?? null, used_bytes: store.used ?? null, used_pct: usedPct ?? null },
          nearly_full: (usedPct ?? 0) >= NEARLY_FULL_PCT,
          full_at: this.#ahead(store['estimated-full-date']),
          error: store.error ?? null,
          groups: (this.#groups.get(store.store) ?? []).map((group) => ({
            ...{ type: group['backup-type'], id: group['backup-id'], last_backup: ms(group['last-backup']) },
            ...{ count: group['backup-count'] ?? null, comment: group.comment ?? null },
          })),
        }
      }),
      jobs: [...this.#jobs.values()].flat(),
      failed_tasks: this.#failed,
    }
  }

  async #datastores(): Promise<void> {
    const usage = await this.#client.read(PBS.datastoreUsage, {})
    if (usage === undefined) return
    this.#usage = usage
    for (const { store, error } of usage) {
      if (error !== undefined) continue
      const groups = await this.#client.read(PBS.groups, { store })
      if (groups !== undefined) this.#groups.set(store, groups)
    }
  }

  async #tasks(): Promise<void> {
    const since = Math.floor((this.#clock.now() - 7 * DAY) / SECOND)
    const tasks = await this.#client.read(PBS.tasks, {}, { since, errors: 1, limit: TASKS_ASKED })
    if (tasks === undefined) return
    this.#failed = tasks
      .filter(({ endtime, status }) => endtime !== undefined && !/^(OK$|WARNINGS)/.test(status ?? ''))
      .sort((a, b) => b.starttime - a.starttime)
      .map(({ worker_type, worker_id, user, starttime, endtime, status }) => ({
        ...{ node: 'localhost', type: worker_type ?? null, id: worker_id ?? null, user: user ?? null },
        ...{ started_at: starttime * SECOND, ended_at: ms(endtime), status: status ?? '' },
      }))
  }

  async #serverJobs(): Promise<void> {
    for (const [kind, call] of Object.entries(KINDS) as [ServerJob['kind'], (typeof KINDS)['gc']][]) {
      const jobs = await this.#client.read(call, {})
      if (jobs === undefined) continue
      this.#jobs.set(
        kind,
        jobs.map((job) => ({
          ...{ kind, id: job.id ?? job.store ?? kind, datastore: job.store ?? null },
          ...{ enabled: job.disable !== true, schedule: job.schedule ?? null },
          ...{ last_state: job['last-run-state'] ?? null, last_ended: ms(job['last-run-endtime']) },
          next_run: ms(job['next-run']),
        })),
      )
    }
  }

  /** A date in the past is said where the datastore empties. */
  #ahead(seconds: number | undefined): number | null {
    const at = ms(seconds)
    return at === null || at <= this.#clock.now() ? null : at
  }
}

const ms = (seconds: number | undefined) =>
  seconds === undefined || seconds <= 0 ? null : Math.round(seconds * SECOND)
