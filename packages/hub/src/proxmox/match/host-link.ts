import { fromFixedPoint } from '@lumen/model/fixed-point'
import { findMetric } from '@lumen/model/metric'
import type { HostLink } from '@lumen/protocol/http/proxmox/machine-links'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../../hosts/host-record.ts'
import type { ClusterWatch } from '../state/cluster-watch.ts'
import type { MachineLinks } from './machine-links.ts'

interface Parts {
  links: MachineLinks
  clusters: readonly ClusterWatch[]
  tsdb: Tsdb
}

/** What a host's own page shows of the other side: of an agent the guest or node it runs in, of a node its agent. Null
 * where nothing is known of another side. */
export function hostLink(host: HostRecord, parts: Parts): HostLink | null {
  return host.kind === 'agent' ? ofAgent(host, parts) : ofNode(host, parts)
}

function ofAgent(host: HostRecord, { links, clusters, tsdb }: Parts): HostLink | null {
  const known = links.machineOf(host.id)
  if (known === undefined) return null
  const { machine, state } = known
  const cluster = clusters.find(({ connectionId }) => connectionId === machine.connection_id)
  const isNode = machine.vmid === null
  const outside = isNode ? cluster?.state.node(machine.node) : cluster?.state.shared
  const side = { entity: isNode ? 'host' : 'guest', key: isNode ? '' : String(machine.vmid) } as const
  return {
    ...{ machine, state },
    other_side: outside === undefined ? null : { host: { id: outside.id, name: outside.name }, ...side },
    memory: memoryOf(tsdb, host.id, outside === undefined ? undefined : { id: outside.id, ...side }),
  }
}

function ofNode(host: HostRecord, { links, clusters, tsdb }: Parts): HostLink | null {
  for (const { connectionId, state } of clusters) {
    const [node] = [...state.inventory.nodes.keys()].filter((name) => state.node(name)?.id === host.id)
    if (node === undefined) continue
    const agent = links.agentOf({ connectionId, node, vmid: null })
    if (agent === undefined) return null
    const known = links.machineOf(agent.id)
    return {
      ...{ machine: known?.machine ?? null, state: known?.state ?? null },
      other_side: { host: { id: agent.id, name: agent.name }, entity: 'host', key: '' },
      memory: memoryOf(tsdb, agent.id, { id: host.id, entity: 'host', key: '' }),
    }
  }
  return null
}

function memoryOf(
  tsdb: Tsdb,
  insideId: number,
  outside: { id: number; entity: 'host' | 'guest'; key: string } | undefined,
): HostLink['memory'] {
  const value = (id: number, entity: 'host' | 'guest', key: string, field: string): number | null => {
    const metric = findMetric(`${entity}.${field}`)!
    const row = tsdb.latest(id)?.rows.find((each) => each.entity === entity && each.key === key)
    return row === undefined ? null : fromFixedPoint(row.values[metric.index] ?? Number.NaN, metric.spec)
  }
  const outsideOf = (field: string) =>
    outside === undefined ? null : value(outside.id, outside.entity, outside.key, field)
  return {
    inside_used_bytes: value(insideId, 'host', '', 'mem_used_bytes'),
    outside_used_bytes: outsideOf('mem_used_bytes'),
    total_bytes: value(insideId, 'host', '', 'mem_total_bytes') ?? outsideOf('mem_total_bytes'),
  }
}
