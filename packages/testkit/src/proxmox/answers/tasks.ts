import { backupRuns, SHORT_TASK_MS } from '../backups.ts'
import { type Answer, ApiFault, type Asked, nodeSeconds } from './asked.ts'

/** A row of the task list. */
interface Task {
  upid: string
  node: string
  pid: number
  pstart: number
  starttime: number
  type: string
  id: string
  user: string
  endtime?: number
  status?: string
  /** For the log. */
  lines: readonly string[]
}

/** Newest first; what still runs has neither end nor status. Without Sys.Audit on the node only one's own. */
export const nodeTasks: Answer = (asked) => {
  const { parameters, target } = asked
  const { since, until, typefilter, userfilter, vmid, statusfilter, start = '0', limit = '50' } = parameters
  const source = parameters.source ?? 'archive'
  const wanted = tasksOf(asked, target.name)
    .filter((task) => maySee(asked, task))
    .filter(({ endtime }) => source === 'all' || (source === 'active') === (endtime === undefined))
    .filter(
      ({ starttime }) =>
        starttime >= Number(since ?? 0) && starttime <= Number(until ?? Number.POSITIVE_INFINITY),
    )
    .filter(({ type, user }) => (typefilter ?? type) === type && user.includes(userfilter ?? ''))
    .filter(({ id }) => vmid === undefined || id === vmid)
    .filter(({ status }) => parameters.errors !== '1' || (status !== undefined && status !== 'OK'))
    .filter(
      ({ status }) => statusfilter === undefined || statusfilter.split(/[,; ]+/).includes(kindOf(status)),
    )
  return wanted.slice(Number(start), Number(start) + Number(limit)).map(listed)
}

/** The latest of all nodes the viewer sees. */
export const clusterTasks: Answer = (asked) => {
  const { timeline, viewer, now } = asked
  return timeline
    .members(viewer.name, now)
    .flatMap((node) => tasksOf(asked, node).slice(0, 25))
    .filter((task) => maySee(asked, task))
    .map((task) => ({ ...listed(task), saved: task.endtime === undefined ? '0' : '1' }))
}

export const taskStatus: Answer = (asked) => {
  const { status, endtime, ...task } = listed(askedTask(asked))
  if (status === undefined || endtime === undefined) return { ...task, status: 'running' }
  return { ...task, status: 'stopped', exitstatus: status }
}

export const taskLog: Answer = (asked) => {
  const { start = '0', limit = '50' } = asked.parameters
  const lines = askedTask(asked).lines.map((t, index) => ({ n: index + 1, t }))
  const from = Number(start)
  return limit === '0' ? lines.slice(from) : lines.slice(from, from + Number(limit))
}

function askedTask(asked: Asked): Task {
  const task = tasksOf(asked, asked.target.name).find(({ upid }) => upid === asked.parameters.upid)
  if (task === undefined) throw new ApiFault(500, `no such task`)
  if (!maySee(asked, task)) throw new ApiFault(403, 'Permission check failed')
  return task
}

const listed = ({ lines: _, ...task }: Task): Omit<Task, 'lines'> => task

const maySee = ({ rights, tokenId }: Asked, { user, node }: Task): boolean =>
  user === tokenId || rights.has(`/nodes/${node}`, 'Sys.Audit')

function kindOf(status: string | undefined): string {
  if (status === undefined || status === 'unexpected status') return 'unknown'
  if (status === 'OK') return 'ok'
  return status.startsWith('WARNINGS') ? 'warning' : 'error'
}

/** All of a node, newest first. */
function tasksOf(asked: Asked, node: string): Task[] {
  return [...backupTasks(asked, node), ...guestTasks(asked, node)].sort((a, b) => b.starttime - a.starttime)
}

function backupTasks(asked: Asked, node: string): Task[] {
  return backupRuns(asked.timeline, asked.now)
    .filter((run) => run.node === node)
    .map((run) => {
      const begun = run.guests.filter(({ startedAt }) => startedAt <= asked.now)
      const lines = begun.flatMap(({ guest: { vmid, type }, endedAt, outcome, message }) => [
        `INFO: Starting Backup of VM ${vmid} (${type})`,
        ...(endedAt > asked.now ? [] : [endLine(vmid, outcome, message)]),
      ])
      const end =
        run.status === undefined ? [] : [run.status === 'OK' ? 'TASK OK' : `TASK ERROR: ${run.status}`]
      return task(asked, node, 'vzdump', run.id, run.startedAt, run.endedAt, run.status, [...lines, ...end])
    })
}

function endLine(vmid: number, outcome: 'ok' | 'warnings' | 'failed', message: string): string {
  if (outcome === 'failed') return `ERROR: Backup of VM ${vmid} failed - ${message}`
  return outcome === 'warnings' ? `WARN: ${message}` : `INFO: Finished Backup of VM ${vmid}`
}

/** Starts, stops and moves of the script leave tasks too. */
function guestTasks(asked: Asked, node: string): Task[] {
  const { timeline, now } = asked
  const typeOf = (vmid: number) => timeline.spec.guests.find((guest) => guest.vmid === vmid)?.type ?? 'qemu'
  return timeline.script.flatMap((event): Task[] => {
    if (event.at > now) return []
    if (event.kind !== 'guest-start' && event.kind !== 'guest-stop' && event.kind !== 'migrate') return []
    if (timeline.home(event.guest, event.at - 1) !== node) return []
    const prefix = typeOf(event.guest) === 'qemu' ? 'qm' : 'vz'
    const suffix = { 'guest-start': 'start', 'guest-stop': 'stop', migrate: 'migrate' }[event.kind]
    const type = prefix === 'qm' && event.kind === 'migrate' ? 'qmigrate' : `${prefix}${suffix}`
    const isOver = event.at + SHORT_TASK_MS <= now
    const end = isOver ? event.at + SHORT_TASK_MS : undefined
    return [
      task(asked, node, type, String(event.guest), event.at, end, isOver ? 'OK' : undefined, ['TASK OK']),
    ]
  })
}

function task(
  asked: Asked,
  node: string,
  type: string,
  id: string,
  startedAt: number,
  endedAt: number | undefined,
  status: string | undefined,
  lines: readonly string[],
): Task {
  const called = asked.timeline.nodeName(node, startedAt)
  const starttime = nodeSeconds(asked, node, startedAt)
  const pid = 2_000 + (starttime % 30_000)
  const pstart = starttime % 100_000_000
  const user = 'root@pam'
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, '0')
  return {
    upid: `UPID:${called}:${hex(pid)}:${hex(pstart)}:${hex(starttime)}:${type}:${id}:${user}:`,
    ...{ node: called, pid, pstart, starttime, type, id, user, lines },
    ...(endedAt !== undefined &&
      status !== undefined && { endtime: nodeSeconds(asked, node, endedAt), status }),
  }
}
