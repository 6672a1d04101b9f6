import { DAY, HOUR, MINUTE, SECOND } from '@lumen/model/time'
import type { GuestSpec } from './cluster-spec.ts'
import type { Timeline } from './timeline.ts'

/** One vzdump task: a job on one node, or a backup somebody asked for. */
export interface BackupRun {
  node: string
  startedAt: number
  /** Undefined while it runs. */
  endedAt: number | undefined
  /** Empty for a job of several guests. */
  id: string
  storage: string
  /** As the task list has it; undefined while it runs. */
  status: string | undefined
  guests: readonly GuestBackup[]
}

export interface GuestBackup {
  guest: GuestSpec
  startedAt: number
  endedAt: number
  outcome: 'ok' | 'warnings' | 'failed'
  message: string
  sizeBytes: number
}

/** How far back tasks are kept. */
const KEPT_MS = 30 * DAY

/** All that was started until `ms`, oldest first: nightly jobs and what the script adds. */
export function backupRuns(timeline: Timeline, ms: number): BackupRun[] {
  const { backupJobs, nodes, bornAt } = timeline.spec
  const runs: BackupRun[] = []
  const since = Math.max(bornAt, ms - KEPT_MS)
  for (const job of backupJobs) {
    for (let day = Math.floor(since / DAY) * DAY; day <= ms; day += DAY) {
      const startedAt = day + job.hour * HOUR
      if (startedAt < since || startedAt > ms) continue
      for (const { name } of nodes) {
        const guests = timeline.guestsOf(name, startedAt).filter(({ vmid }) => job.guests.includes(vmid))
        if (guests.length > 0)
          runs.push(...backupRun(timeline, ms, { node: name, startedAt, guests, storage: job.storage }))
      }
    }
  }
  for (const { at, guest: vmid, storage } of timeline.events('backup')) {
    const node = timeline.home(vmid, at)
    const guest = timeline.spec.guests.find((each) => each.vmid === vmid)
    if (at > ms || at < since || node === undefined || guest === undefined) continue
    runs.push(...backupRun(timeline, ms, { node, startedAt: at, guests: [guest], storage, id: String(vmid) }))
  }
  return runs.sort((a, b) => a.startedAt - b.startedAt)
}

interface Asked {
  node: string
  startedAt: number
  guests: readonly GuestSpec[]
  storage: string
  id?: string
}

/** A node that is lost meanwhile takes the task with it; one that is down starts none. */
function backupRun(
  timeline: Timeline,
  ms: number,
  { node, startedAt, guests, storage, id = '' }: Asked,
): BackupRun[] {
  const nodeRun = timeline.run(node, startedAt)
  if (nodeRun === undefined) return []
  let at = startedAt + 2 * SECOND
  const done = guests.map((guest): GuestBackup => {
    const from = at
    at += 40 * SECOND + (guest.vmid % 7) * 10 * SECOND
    const isLost = at > nodeRun.to
    const event = timeline
      .during('backup-outcome', from)
      .findLast((each) => (each.guest ?? guest.vmid) === guest.vmid)
    const outcome = isLost ? 'failed' : (event?.outcome ?? 'ok')
    const message =
      event?.message ?? (outcome === 'failed' ? 'unable to open file - No space left on device' : '')
    return { guest, startedAt: from, endedAt: at, outcome, message, sizeBytes: sizeOf(guest) }
  })
  const endedAt = Math.min(at + SECOND, nodeRun.to)
  const isOver = endedAt <= ms
  const run = { node, startedAt, id, storage, guests: done }
  return [
    {
      ...run,
      endedAt: isOver ? endedAt : undefined,
      status: isOver ? statusOf(done, endedAt < at) : undefined,
    },
  ]
}

function statusOf(guests: readonly GuestBackup[], isLost: boolean): string {
  if (isLost) return 'unexpected status'
  if (guests.some(({ outcome }) => outcome === 'failed')) return 'job errors'
  const warnings = guests.filter(({ outcome }) => outcome === 'warnings').length
  return warnings > 0 ? `WARNINGS: ${warnings}` : 'OK'
}

const sizeOf = ({ diskBytes, vmid }: GuestSpec): number => Math.floor(diskBytes * (0.2 + (vmid % 5) * 0.03))

/** Backups that lie on a storage, newest first: of each guest so many as its job keeps. */
export function backupsOn(timeline: Timeline, storage: string, ms: number): GuestBackup[] {
  const found = backupRuns(timeline, ms)
    .filter((run) => run.storage === storage)
    .flatMap(({ guests }) => guests)
    .filter(({ outcome, endedAt }) => outcome !== 'failed' && endedAt <= ms)
    .reverse()
  const counts = new Map<number, number>()
  return found.filter(({ guest: { vmid } }) => {
    const job = timeline.spec.backupJobs.find(
      (each) => each.storage === storage && each.guests.includes(vmid),
    )
    const count = (counts.get(vmid) ?? 0) + 1
    counts.set(vmid, count)
    return count <= (job?.keep ?? Number.POSITIVE_INFINITY)
  })
}

/** When a job starts next after `ms`. */
export function nextStart(hour: number, ms: number): number {
  const today = Math.floor(ms / DAY) * DAY + hour * HOUR
  return today > ms ? today : today + DAY
}

/** `2026_11_24-01_00_02`, as file names have it. */
export function fileTime(ms: number): string {
  const [date = '', clock = ''] = new Date(ms).toISOString().slice(0, 19).split('T')
  return `${date.replaceAll('-', '_')}-${clock.replaceAll(':', '_')}`
}

/** How long the fake lets a start, a stop or a migration take. */
export const SHORT_TASK_MS = MINUTE / 20
