import type { EntityRow } from '@lumen/model/sample'
import { DAY, HOUR, MINUTE, SECOND } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { Answer } from '../client/call.ts'
import { PVE, type TaskRow } from '../client/pve-calls.ts'
import type { ClusterState } from '../poller/cluster-state.ts'
import { rowOf } from '../poller/row-of.ts'
import { type Job, LATER } from '../poller/schedule.ts'
import type { SlowRows } from '../poller/slow-rows.ts'
import type { WatchedClient } from '../poller/watched-client.ts'
import type { BackupFile } from './guest-backups.ts'
import { poolErrors, scrubEndedAt } from './pool-status.ts'

export type StatusRow = Answer<typeof PVE.clusterStatus>[number]
export type PoolNow = Answer<typeof PVE.zfsPools>[number] & {
  node: string
  status: Answer<typeof PVE.zfsPool> | undefined
}
export type DiskNow = Answer<typeof PVE.disks>[number] & { node: string }
export type TaskNow = TaskRow & { node: string }
export type ReplicationNow = Answer<typeof PVE.nodeReplication>[number]

export interface ClusterJobsParts {
  client: WatchedClient
  state: ClusterState
  slow: SlowRows
  clock: Clock
}

const TASKS_ASKED = 500

/** What is looked at seldom: pools, disks, tasks, backups, replication, high availability. Everything is undefined until
 * it was read, and keeps what was read last. */
export class ClusterJobs {
  readonly #parts: ClusterJobsParts
  ha: Answer<typeof PVE.haStatus> | undefined
  replicationJobs: Answer<typeof PVE.replicationJobs> | undefined
  backupJobs: Answer<typeof PVE.backupJobs> | undefined
  uncovered: ReadonlySet<number> | undefined
  readonly replications = new Map<string, ReplicationNow>()
  readonly pools = new Map<string, PoolNow[]>()
  readonly disks = new Map<string, DiskNow[]>()
  readonly failedTasks = new Map<string, TaskNow[]>()
  readonly failedBackups = new Map<string, TaskNow[]>()
  /** By storage, or `node/storage` where it is a node's own. */
  readonly backups = new Map<string, { storage: string; files: BackupFile[] }>()

  constructor(parts: ClusterJobsParts) {
    this.#parts = parts
  }

  jobs(): Job[] {
    return [
      { name: 'pools', everyMs: 5 * MINUTE, run: () => this.#eachNode((node) => this.#poolsOf(node)) },
      { name: 'disks', everyMs: HOUR, run: () => this.#eachNode((node) => this.#disksOf(node)) },
      { name: 'tasks', everyMs: 5 * MINUTE, run: () => this.#eachNode((node) => this.#tasksOf(node)) },
      { name: 'availability', everyMs: 5 * MINUTE, run: () => this.#availability() },
      { name: 'backups', everyMs: 15 * MINUTE, run: () => this.#allBackups() },
    ]
  }

  async #eachNode(work: (node: string) => Promise<void>): Promise<unknown> {
    const { state } = this.#parts
    if (!state.isKnown) return LATER
    for (const { name, isOnline } of state.inventory.nodes.values()) {
      if (isOnline !== false) await work(name)
    }
  }

  async #poolsOf(node: string): Promise<void> {
    const { client, state, slow, clock } = this.#parts
    const list = await client.read(PVE.zfsPools, { node })
    if (list === undefined) return
    const pools: PoolNow[] = []
    const rows: EntityRow[] = []
    for (const pool of list) {
      const status = await client.read(PVE.zfsPool, { node, name: pool.name })
      pools.push({ ...pool, node, status })
      const scrubbedAt = scrubEndedAt(status?.scan)
      const row = rowOf(
        'zpool',
        pool.name,
        {
          ...{ size_bytes: pool.size, alloc_bytes: pool.alloc, free_bytes: pool.free, frag_pct: pool.frag },
          errors: poolErrors(status?.errors),
          scrub_age_s: scrubbedAt === undefined ? undefined : (clock.now() - scrubbedAt) / SECOND,
        },
        { health: pool.health },
      )
      if (row !== undefined) rows.push(row)
    }
    this.pools.set(node, pools)
    const host = state.node(node)
    if (host !== undefined) slow.set(host, 'zfs', rows)
  }

  /** Without SMART, which would wake every disk. */
  async #disksOf(node: string): Promise<void> {
    const disks = await this.#parts.client.read(PVE.disks, { node }, { skipsmart: 1 })
    if (disks !== undefined)
      this.disks.set(
        node,
        disks.map((disk) => ({ ...disk, node })),
      )
  }

  async #tasksOf(node: string): Promise<void> {
    const { client, clock } = this.#parts
    const since = (ms: number) => Math.floor((clock.now() - ms) / SECOND)
    const backups = await client.read(
      PVE.tasks,
      { node },
      { typefilter: 'vzdump', source: 'all', since: since(7 * DAY), limit: TASKS_ASKED },
    )
    if (backups !== undefined) this.failedBackups.set(node, failed(backups, node))
    const others = await client.read(
      PVE.tasks,
      { node },
      { errors: 1, since: since(DAY), limit: TASKS_ASKED },
    )
    if (others !== undefined) this.failedTasks.set(node, failed(others, node))
  }

  async #availability(): Promise<unknown> {
    const { client, state } = this.#parts
    if (!state.isKnown) return LATER
    this.ha = (await client.read(PVE.haStatus, {})) ?? this.ha
    this.replicationJobs = (await client.read(PVE.replicationJobs, {})) ?? this.replicationJobs
    if (this.replicationJobs === undefined || this.replicationJobs.length === 0) return
    await this.#eachNode(async (node) => {
      for (const row of (await client.read(PVE.nodeReplication, { node })) ?? []) {
        this.replications.set(row.id, row)
      }
    })
  }

  async #allBackups(): Promise<unknown> {
    const { client, state } = this.#parts
    if (!state.isKnown) return LATER
    this.backupJobs = (await client.read(PVE.backupJobs, {})) ?? this.backupJobs
    const uncovered = await client.read(PVE.notBackedUp, {})
    if (uncovered !== undefined) this.uncovered = new Set(uncovered.map(({ vmid }) => vmid))
    const seen = new Set<string>()
    for (const { node, name, isShared, content, state: status } of state.inventory.storages.values()) {
      const key = isShared ? name : `${node}/${name}`
      if (seen.has(key) || status !== 'available' || !(content ?? '').includes('backup')) continue
      seen.add(key)
      const files = await client.read(PVE.storageContent, { node, storage: name }, { content: 'backup' })
      if (files !== undefined) this.backups.set(key, { storage: name, files })
    }
    const known = new Set(
      [...state.inventory.storages.values()].map(({ node, name, isShared }) =>
        isShared ? name : `${node}/${name}`,
      ),
    )
    for (const key of this.backups.keys()) if (!known.has(key)) this.backups.delete(key)
  }
}

/** Those that are over and did not end well; a warning is no failure. */
function failed(tasks: readonly TaskRow[], node: string): TaskNow[] {
  return tasks
    .filter(
      ({ endtime, status }) =>
        endtime !== undefined && status !== undefined && !/^(OK$|WARNINGS)/.test(status),
    )
    .map((task) => ({ ...task, node }))
}
