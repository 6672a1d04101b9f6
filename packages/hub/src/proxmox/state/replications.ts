import { SECOND } from '@lumen/model/time'
import type { ClusterReplication } from '@lumen/protocol/http/proxmox/cluster'
import type { Answer } from '../client/call.ts'
import type { PVE } from '../client/pve-calls.ts'

type JobRow = Answer<typeof PVE.replicationJobs>[number]
export type ReplicationRun = Answer<typeof PVE.nodeReplication>[number]

/** What is to be replicated, with how that went as the node that sends says. Times of 0 are none. */
export function readReplications(
  jobs: readonly JobRow[],
  runs: ReadonlyMap<string, ReplicationRun>,
): ClusterReplication[] {
  return jobs.flatMap((job): ClusterReplication[] => {
    if (job.guest === undefined) return []
    const run = runs.get(job.id)
    const failCount = run?.fail_count ?? 0
    return [
      {
        ...{ id: job.id, vmid: job.guest, source: job.source ?? null, schedule: job.schedule ?? null },
        target: job.target ?? run?.target ?? null,
        state: stateOf(job, run),
        last_sync: timeOf(run?.last_sync),
        last_try: timeOf(run?.last_try),
        next_sync: timeOf(run?.next_sync),
        duration_s: run?.duration ?? null,
        fail_count: Math.max(0, Math.round(failCount)),
        error: run?.error ?? null,
      },
    ]
  })
}

function stateOf({ disable }: JobRow, run: ReplicationRun | undefined): ClusterReplication['state'] {
  if (disable === true) return 'off'
  if (run === undefined) return 'unknown'
  if ((run.fail_count ?? 0) > 0 || run.error !== undefined) return 'failing'
  return (run.last_sync ?? 0) > 0 ? 'ok' : 'waiting'
}

const timeOf = (atS: number | undefined): number | null =>
  atS === undefined || atS <= 0 ? null : Math.round(atS * SECOND)
