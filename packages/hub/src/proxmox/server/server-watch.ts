import { DAY, SECOND } from '@lumen/model/time'
import type { BackupServer, ServerJob } from '@lumen/protocol/http/proxmox/backup-server'
import type { Backup } from '@lumen/protocol/http/proxmox/guest-backups'
import type { Clock } from '@lumen/std/clock'
import { PBS } from '../client/pbs-calls.ts'
import type { Connection } from '../connections/connection.ts'
import type { Job } from '../poller/schedule.ts'
import type { WatchedClient } from '../poller/watched-client.ts'
import type { ClusterWatch } from '../state/cluster-watch.ts'
import { PART_EVERY_MS } from '../state/part-ledger.ts'
import { type GroupGuest, guestOfGroup } from './group-guest.ts'
import { readDatastore, readServerJob, readServerTask, ServerBook, type StoredGroup } from './server-book.ts'

export interface ServerWatchParts {
  connection: Connection
  client: WatchedClient
  clock: Clock
  /** Clusters whose guests may have backups here. */
  clusters(): readonly ClusterWatch[]
}

const MOST_TASKS = 200
const TASKS_MS = 7 * DAY

/** All that is known of one backup server, and what keeps it up to date. */
export class ServerWatch {
  readonly book = new ServerBook()
  readonly #parts: ServerWatchParts

  constructor(parts: ServerWatchParts) {
    this.#parts = parts
  }

  jobs(): Job[] {
    return [
      { name: 'datastores', everyMs: PART_EVERY_MS.datastores, run: () => this.#datastores() },
      { name: 'server jobs', everyMs: PART_EVERY_MS.jobs, run: () => this.#serverJobs() },
      { name: 'server tasks', everyMs: PART_EVERY_MS.server_tasks, run: () => this.#tasks() },
      { name: 'groups', everyMs: PART_EVERY_MS.groups, run: () => this.#groups() },
    ]
  }

  view(): BackupServer {
    const { datastores, groups, jobs, tasks } = this.book
    const clusters = this.#parts.clusters()
    return {
      datastores: [...datastores],
      groups: [...groups.values()].flat().map((group) => {
        const found = guestOfGroup(group, clusters)
        const time = group['last-backup']
        return {
          ...{ store: group.store, namespace: group.namespace },
          ...{ type: group['backup-type'], id: group['backup-id'] },
          last_backup: time === undefined ? null : time * SECOND,
          count: group['backup-count'] ?? null,
          ...{ comment: group.comment ?? null, owner: group.owner ?? null },
          verified: found?.verified ?? null,
          guest: found === undefined ? null : shownGuest(found),
        }
      }),
      jobs: [...jobs.values()].flat(),
      tasks: [...tasks],
    }
  }

  /** The newest backup of a guest in each place here. */
  backupsOf(connectionId: number, vmid: number): Backup[] {
    const clusters = this.#parts.clusters()
    return [...this.book.groups.values()].flat().flatMap((group): Backup[] => {
      const time = group['last-backup']
      if (group['backup-id'] !== String(vmid) || time === undefined) return []
      const found = guestOfGroup(group, clusters)
      if (found?.cluster.connectionId !== connectionId) return []
      const { store, namespace } = group
      const where = `${this.#parts.connection.name}: ${store}${namespace === '' ? '' : ` ${namespace}`}`
      const { verified } = found
      return [
        { at: time * SECOND, size_bytes: null, where, verified, is_protected: false, is_encrypted: false },
      ]
    })
  }

  /** What is wrong on the server, for people to be told. */
  troubles(): { about: string; words: string }[] {
    const unread = this.book.datastores.flatMap(({ name, error }) =>
      error === null ? [] : [{ about: name, words: `datastore ${name} cannot be read: ${error}` }],
    )
    const failing = [...this.book.jobs.values()]
      .flat()
      .flatMap(({ kind, id, store, state, message }) =>
        state === 'failed'
          ? [{ about: `${kind} ${id}`, words: `${JOB_WORDS[kind]} of ${store ?? id} failed: ${message}` }]
          : [],
      )
    return [...unread, ...failing]
  }

  async #datastores(): Promise<void> {
    const { client, clock } = this.#parts
    const rows = await client.read(PBS.datastoreUsage, {})
    if (rows !== undefined) this.book.datastores = rows.map((row) => readDatastore(row, clock.now()))
  }

  async #serverJobs(): Promise<void> {
    const { client } = this.#parts
    const take = (kind: ServerJob['kind'], rows: Parameters<typeof readServerJob>[1][] | undefined) => {
      if (rows !== undefined)
        this.book.jobs.set(
          kind,
          rows.map((row) => readServerJob(kind, row)),
        )
    }
    take('verify', await client.read(PBS.verifyJobs, {}))
    take('prune', await client.read(PBS.pruneJobs, {}))
    take('sync', await client.read(PBS.syncJobs, {}))
    take('gc', await client.read(PBS.collections, {}))
  }

  async #tasks(): Promise<void> {
    const { client, clock } = this.#parts
    const since = Math.floor((clock.now() - TASKS_MS) / SECOND)
    const rows = await client.read(PBS.tasks, {}, { since, errors: 1, limit: MOST_TASKS })
    if (rows === undefined) return
    this.book.tasks = rows.flatMap(readServerTask).sort((one, other) => other.started_at - one.started_at)
  }

  async #groups(): Promise<void> {
    const { client } = this.#parts
    if (this.book.datastores.length === 0) await this.#datastores()
    if (this.book.jobs.size === 0) await this.#serverJobs()
    const places = this.#places()
    for (const key of this.book.groups.keys()) if (!places.has(key)) this.book.groups.delete(key)
    for (const [key, { store, namespace }] of places) {
      const query = namespace === '' ? {} : { ns: namespace }
      const rows = await client.read(PBS.groups, { store }, query)
      if (rows === undefined) continue
      const groups = rows.map((row): StoredGroup => ({ ...row, store, namespace }))
      this.book.groups.set(key, groups)
    }
  }

  /** Datastores that can be read, with the namespaces their jobs name: a list of namespaces is for others to see. */
  #places(): Map<string, { store: string; namespace: string }> {
    const places = new Map<string, { store: string; namespace: string }>()
    const add = (store: string, namespace: string) =>
      places.set(`${store} ${namespace}`, { store, namespace })
    const readable = this.book.datastores.filter(({ error }) => error === null).map(({ name }) => name)
    for (const store of readable) add(store, '')
    for (const { store, namespace } of [...this.book.jobs.values()].flat()) {
      if (store !== null && namespace !== '' && readable.includes(store)) add(store, namespace)
    }
    return places
  }
}

const JOB_WORDS: Readonly<Record<ServerJob['kind'], string>> = {
  verify: 'verification',
  prune: 'pruning',
  sync: 'synchronisation',
  gc: 'garbage collection',
}

function shownGuest({ cluster, guest }: GroupGuest): BackupServer['groups'][number]['guest'] {
  return {
    ...{ connection_id: cluster.connectionId, connection: cluster.connectionName },
    ...{ vmid: guest.vmid, name: guest.name ?? null },
  }
}
