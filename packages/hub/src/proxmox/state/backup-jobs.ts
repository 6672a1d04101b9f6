import { SECOND } from '@lumen/model/time'
import type { BackupJob } from '@lumen/protocol/http/proxmox/guest-backups'
import type { Answer } from '../client/call.ts'
import type { PVE } from '../client/pve-calls.ts'

interface Coverable {
  vmid: number
  node: string
  pool: string | undefined
}

/** A job with the guests it covers now: all, those of a pool or those named, less those excepted, on its node or all. */
export function readBackupJob(
  row: Answer<typeof PVE.backupJobs>[number],
  guests: readonly Coverable[],
): BackupJob {
  const selects = {
    ...{ all: row.all ?? false, vmids: idsOf(row.vmid), except: idsOf(row.exclude) },
    pool: row.pool ?? null,
  }
  const covered = guests.filter(({ vmid, node, pool }) => {
    if (row.node !== undefined && row.node !== node) return false
    if (selects.except.includes(vmid)) return false
    if (selects.pool !== null) return pool === selects.pool
    return selects.all || selects.vmids.includes(vmid)
  })
  return {
    ...{ id: row.id, schedule: row.schedule ?? null, storage: row.storage ?? null, node: row.node ?? null },
    // Absent is on, as Proxmox has it.
    is_enabled: row.enabled ?? true,
    ...{ mode: row.mode ?? null, comment: row.comment ?? null },
    next_run: row['next-run'] === undefined ? null : Math.round(row['next-run'] * SECOND),
    selects,
    guests: covered.map(({ vmid }) => vmid).sort((one, other) => one - other),
  }
}

function idsOf(text: string | undefined): number[] {
  return (text ?? '').split(/[,; ]+/).flatMap((part) => (/^\d+$/.test(part) ? [Number(part)] : []))
}
