import type { Truth } from '../truth.ts'
import { ROUND_MS } from '../truth.ts'
import { type Answer, type Asked, nodeSeconds, share } from './asked.ts'

interface Metric {
  id: string
  metric: string
  timestamp: number
  type: 'gauge' | 'derive'
  value: number
}

/** Rounds of pvestatd kept besides the newest, in memory: gone after a boot. */
const OLD_ROUNDS = 180

/** The last half hour of everything at ten seconds, from each member the answering node sees. With `start-time` what
 * is later than that by the clock of each node, without `history` the newest round only. */
export const metricsExport: Answer = (asked) => {
  const { timeline, viewer, parameters, now } = asked
  const isLocal = parameters['local-only'] === '1'
  const named = parameters['node-list']?.split(/[,; ]+/)
  const members = isLocal ? [viewer.name] : timeline.members(viewer.name, now)
  const start = parameters['start-time'] === undefined ? undefined : Number(parameters['start-time'])
  const data = members
    .filter((name) => named?.includes(timeline.nodeName(name, now)) ?? true)
    .flatMap((name) =>
      roundsOf(asked, name)
        .filter((ms) => start === undefined || nodeSeconds(asked, name, ms) > start)
        .flatMap((ms) => metricsOf(asked, name, ms)),
    )
  return { data: data.sort((a, b) => a.timestamp - b.timestamp) }
}

/** Times of the rounds a node still has, oldest first. */
function roundsOf({ truth, timeline, parameters, now }: Asked, node: string): number[] {
  const newest = truth.lastRound(node, now)
  const booted = timeline.run(node, now)?.from ?? now
  const wantsHistory = parameters.history === '1'
  const rounds = Array.from(
    { length: wantsHistory ? OLD_ROUNDS + 1 : 1 },
    (_, index) => newest - index * ROUND_MS,
  )
  return rounds.filter((ms) => ms >= booted).reverse()
}

function metricsOf(asked: Asked, node: string, ms: number): Metric[] {
  const { truth, timeline } = asked
  const timestamp = nodeSeconds(asked, node, ms)
  const called = timeline.nodeName(node, ms)
  const guests = timeline.guestsOf(node, ms)
  return [
    ...listed(`node/${called}`, timestamp, nodeValues(truth, node, ms)),
    ...guests.flatMap(({ type, vmid }) => listed(`${type}/${vmid}`, timestamp, guestValues(truth, vmid, ms))),
    ...timeline.spec.storages
      .filter(({ name, nodes }) => (nodes?.includes(node) ?? true) && truth.storage(node, name).isActive(ms))
      .flatMap(({ name, totalBytes }) =>
        listed(`storage/${called}/${name}`, timestamp, {
          disk_total: totalBytes,
          disk_used: truth.storage(node, name).usedBytes(ms),
        }),
      ),
  ]
}

function nodeValues(truth: Truth, name: string, ms: number): Record<string, number> {
  const node = truth.node(name)
  const load = (node.cpu(ms) ?? 0) * node.spec.cores
  return {
    uptime: node.uptimeS(ms) ?? 0,
    net_in: node.counters(ms)?.netIn ?? 0,
    net_out: node.counters(ms)?.netOut ?? 0,
    cpu_avg1: Number(load.toFixed(2)),
    cpu_avg5: Number((load * 0.97).toFixed(2)),
    cpu_avg15: Number((load * 0.95).toFixed(2)),
    cpu_max: node.spec.cores,
    cpu_current: share(node.cpu(ms)),
    cpu_iowait: share(node.iowait(ms)),
    mem_total: node.spec.memoryBytes,
    mem_used: node.memUsedBytes(ms) ?? 0,
    swap_total: SWAP_BYTES,
    swap_used: Math.floor(node.quantities.swap.signal.at(ms) * SWAP_BYTES),
    disk_total: node.spec.rootBytes,
    disk_used: node.rootUsedBytes(ms) ?? 0,
  }
}

/** What a node has for swapping, bytes. */
export const SWAP_BYTES = 8 * 1024 ** 3

function guestValues(truth: Truth, vmid: number, ms: number): Record<string, number> {
  const guest = truth.guest(vmid)
  const counters = guest.counters(ms)
  const disk = guest.diskUsedBytes(ms)
  return {
    ...(counters !== undefined && {
      cpu_current: share(guest.cpu(ms)),
      mem_used: guest.memUsedBytes(ms) ?? 0,
      disk_read: counters.diskRead,
      disk_write: counters.diskWrite,
      net_in: counters.netIn,
      net_out: counters.netOut,
      ...(disk !== undefined && { disk_used: disk }),
    }),
    uptime: guest.uptimeS(ms) ?? 0,
    cpu_max: guest.spec.cores,
    mem_total: guest.spec.memoryBytes,
    disk_total: guest.spec.diskBytes,
  }
}

const DERIVED = new Set(['net_in', 'net_out', 'disk_read', 'disk_write'])

function listed(id: string, timestamp: number, values: Readonly<Record<string, number>>): Metric[] {
  return Object.entries(values).map(([metric, value]) => ({
    ...{ id, metric, timestamp, value },
    type: DERIVED.has(metric) ? 'derive' : 'gauge',
  }))
}
