import { DAY, SECOND } from '@lumen/model/time'
import type { ClusterPool } from '@lumen/protocol/http/proxmox/cluster'
import type { Clock } from '@lumen/std/clock'
import { PVE, type TaskRow } from '../client/pve-calls.ts'
import type { Connection } from '../connections/connection.ts'
import type { ClusterState } from '../poller/cluster-state.ts'
import type { StorageNow } from '../poller/inventory.ts'
import type { Job } from '../poller/schedule.ts'
import type { WatchedClient } from '../poller/watched-client.ts'
import { readBackupFiles } from './backup-files.ts'
import type { ClusterBook } from './cluster-book.ts'
import { readCertificate, readDisk } from './disks.ts'
import { readHa } from './ha.ts'
import { PART_EVERY_MS, type PartLedger } from './part-ledger.ts'
import { readPool } from './pools.ts'
import { type ReplicationRun, readReplications } from './replications.ts'
import { nodeOf } from './task-book.ts'
import { taskEnd } from './task-end.ts'
import { readVzdumpLog } from './vzdump-log.ts'

export interface ClusterJobsParts {
  connection: Connection
  client: WatchedClient
  state: ClusterState
  book: ClusterBook
  parts: PartLedger
  clock: Clock
  /** Tasks that are new, or that ended since they were last told of. */
  onTasks(tasks: readonly TaskRow[]): Promise<void>
}

/** How often is looked whether something is due, and how much too early counts. */
const LOOK_MS = 5 * SECOND
const SLACK_MS = SECOND
const MOST_TASKS = 500
/** Logs read in one round, newest first; the others come with the next. */
const LOGS_A_ROUND = 6
const MOST_OUTCOMES = 2_000
/** Where a cluster is first looked at: how far back. */
const TROUBLE_MS = 7 * DAY
const FIRST_MS = DAY

/** What is read seldom of a cluster: each part by itself, and of nodes only those that are there. One call at a time, so
 * that numbers are never behind them. */
export class ClusterJobs {
  readonly #parts: ClusterJobsParts

  constructor(parts: ClusterJobsParts) {
    this.#parts = parts
  }

  jobs(): Job[] {
    const job = (name: keyof typeof PART_EVERY_MS, run: () => Promise<void>): Job => {
      const { clock } = this.#parts
      let dueAt = Number.NEGATIVE_INFINITY
      return {
        ...{ name, everyMs: LOOK_MS },
        run: async () => {
          if (clock.monotonic() < dueAt || !this.#isKnown()) return
          dueAt = clock.monotonic() + PART_EVERY_MS[name] - SLACK_MS
          await run()
        },
      }
    }
    return [
      job('ha', () => this.#ha()),
      job('replication', () => this.#replication()),
      job('tasks', () => this.#tasks()),
      job('pools', () => this.#eachNode((node) => this.#pools(node))),
      job('disks', () => this.#eachNode((node) => this.#disks(node))),
      job('certificates', () => this.#eachNode((node) => this.#certificates(node))),
      job('coverage', () => this.#coverage()),
      job('backups', () => this.#backups()),
    ]
  }

  /** Nodes that are there to be asked. */
  get #nodes(): string[] {
    return [...this.#parts.state.inventory.nodes.values()].flatMap(({ name, isOnline }) =>
      isOnline === false ? [] : [name],
    )
  }

  /** Everything here is about nodes and guests: the inventory comes first. */
  #isKnown(): boolean {
    const { state, parts } = this.#parts
    for (const { name, isOnline } of state.inventory.nodes.values()) {
      if (isOnline === false) parts.forgetNode(name)
    }
    return state.inventory.nodes.size > 0
  }

  async #eachNode(read: (node: string) => Promise<void>): Promise<void> {
    for (const node of this.#nodes) await read(node)
  }

  async #ha(): Promise<void> {
    const { client, book } = this.#parts
    const rows = await client.read(PVE.haStatus, {})
    if (rows === undefined) return
    book.ha = readHa(rows)
  }

  async #replication(): Promise<void> {
    const { client, book } = this.#parts
    const jobs = await client.read(PVE.replicationJobs, {})
    if (jobs === undefined) return
    const runs = new Map<string, ReplicationRun>()
    const sources = new Set(jobs.flatMap(({ guest }) => this.#homeOf(guest) ?? []))
    for (const node of this.#nodes) {
      if (!sources.has(node)) continue
      const rows = await client.read(PVE.nodeReplication, { node })
      for (const row of rows ?? []) runs.set(row.id, row)
    }
    book.replications = readReplications(jobs, runs)
  }

  #homeOf(vmid: number | undefined): string | undefined {
    return vmid === undefined ? undefined : this.#parts.state.inventory.guests.get(vmid)?.node
  }

  async #tasks(): Promise<void> {
    const { client, book, clock, onTasks } = this.#parts
    const fresh: TaskRow[] = []
    const take = (rows: TaskRow[] | undefined) => {
      fresh.push(...book.tasks.add(rows ?? [], clock.now()))
    }
    await this.#eachNode(async (node) => {
      const ask = { source: 'all', limit: MOST_TASKS }
      const since = book.tasks.since(node)
      if (since !== undefined) {
        take(await client.read(PVE.tasks, { node }, { ...ask, since }))
        return
      }
      const from = (agoMs: number) => Math.floor((clock.now() - agoMs) / SECOND)
      take(await client.read(PVE.tasks, { node }, { ...ask, since: from(TROUBLE_MS), typefilter: 'vzdump' }))
      take(await client.read(PVE.tasks, { node }, { ...ask, since: from(TROUBLE_MS), errors: 1 }))
      take(await client.read(PVE.tasks, { node }, { ...ask, since: from(FIRST_MS) }))
    })
    await this.#logs()
    await onTasks(fresh)
  }

  /** Which guests a run of vzdump failed on is said in its log alone. */
  async #logs(): Promise<void> {
    const { client, book, clock } = this.#parts
    const from = (clock.now() - TROUBLE_MS) / SECOND
    const wanted = book.tasks.backupRuns().filter(({ upid, starttime, status, endtime }) => {
      const { state } = taskEnd(status, endtime)
      return starttime >= from && (state === 'failed' || state === 'warnings') && !book.outcomes.has(upid)
    })
    for (const task of wanted.slice(0, LOGS_A_ROUND)) {
      const node = nodeOf(task)
      if (!this.#nodes.includes(node)) continue
      const lines = await client.read(PVE.taskLog, { node, upid: task.upid }, { limit: 0 })
      if (lines === undefined) continue
      const text = lines.flatMap(({ t }) => t ?? [])
      book.outcomes.set(task.upid, readVzdumpLog(text, task.status ?? ''))
    }
    for (const upid of book.outcomes.keys()) {
      if (book.outcomes.size <= MOST_OUTCOMES) break
      book.outcomes.delete(upid)
    }
  }

  async #pools(node: string): Promise<void> {
    const { client, book } = this.#parts
    const rows = await client.read(PVE.zfsPools, { node })
    if (rows === undefined) return
    const pools: ClusterPool[] = []
    for (const row of rows) {
      const detail = await client.read(PVE.zfsPool, { node, name: row.name })
      pools.push(readPool(node, row, detail))
    }
    book.pools.set(node, pools)
  }

  /** Health and wear are looked up by waking each disk: only where somebody asked for it. */
  async #disks(node: string): Promise<void> {
    const { client, book, connection } = this.#parts
    const asksSmart = connection.spec.smart === true
    const rows = await client.read(PVE.disks, { node }, asksSmart ? {} : { skipsmart: 1 })
    if (rows === undefined) return
    book.disks.set(
      node,
      rows.map((row) => readDisk(node, row, asksSmart)),
    )
  }

  async #certificates(node: string): Promise<void> {
    const { client, book } = this.#parts
    const rows = await client.read(PVE.certificates, { node })
    if (rows === undefined) return
    book.certificates.set(
      node,
      rows.map((row) => readCertificate(node, row)),
    )
  }

  async #coverage(): Promise<void> {
    const { client, book } = this.#parts
    book.backupJobs = (await client.read(PVE.backupJobs, {})) ?? book.backupJobs
    const rows = await client.read(PVE.notBackedUp, {})
    if (rows !== undefined) book.notCovered = rows.map(({ vmid }) => vmid).sort((one, other) => one - other)
  }

  /** A shared storage is asked about once, at a node that reaches it. */
  async #backups(): Promise<void> {
    const { client, book } = this.#parts
    const places = new Map<string, StorageNow[]>()
    for (const storage of this.#parts.state.inventory.storages.values()) {
      if (!storage.content?.split(',').includes('backup')) continue
      const place = placeOf(storage)
      places.set(place, [...(places.get(place) ?? []), storage])
    }
    for (const place of book.backups.keys()) if (!places.has(place)) book.backups.delete(place)
    for (const [place, storages] of places) {
      const at = storages.find(({ node, state }) => state === 'available' && this.#nodes.includes(node))
      if (at === undefined) continue
      const { node, name } = at
      const rows = await client.read(PVE.storageContent, { node, storage: name }, { content: 'backup' })
      if (rows !== undefined) book.backups.set(place, readBackupFiles(place, rows))
    }
  }
}

/** Name of a storage, with its node where each has its own. */
export function placeOf({ isShared, node, name }: StorageNow): string {
  return isShared ? name : `${node}/${name}`
}

/** Places for backups all of which were looked at lately. */
export function isEveryPlaceRead(state: ClusterState, book: ClusterBook): boolean {
  const places = [...state.inventory.storages.values()].filter(({ content }) =>
    content?.split(',').includes('backup'),
  )
  return places.length > 0 && places.every((storage) => book.backups.has(placeOf(storage)))
}
