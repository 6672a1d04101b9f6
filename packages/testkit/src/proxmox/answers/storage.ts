import { backupsOn, fileTime, type GuestBackup, nextStart } from '../backups.ts'
import type { StorageSpec } from '../cluster-spec.ts'
import { type Answer, ApiFault, type Asked } from './asked.ts'

const AUDIT = ['Datastore.Audit', 'Datastore.AllocateSpace']

/** What is enabled on the node; a storage nobody can reach is listed as inactive, with zeros. */
export const storageList: Answer = (asked) => {
  const { truth, target, parameters, rights, now } = asked
  return storagesOf(asked)
    .filter(({ name }) => AUDIT.some((privilege) => rights.has(`/storage/${name}`, privilege)))
    .filter(({ name }) => (parameters.storage ?? name) === name)
    .filter(({ content }) => parameters.content?.split(',').some((kind) => content.includes(kind)) ?? true)
    .map((storage) => {
      const state = truth.storage(target.name, storage.name)
      const isActive = state.isActive(now)
      const total = isActive ? storage.totalBytes : 0
      const used = isActive ? state.usedBytes(now) : 0
      return {
        ...{ storage: storage.name, type: storage.type, content: storage.content },
        ...{ active: isActive ? 1 : 0, enabled: 1, shared: storage.isShared ? 1 : 0 },
        ...{ total, used, avail: total - used },
        ...(isActive && { used_fraction: used / total }),
      }
    })
}

/** Backups, and an image for each guest whose disk lies there; `content` and `vmid` narrow it. */
export const storageContent: Answer = (asked) => {
  const { truth, timeline, target, parameters, now } = asked
  const storage = storagesOf(asked).find(({ name }) => name === parameters.storage)
  if (storage === undefined) throw new ApiFault(500, `storage '${parameters.storage}' does not exist`)
  if (!truth.storage(target.name, storage.name).isActive(now))
    throw new ApiFault(500, `storage '${storage.name}' is not online`)
  const images = timeline
    .guestsOf(target.name, now)
    .filter((guest) => guest.storage === storage.name)
    .map(({ vmid, type, diskBytes, createdAt }) => ({
      volid: `${storage.name}:${type === 'qemu' ? 'vm' : 'subvol'}-${vmid}-disk-0`,
      ...{ content: type === 'qemu' ? 'images' : 'rootdir', format: type === 'qemu' ? 'raw' : 'subvol' },
      ...{ vmid, size: diskBytes, ctime: Math.floor(createdAt / 1_000) },
    }))
  const backups = backupsOn(timeline, storage.name, now).map((backup) => backupRow(storage, backup))
  return [...images, ...backups]
    .filter(({ content }) => (parameters.content ?? content) === content)
    .filter(({ vmid }) => parameters.vmid === undefined || vmid === Number(parameters.vmid))
}

function backupRow({ name, type }: StorageSpec, { guest, startedAt, sizeBytes, outcome }: GuestBackup) {
  const { vmid } = guest
  const row = { content: 'backup', subtype: guest.type, vmid, size: sizeBytes, notes: guest.name }
  const ctime = Math.floor(startedAt / 1_000)
  if (type !== 'pbs') {
    const format = guest.type === 'qemu' ? 'vma.zst' : 'tar.zst'
    return {
      ...row,
      volid: `${name}:backup/vzdump-${guest.type}-${vmid}-${fileTime(startedAt)}.${format}`,
      format,
      ctime,
    }
  }
  const kind = guest.type === 'qemu' ? 'vm' : 'ct'
  const at = `${new Date(startedAt).toISOString().slice(0, 19)}Z`
  const state = outcome === 'ok' ? 'ok' : 'failed'
  const verification = {
    state,
    upid: `UPID:pbs:00000001:00000001:00000001:00000001:verify:${name}:root@pam:`,
  }
  return { ...row, volid: `${name}:backup/${kind}/${vmid}/${at}`, format: `pbs-${kind}`, ctime, verification }
}

function storagesOf({ timeline, target }: Asked): StorageSpec[] {
  return timeline.spec.storages.filter(({ nodes }) => nodes?.includes(target.name) ?? true)
}

export const backupJobs: Answer = ({ timeline, now }) =>
  timeline.spec.backupJobs.map(({ id, hour, storage, guests, keep }) => ({
    ...{ id, type: 'vzdump', enabled: 1, all: 0, mode: 'snapshot', compress: 'zstd', storage },
    schedule: `${String(hour).padStart(2, '0')}:00`,
    vmid: guests.join(','),
    'next-run': Math.floor(nextStart(hour, now) / 1_000),
    'notes-template': '{{guestname}}',
    'prune-backups': { 'keep-last': String(keep) },
  }))

/** Guests in no job: not those whose last backup is old or failed. */
export const notBackedUp: Answer = ({ timeline, now }) => {
  const { guests, backupJobs } = timeline.spec
  return guests
    .filter(({ vmid }) => timeline.home(vmid, now) !== undefined)
    .filter(({ vmid }) => !backupJobs.some((job) => job.guests.includes(vmid)))
    .map((guest) => ({ vmid: guest.vmid, type: guest.type, name: timeline.guestName(guest, now) }))
}
