import { SECOND } from '@lumen/model/time'
import type { Datastore, ServerJob, ServerTask } from '@lumen/protocol/http/proxmox/backup-server'
import type { Answer } from '../client/call.ts'
import type { PBS } from '../client/pbs-calls.ts'
import { taskEnd } from '../state/task-end.ts'

type GroupRow = Answer<typeof PBS.groups>[number]
type JobRow = Answer<typeof PBS.collections>[number]

/** A group with where it lies. */
export interface StoredGroup extends GroupRow {
  store: string
  namespace: string
}

/** What was read of a backup server, as it was last told. */
export class ServerBook {
  datastores: readonly Datastore[] = []
  /** By datastore and namespace. */
  readonly groups = new Map<string, readonly StoredGroup[]>()
  readonly jobs = new Map<ServerJob['kind'], readonly ServerJob[]>()
  tasks: readonly ServerTask[] = []
}

export function readDatastore(row: Answer<typeof PBS.datastoreUsage>[number], nowMs: number): Datastore {
  const { store, total, used, avail, error } = row
  const fullAt = (row['estimated-full-date'] ?? 0) * SECOND
  const { 'disk-bytes': disk, 'index-data-bytes': data, 'pending-bytes': pending } = row['gc-status'] ?? {}
  return {
    ...{ name: store, used_bytes: used ?? null, total_bytes: total ?? null, avail_bytes: avail ?? null },
    // In the past where it gets emptier.
    full_at: fullAt > nowMs ? Math.round(fullAt) : null,
    error: error ?? null,
    deduplication: disk !== undefined && disk > 0 && data !== undefined ? data / disk : null,
    pending_bytes: pending ?? null,
  }
}

export function readServerJob(kind: ServerJob['kind'], row: JobRow): ServerJob {
  const status = row['last-run-state']
  const endedS = row['last-run-endtime']
  const end = taskEnd(status, endedS)
  const time = (atS: number | undefined) => (atS === undefined || atS <= 0 ? null : Math.round(atS * SECOND))
  return {
    ...{ kind, id: row.id ?? row.store ?? '', store: row.store ?? null, namespace: row.ns ?? '' },
    ...{ schedule: row.schedule ?? null, comment: row.comment ?? null },
    state: row['last-run-upid'] === undefined && status === undefined ? 'never' : stateOf(end.state),
    message: end.message,
    ...{ last_run: time(endedS), next_run: time(row['next-run']) },
  }
}

export function readServerTask(row: Answer<typeof PBS.tasks>[number]): ServerTask[] {
  const { upid, worker_type, worker_id, user, starttime, endtime, status } = row
  const { state, message } = taskEnd(status, endtime)
  if (state !== 'failed' && state !== 'warnings') return []
  return [
    {
      ...{ upid, type: worker_type ?? '', about: worker_id ?? null, user: user ?? null },
      ...{ started_at: starttime * SECOND, ended_at: endtime === undefined ? null : endtime * SECOND },
      ...{ state, message: message ?? '' },
    },
  ]
}

/** While it runs it is as good as it was, which nobody says. */
function stateOf(state: ReturnType<typeof taskEnd>['state']): ServerJob['state'] {
  return state === 'running' ? 'unknown' : state
}
