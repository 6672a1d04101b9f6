import { RELEASES } from '../cluster-spec.ts'
import { type Answer, type Asked, seenAt, share } from './asked.ts'

export const version: Answer = ({ timeline }) => {
  const { version, release, repoid } = RELEASES[timeline.spec.release]
  return { version, release, repoid }
}

/** A standalone node has one row with nodeid 0; a cluster one of its own and one a node. */
export const clusterStatus: Answer = ({ timeline, viewer, now }) => {
  const { spec } = timeline
  const members = timeline.members(viewer.name, now)
  const nodes = spec.nodes.map(({ name, address }, index) => ({
    type: 'node',
    id: `node/${timeline.nodeName(name, now)}`,
    name: timeline.nodeName(name, now),
    nodeid: spec.name === undefined ? 0 : index + 1,
    ip: address,
    local: name === viewer.name ? 1 : 0,
    online: members.includes(name) ? 1 : 0,
    level: '',
  }))
  if (spec.name === undefined) return nodes
  const quorate = timeline.isQuorate(viewer.name, now) ? 1 : 0
  const cluster = { type: 'cluster', id: 'cluster', name: spec.name, nodes: spec.nodes.length, quorate }
  return [{ ...cluster, version: spec.nodes.length }, ...nodes]
}

/** As `/cluster/resources` has nodes, less their disk, with the certificate they show. */
export const nodeList: Answer = (asked) =>
  asked.timeline.spec.nodes.map(({ name }) => {
    const { node, status, uptime, cpu, maxcpu, mem, maxmem, disk, maxdisk, level } = nodeRow(asked, name)
    const row = { node, status, uptime, cpu, maxcpu, mem, maxmem, disk, maxdisk, level }
    return {
      ...row,
      type: 'node',
      id: `node/${node}`,
      ssl_fingerprint: asked.certificateOf(name).fingerprint,
    }
  })

/** What pmxcfs last heard from each node; `type` narrows it. Rows need rights of their own. */
export const resources: Answer = (asked) => {
  const { type } = asked.parameters
  const { timeline, now } = asked
  const guests = timeline.spec.guests.filter(({ vmid }) => timeline.home(vmid, now) !== undefined)
  return [
    ...(type === undefined || type === 'vm' ? guests.flatMap(({ vmid }) => guestRow(asked, vmid)) : []),
    ...(type === undefined || type === 'node'
      ? timeline.spec.nodes.map(({ name }) => nodeRow(asked, name))
      : []),
    ...(type === undefined || type === 'storage' ? storageRows(asked) : []),
    ...(type === undefined || type === 'sdn' ? networkRows(asked) : []),
  ]
}

interface NodeRow {
  id: string
  type: 'node'
  node: string
  status: 'online' | 'offline' | 'unknown'
  level: string
  'cgroup-mode'?: number
  uptime?: number
  cpu?: number
  maxcpu?: number
  mem?: number
  maxmem?: number
  disk?: number
  maxdisk?: number
}

function nodeRow(asked: Asked, name: string): NodeRow {
  const { truth, timeline, viewer, rights, now } = asked
  const called = timeline.nodeName(name, now)
  const isOnline = timeline.members(viewer.name, now).includes(name)
  const node = truth.node(name)
  const row: NodeRow = {
    ...{ id: `node/${called}`, type: 'node', node: called, level: '', 'cgroup-mode': 2 },
    status: isOnline ? 'online' : 'offline',
  }
  const seen = seenAt(asked, name)
  if (seen === undefined || !rights.has(`/nodes/${called}`, 'Sys.Audit')) return row
  const limits = {
    maxcpu: node.spec.cores,
    maxmem: node.spec.memoryBytes,
    maxdisk: node.spec.rootBytes,
  }
  if (!isOnline) return { ...row, ...limits }
  return {
    ...row,
    ...limits,
    uptime: node.uptimeS(seen) ?? 0,
    cpu: share(node.cpu(seen)),
    mem: node.memUsedBytes(seen) ?? 0,
    disk: node.rootUsedBytes(seen) ?? 0,
  }
}

function guestRow(asked: Asked, vmid: number): Record<string, unknown>[] {
  const { truth, timeline, rights, now, major } = asked
  if (!rights.has(`/vms/${vmid}`, 'VM.Audit')) return []
  const guest = truth.guest(vmid)
  const { type, cores, memoryBytes, diskBytes, state, tags } = guest.spec
  const home = timeline.home(vmid, now)!
  const row = { id: `${type}/${vmid}`, vmid, type, node: timeline.nodeName(home, now), ...(tags && { tags }) }
  const seen = seenAt(asked, home)
  if (seen === undefined) return [{ ...row, status: 'unknown' }]
  const isRunning = guest.run(seen) !== undefined
  const counters = guest.counters(seen)
  return [
    {
      ...row,
      name: guest.name(seen),
      status: isRunning ? 'running' : 'stopped',
      template: state === 'template' ? 1 : 0,
      uptime: guest.uptimeS(seen) ?? 0,
      cpu: share(guest.cpu(seen)),
      maxcpu: cores,
      mem: guest.memUsedBytes(seen) ?? 0,
      maxmem: memoryBytes,
      disk: guest.diskUsedBytes(seen) ?? 0,
      maxdisk: diskBytes,
      netin: counters?.netIn ?? 0,
      netout: counters?.netOut ?? 0,
      diskread: counters?.diskRead ?? 0,
      diskwrite: counters?.diskWrite ?? 0,
      ...(major === 9 && { memhost: (type === 'qemu' ? guest.memHostBytes(seen) : undefined) ?? 0 }),
      ...(timeline.spec.ha.includes(vmid) && { hastate: 'started' }),
    },
  ]
}

function storageRows(asked: Asked): Record<string, unknown>[] {
  const { truth, timeline, rights, now } = asked
  return timeline.spec.storages
    .filter(({ name }) => rights.has(`/storage/${name}`, 'Datastore.Audit'))
    .flatMap((storage) => {
      const nodes = timeline.spec.nodes.filter(({ name }) => storage.nodes?.includes(name) ?? true)
      return nodes.map(({ name }) => {
        const node = timeline.nodeName(name, now)
        const round = seenAt(asked, name)
        const seen =
          round !== undefined && truth.storage(name, storage.name).isActive(round) ? round : undefined
        return {
          ...{ id: `storage/${node}/${storage.name}`, type: 'storage', storage: storage.name, node },
          ...{ plugintype: storage.type, content: storage.content, shared: storage.isShared ? 1 : 0 },
          ...(seen === undefined
            ? { status: 'unknown' }
            : {
                status: 'available',
                disk: truth.storage(name, storage.name).usedBytes(seen),
                maxdisk: storage.totalBytes,
              }),
        }
      })
    })
}

function networkRows({ timeline, major, now }: Asked): Record<string, unknown>[] {
  return timeline.spec.nodes.map(({ name }) => {
    const node = timeline.nodeName(name, now)
    const zone = 'localnetwork'
    if (major === 8) return { id: `sdn/${node}/${zone}`, type: 'sdn', sdn: zone, node, status: 'ok' }
    const kind = { 'network-type': 'zone', 'zone-type': 'simple' }
    return { id: `network/${node}/zone/${zone}`, type: 'network', network: zone, node, status: 'ok', ...kind }
  })
}
