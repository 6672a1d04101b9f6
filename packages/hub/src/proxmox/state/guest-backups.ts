import { SECOND } from '@lumen/model/time'
import type { Backup, BackupJob, BackupRun, GuestBackup } from '@lumen/protocol/http/proxmox/guest-backups'
import type { Clock } from '@lumen/std/clock'
import type { TaskRow } from '../client/pve-calls.ts'
import type { ClusterState } from '../poller/cluster-state.ts'
import { readBackupJob } from './backup-jobs.ts'
import type { ClusterBook } from './cluster-book.ts'
import { isEveryPlaceRead } from './cluster-jobs.ts'
import { guestBackup } from './guest-backup.ts'
import { nodeOf } from './task-book.ts'
import { taskEnd } from './task-end.ts'

export interface GuestBackupsParts {
  state: ClusterState
  book: ClusterBook
  clock: Clock
  /** What a backup server that is connected by itself has of a guest. */
  elsewhere(vmid: number): readonly Backup[]
}

/** How the backups of a cluster's guests stand, put together from storages, tasks, jobs and backup servers. */
export class GuestBackups {
  readonly #parts: GuestBackupsParts

  constructor(parts: GuestBackupsParts) {
    this.#parts = parts
  }

  jobs(): BackupJob[] {
    const { state, book } = this.#parts
    const guests = [...state.inventory.guests.values()].map(({ vmid, node, resource }) => ({
      ...{ vmid, node, pool: resource.pool },
    }))
    return (book.backupJobs ?? []).map((row) => readBackupJob(row, guests))
  }

  /** @returns what tells of any guest, as things stand now */
  read(jobs = this.jobs()): (vmid: number) => GuestBackup {
    const { state, book, clock, elsewhere } = this.#parts
    const files = Map.groupBy([...book.backups.values()].flat(), ({ vmid }) => vmid)
    const runs = book.tasks.backupRuns()
    const isWhole = isEveryPlaceRead(state, book)
    return (vmid) => {
      const backups = withoutTwins([...(files.get(vmid) ?? []), ...elsewhere(vmid)])
      const covering = jobs.filter(({ is_enabled, guests }) => is_enabled && guests.includes(vmid))
      return guestBackup({
        ...{ backups, isWhole, now: clock.now() },
        runs: this.#runsOf(vmid, runs, backups),
        jobs: covering.map(({ id }) => id),
        isCovered: this.#isCovered(vmid, covering.length),
      })
    }
  }

  #isCovered(vmid: number, jobs: number): boolean | null {
    const { notCovered, backupJobs } = this.#parts.book
    if (notCovered !== null) return !notCovered.includes(vmid)
    return backupJobs === null ? null : jobs > 0
  }

  /** Runs that did not end well say themselves which guests that was; one that did is of a guest if it was for it alone,
   * or if a backup of the guest was begun in it. */
  #runsOf(vmid: number, tasks: readonly TaskRow[], backups: readonly Backup[]): BackupRun[] {
    const { book } = this.#parts
    return tasks.flatMap((task): BackupRun[] => {
      const end = taskEnd(task.status, task.endtime)
      const own = book.outcomes.get(task.upid)?.find((outcome) => outcome.vmid === vmid)
      if (own !== undefined) return [runOf(task, own.state, own.message)]
      if (task.id === String(vmid)) return [runOf(task, end.state, end.message)]
      const isIn = ({ at }: Backup) => at >= task.starttime * SECOND && at <= (task.endtime ?? 0) * SECOND
      return end.state === 'ok' && backups.some(isIn) ? [runOf(task, 'ok', end.message)] : []
    })
  }
}

function runOf(task: TaskRow, state: BackupRun['state'], message: string | null): BackupRun {
  const { upid, starttime, endtime } = task
  return {
    ...{ upid, node: nodeOf(task), state, message, at: starttime * SECOND },
    ended_at: endtime === undefined ? null : endtime * SECOND,
  }
}

/** A cluster and a backup server that is connected by itself may both tell of one backup: that begun at the same second
 * is one, told of by the cluster. */
function withoutTwins(backups: readonly Backup[]): Backup[] {
  const seen = new Set<number>()
  return backups.filter(({ at }) => (seen.has(at) ? false : seen.add(at) !== undefined))
}
