import type { GuestBackup } from '@lumen/protocol/http/proxmox/detail'
import type { Answer } from '../client/call.ts'
import type { PVE } from '../client/pve-calls.ts'
import type { GuestNow } from '../poller/inventory.ts'

export type BackupFile = Answer<typeof PVE.storageContent>[number]
export type BackupJob = Answer<typeof PVE.backupJobs>[number]

const numbers = (list: string | undefined) =>
  (list ?? '').split(/[,; ]+/).flatMap((text) => (text === '' ? [] : [Number(text)]))

/** Guests a job covers: those it names, all but those it leaves out, or a pool's; on its node, if it has one. A template
 * is not run and not backed up by `all`. */
export function coveredBy(job: BackupJob, guests: Iterable<GuestNow>): number[] {
  const named = new Set(numbers(job.vmid))
  const excluded = new Set(numbers(job.exclude))
  const covered: number[] = []
  for (const { vmid, node, resource } of guests) {
    if (job.node !== undefined && job.node !== node) continue
    if (excluded.has(vmid)) continue
    const isIn = job.all === true || named.has(vmid) || (job.pool !== undefined && resource.pool === job.pool)
    if (isIn) covered.push(vmid)
  }
  return covered
}

/** What there is of one guest, from the backups on all storages. `ctime` says when each was begun.
 * @param files by storage */
export function backupOf(
  vmid: number,
  files: Iterable<readonly [storage: string, file: BackupFile]>,
  jobs: readonly { id: string; guests: readonly number[] }[],
): GuestBackup {
  let newest: readonly [string, BackupFile] | undefined
  let count = 0
  for (const entry of files) {
    const [, file] = entry
    if (file.vmid !== vmid) continue
    count += 1
    if ((file.ctime ?? 0) > (newest?.[1].ctime ?? 0)) newest = entry
  }
  const [storage, file] = newest ?? []
  return {
    last_good: file?.ctime === undefined ? null : file.ctime * 1_000,
    size_bytes: file?.size ?? null,
    storage: storage ?? null,
    verified: file?.verification?.state ?? null,
    count,
    jobs: jobs.filter(({ guests }) => guests.includes(vmid)).map(({ id }) => id),
  }
}
