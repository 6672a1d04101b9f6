import { SECOND } from '@lumen/model/time'
import type { Backup } from '@lumen/protocol/http/proxmox/guest-backups'
import type { Answer } from '../client/call.ts'
import type { PVE } from '../client/pve-calls.ts'

export interface GuestBackupFile extends Backup {
  vmid: number
  /** As the node calls it. */
  volid: string
}

/** Backups among what lies on a storage. Of which guest a file is says its row, or its name. */
export function readBackupFiles(storage: string, rows: Answer<typeof PVE.storageContent>): GuestBackupFile[] {
  return rows.flatMap((row): GuestBackupFile[] => {
    const vmid = row.vmid ?? vmidOf(row.volid)
    if (vmid === undefined || row.ctime === undefined) return []
    const { state } = row.verification ?? {}
    return [
      {
        ...{ vmid, volid: row.volid, at: Math.round(row.ctime * SECOND), where: storage },
        size_bytes: row.size ?? null,
        verified: state === 'ok' || state === 'failed' ? state : null,
        is_protected: row.protected ?? false,
        is_encrypted: row.encrypted !== undefined && row.encrypted !== '' && row.encrypted !== '0',
      },
    ]
  })
}

/** `nas:backup/vzdump-qemu-100-…`, `pbs:backup/vm/100/…`. */
function vmidOf(volid: string): number | undefined {
  const digits = /(?:vzdump-(?:qemu|lxc)-|backup\/(?:vm|ct)\/)(\d+)[-/]/.exec(volid)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
