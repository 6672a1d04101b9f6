import { DAY, SECOND } from '@lumen/model/time'
import type { ClusterTask } from '@lumen/protocol/http/proxmox/cluster'
import type { TaskRow } from '../client/pve-calls.ts'
import { taskEnd } from './task-end.ts'

const KEPT_MS = 7 * DAY
const MOST_SHOWN = 200
const MOST_KEPT = 20_000

/** Tasks of the last days of a cluster, by their UPID. */
export class TaskBook {
  readonly #tasks = new Map<string, TaskRow>()

  /** @returns tasks that are new or ended since they were last told of */
  add(rows: readonly TaskRow[], nowMs: number): TaskRow[] {
    const fresh = rows.filter(({ upid, endtime }) => {
      const known = this.#tasks.get(upid)
      return known === undefined || (known.endtime === undefined && endtime !== undefined)
    })
    for (const row of fresh) this.#tasks.set(row.upid, row)
    const from = (nowMs - KEPT_MS) / SECOND
    for (const [upid, { starttime }] of this.#tasks) {
      if (starttime < from || this.#tasks.size > MOST_KEPT) this.#tasks.delete(upid)
    }
    return fresh
  }

  /** Where to go on reading a node's tasks, epoch s of its own clock: from the oldest that still runs, or else from the
   * newest; undefined before the first. */
  since(node: string): number | undefined {
    const own = [...this.#tasks.values()].filter((task) => nodeOf(task) === node)
    if (own.length === 0) return undefined
    const running = own.filter(({ endtime }) => endtime === undefined).map(({ starttime }) => starttime)
    return running.length > 0 ? Math.min(...running) : Math.max(...own.map(({ starttime }) => starttime))
  }

  /** Runs of vzdump, newest first. */
  backupRuns(): TaskRow[] {
    return [...this.#tasks.values()]
      .filter(({ type }) => type === 'vzdump')
      .sort((one, other) => other.starttime - one.starttime)
  }

  /** That failed or warned, newest first. */
  troubled(nowMs: number): ClusterTask[] {
    const from = (nowMs - KEPT_MS) / SECOND
    return [...this.#tasks.values()]
      .filter(({ starttime }) => starttime >= from)
      .flatMap((row) => shown(row))
      .sort((one, other) => other.started_at - one.started_at)
      .slice(0, MOST_SHOWN)
  }
}

/** A UPID begins with the node's name. */
export function nodeOf({ node, upid }: TaskRow): string {
  return node ?? upid.split(':')[1] ?? ''
}

function shown(row: TaskRow): ClusterTask[] {
  const { upid, type, id, user, starttime, endtime, status } = row
  const { state, message } = taskEnd(status, endtime)
  if (state !== 'failed' && state !== 'warnings') return []
  return [
    {
      ...{ upid, node: nodeOf(row), type: type ?? '', user: user ?? null, state, message: message ?? '' },
      about: id === undefined || id === '' ? null : id,
      vmid: /^[1-9]\d{2,8}$/.test(id ?? '') ? Number(id) : null,
      started_at: starttime * SECOND,
      ended_at: endtime === undefined ? null : endtime * SECOND,
    },
  ]
}
