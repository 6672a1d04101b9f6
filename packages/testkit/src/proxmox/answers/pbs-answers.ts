import { DAY, MINUTE } from '@lumen/model/time'
import { nextStart } from '../backups.ts'
import type { StorageSpec } from '../cluster-spec.ts'
import type { ServerJob } from '../script.ts'
import { type Answer, ApiFault, type Asked, nodeSeconds } from './asked.ts'

/** At what hour UTC each job of every datastore runs, and how long it takes, ms. */
const JOBS: Readonly<Record<ServerJob, { hour: number; takesMs: number; workerType: string }>> = {
  gc: { hour: 5, takesMs: 12 * MINUTE, workerType: 'garbage_collection' },
  prune: { hour: 4, takesMs: MINUTE, workerType: 'prunejob' },
  sync: { hour: 6, takesMs: 20 * MINUTE, workerType: 'syncjob' },
  verify: { hour: 7, takesMs: 45 * MINUTE, workerType: 'verificationjob' },
}

const version: Answer = () => ({ version: '4.1', release: '0', repoid: 'c8f0b5a2d9e14c37' })

/** As a PVE has it, with true in place of 1. */
const permissions: Answer = ({ rights, timeline, parameters }) => {
  const stores = timeline.spec.storages.map(({ name }) => `/datastore/${name}`)
  const paths = parameters.path
    ? [parameters.path]
    : ['/', '/datastore', ...stores, '/system', '/system/tasks']
  const held = paths.map((path) => [path, [...rights.at(path)]] as const)
  return Object.fromEntries(
    held
      .filter(([, privileges]) => privileges.length > 0)
      .map(([path, privileges]) => [path, Object.fromEntries(privileges.map((name) => [name, true]))]),
  )
}

/** Usage now and over the last month. A datastore that cannot be reached has an error and no sizes. */
const datastoreUsage: Answer = (asked) =>
  audited(asked).map((store) => {
    const { truth, target, now } = asked
    const state = truth.storage(target.name, store.name)
    if (!state.isActive(now)) return { store: store.name, error: `unable to open datastore '${store.name}'` }
    const used = state.usedBytes(now)
    const starts = Array.from({ length: 30 }, (_, index) => Math.floor(now / DAY) * DAY - (30 - index) * DAY)
    const history = starts.map((from) => state.quantities.used.signal.integral(from, from + DAY) / DAY)
    return {
      ...{ store: store.name, total: store.totalBytes, used, avail: store.totalBytes - used },
      ...{ history, 'history-start': starts[0]! / 1_000, 'history-delta': DAY / 1_000 },
      'estimated-full-date': fullDate(history, starts[0]!),
      'gc-status': gcStatus(asked, store),
    }
  })

/** Where a straight line through the history meets 1, epoch s; in the past where the usage falls. */
function fullDate(history: readonly number[], startMs: number): number {
  const middle = (history.length - 1) / 2
  const mean = history.reduce((sum, share) => sum + share, 0) / history.length
  const covariance = history.reduce((sum, share, day) => sum + (day - middle) * (share - mean), 0)
  const variance = history.reduce((sum, _, day) => sum + (day - middle) ** 2, 0)
  const slope = covariance / variance
  const days = slope === 0 ? 0 : middle + (1 - mean) / slope
  return Math.floor((startMs + days * DAY) / 1_000)
}

function gcStatus(asked: Asked, { name }: StorageSpec): Record<string, unknown> {
  const run = lastRun(asked, 'gc', name)
  const used = asked.truth.storage(asked.target.name, name).usedBytes(run.startedAt)
  return {
    ...{ upid: run.upid, 'index-file-count': 412, 'index-data-bytes': used * 9, 'disk-bytes': used },
    ...{ 'disk-chunks': Math.floor(used / 2_097_152), 'removed-bytes': 0, 'removed-chunks': 0 },
    ...{ 'pending-bytes': 0, 'pending-chunks': 0, 'removed-bad': 0, 'still-bad': 0 },
  }
}

/** One a guest, with its newest backup. */
const groups: Answer = (asked) => {
  const { parameters, timeline } = asked
  if (!timeline.spec.storages.some(({ name }) => name === parameters.store))
    throw new ApiFault(400, `no such datastore '${parameters.store}'`)
  const backups = asked.backupsIn(parameters.store!)
  const guests = [...new Set(backups.map(({ guest }) => guest))]
  return guests.map((guest) => {
    const own = backups.filter((backup) => backup.guest === guest)
    const isVm = guest.type === 'qemu'
    return {
      ...{ 'backup-type': isVm ? 'vm' : 'ct', 'backup-id': String(guest.vmid) },
      'last-backup': Math.floor(own[0]!.startedAt / 1_000),
      ...{ 'backup-count': own.length, owner: 'backup@pbs!pve', comment: guest.name },
      files: isVm
        ? ['qemu-server.conf.blob', 'drive-scsi0.img.fidx', 'index.json.blob']
        : ['pct.conf.blob', 'root.pxar.didx', 'index.json.blob'],
    }
  })
}

interface JobRun {
  upid: string
  worker: string
  id: string
  startedAt: number
  endedAt: number
  state: string
}

/** The last run of a job that is over. */
function lastRun(asked: Asked, job: ServerJob, store: string): JobRun {
  const { hour, takesMs } = JOBS[job]
  const due = nextStart(hour, asked.now) - DAY
  return jobRun(asked, job, store, due + takesMs <= asked.now ? due : due - DAY)
}

function jobRun(asked: Asked, job: ServerJob, store: string, startedAt: number): JobRun {
  const { takesMs, workerType } = JOBS[job]
  const id = job === 'gc' ? store : `${store}:${job}-${store}`
  const endedAt = startedAt + takesMs
  const state =
    asked.timeline.during('server-job', endedAt).findLast((event) => event.job === job)?.state ?? 'OK'
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, '0')
  const seconds = nodeSeconds(asked, asked.target.name, startedAt)
  const name = asked.timeline.nodeName(asked.target.name, startedAt)
  const numbers = [700 + JOBS[job].hour, seconds % 1e8, JOBS[job].hour, seconds].map(hex).join(':')
  const upid = `UPID:${name}:${numbers}:${workerType}:${id.replace(':', '\\x3a')}:root@pam:`
  return { upid, worker: workerType, id, startedAt, endedAt, state }
}

const jobList =
  (job: ServerJob, more: (asked: Asked, store: StorageSpec) => Record<string, unknown>): Answer =>
  (asked) =>
    audited(asked)
      .filter(({ name }) => (asked.parameters.store ?? name) === name)
      .map((store) => {
        const { hour } = JOBS[job]
        const run = lastRun(asked, job, store.name)
        const seconds = (ms: number) => nodeSeconds(asked, asked.target.name, ms)
        return {
          ...{ store: store.name, schedule: `${String(hour).padStart(2, '0')}:00` },
          ...{ 'next-run': seconds(nextStart(hour, asked.now)), 'last-run-state': run.state },
          ...{ 'last-run-upid': run.upid, 'last-run-endtime': seconds(run.endedAt) },
          ...(job !== 'gc' && { id: `${job}-${store.name}` }),
          ...more(asked, store),
        }
      })

/** Jobs of the last week, newest first. */
const tasks: Answer = (asked) => {
  const { parameters, target, timeline, rights, now } = asked
  if (!rights.has('/system/tasks', 'Sys.Audit')) return []
  const { since, until, typefilter, limit = '50', start = '0', errors } = parameters
  const seconds = (ms: number) => nodeSeconds(asked, target.name, ms)
  return audited(asked)
    .filter(({ name }) => (parameters.store ?? name) === name)
    .flatMap(({ name }) => (Object.keys(JOBS) as ServerJob[]).flatMap((job) => lastWeek(asked, job, name)))
    .sort((a, b) => b.startedAt - a.startedAt)
    .map(({ upid, worker, id, startedAt, endedAt, state }) => ({
      ...{ upid, node: timeline.nodeName(target.name, now), pid: 700, pstart: seconds(startedAt) % 1e8 },
      ...{ starttime: seconds(startedAt), worker_type: worker, worker_id: id, user: 'root@pam' },
      ...(endedAt <= now && { endtime: seconds(endedAt), status: state }),
    }))
    .filter(
      ({ starttime }) =>
        starttime >= Number(since ?? 0) && starttime <= Number(until ?? Number.POSITIVE_INFINITY),
    )
    .filter(({ worker_type }) => worker_type.includes(typefilter ?? ''))
    .filter(({ status }) => errors !== '1' || (status !== undefined && status !== 'OK'))
    .slice(Number(start), Number(start) + Number(limit))
}

function lastWeek(asked: Asked, job: ServerJob, store: string): JobRun[] {
  const newest = nextStart(JOBS[job].hour, asked.now) - DAY
  return Array.from({ length: 7 }, (_, index) => jobRun(asked, job, store, newest - index * DAY))
}

function audited({ timeline, rights }: Asked): StorageSpec[] {
  return timeline.spec.storages.filter(({ name }) => rights.has(`/datastore/${name}`, 'Datastore.Audit'))
}

export const PBS_ANSWERS: Readonly<Record<string, Answer>> = {
  '/version': version,
  '/access/permissions': permissions,
  '/status/datastore-usage': datastoreUsage,
  '/admin/datastore/{store}/groups': groups,
  '/nodes/{node}/tasks': tasks,
  '/admin/verify': jobList('verify', () => ({ 'ignore-verified': 1 })),
  '/admin/prune': jobList('prune', () => ({ 'keep-last': 14 })),
  '/admin/sync': jobList('sync', (_, { name }) => ({ remote: 'offsite', 'remote-store': name })),
  '/admin/gc': jobList('gc', (asked, store) => ({
    duration: JOBS.gc.takesMs / 1_000,
    'disk-bytes': gcStatus(asked, store)['disk-bytes'],
  })),
}
