import { MINUTE } from '@lumen/model/time'
import type { ReplicationSpec } from '../cluster-spec.ts'
import { type Answer, ApiFault, type Asked, nodeSeconds } from './asked.ts'

/** Quorum always; manager, nodes and services where something is under HA. */
export const haStatus: Answer = (asked) => {
  const { timeline, viewer, now } = asked
  const { ha, nodes, guests } = timeline.spec
  const called = (node: string) => timeline.nodeName(node, now)
  const isQuorate = timeline.isQuorate(viewer.name, now)
  const quorum = { quorate: isQuorate ? 1 : 0, status: isQuorate ? 'OK' : 'No quorum on node!' }
  const first = { id: 'quorum', type: 'quorum', node: called(viewer.name), ...quorum }
  if (ha.length === 0) return [first]
  const members = timeline.members(viewer.name, now)
  const master = members[0]!
  const timestamp = nodeSeconds(asked, viewer.name, now)
  const seen = new Date(now).toUTCString()
  return [
    first,
    {
      ...{ id: 'master', type: 'master', node: called(master), timestamp },
      status: `${called(master)} (active, ${seen})`,
    },
    ...nodes.map(({ name }) => ({
      ...{ id: `lrm:${called(name)}`, type: 'lrm', node: called(name), timestamp },
      status: `${called(name)} (${members.includes(name) ? 'active' : 'old timestamp - dead?'}, ${seen})`,
    })),
    ...guests
      .filter(({ vmid }) => ha.includes(vmid) && timeline.home(vmid, now) !== undefined)
      .map(({ vmid, type }) => {
        const sid = `${type === 'qemu' ? 'vm' : 'ct'}:${vmid}`
        const node = called(timeline.home(vmid, now)!)
        const states = { state: 'started', crm_state: 'started', request_state: 'started' }
        const limits = { max_relocate: 1, max_restart: 1 }
        return {
          id: `service:${sid}`,
          type: 'service',
          sid,
          node,
          status: `${sid} (${node}, started)`,
          ...states,
          ...limits,
        }
      }),
  ]
}

const EVERY_MS = 15 * MINUTE

/** The configured jobs of guests the caller may look at. */
export const replicationJobs: Answer = (asked) => visible(asked).map((job) => jobRow(asked, job))

/** Those that start on this node, with how they went. */
export const nodeReplications: Answer = (asked) => {
  const { timeline, target, parameters, now } = asked
  return visible(asked)
    .filter(({ guest }) => timeline.home(guest, now) === target.name)
    .filter(({ guest }) => parameters.guest === undefined || guest === Number(parameters.guest))
    .map((job) => stateRow(asked, job))
}

export const replicationStatus: Answer = (asked) => {
  const job = visible(asked).find(({ guest }) => `${guest}-0` === asked.parameters.id)
  if (job === undefined) throw new ApiFault(500, `no such replication job '${asked.parameters.id}'`)
  return stateRow(asked, job)
}

function visible({ timeline, rights, now }: Asked): ReplicationSpec[] {
  return timeline.spec.replications.filter(
    ({ guest }) => timeline.home(guest, now) !== undefined && rights.has(`/vms/${guest}`, 'VM.Audit'),
  )
}

function jobRow({ timeline, now }: Asked, { guest, target }: ReplicationSpec) {
  const source = timeline.nodeName(timeline.home(guest, now)!, now)
  const where = { source, target: timeline.nodeName(target, now) }
  return { id: `${guest}-0`, guest, jobnum: 0, type: 'local', schedule: '*/15', ...where }
}

/** Failures count from the first one on; what was synced before stays. */
function stateRow(asked: Asked, job: ReplicationSpec) {
  const { timeline, target, now } = asked
  const latest = Math.floor(now / EVERY_MS) * EVERY_MS
  const failure = timeline
    .during('replication-failure', latest)
    .findLast((event) => event.guest === job.guest)
  const guest = timeline.spec.guests.find(({ vmid }) => vmid === job.guest)
  const seconds = (ms: number) => nodeSeconds(asked, target.name, ms)
  const lastGood = failure === undefined ? latest : Math.floor((failure.at - 1) / EVERY_MS) * EVERY_MS
  return {
    ...{ ...jobRow(asked, job), duration: 4.25, vmtype: guest?.type ?? 'qemu' },
    ...{ last_sync: seconds(lastGood), last_try: seconds(latest), next_sync: seconds(latest + EVERY_MS) },
    fail_count: (latest - lastGood) / EVERY_MS,
    ...(failure !== undefined && { error: failure.message }),
  }
}
