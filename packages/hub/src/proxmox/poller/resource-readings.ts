import type { Resource } from '../client/pve-calls.ts'
import type { AgentDisks } from './agent-disks.ts'
import { type ClusterState, RowsByHost } from './cluster-state.ts'
import { ClusterSums } from './cluster-sums.ts'
import { CounterRates } from './counter-rates.ts'
import { guestRow, nodeRows, type Reading, storageRow } from './readings.ts'

/** Numbers out of `/cluster/resources`, for versions without points of ten seconds and tokens that may not see them.
 * What a node that is not online is said to have is what it last had: left out, for frozen is not measured. */
export class ResourceReadings {
  readonly #rates = new CounterRates()

  /** @param extra what else is known of a node, by its name */
  read(state: ClusterState, extra: (node: string) => Reading, agents: AgentDisks): RowsByHost {
    const { nodes, guests, storages } = state.inventory
    const isOnline = (node: string) => nodes.get(node)?.isOnline === true
    const rows = new RowsByHost()
    const sums = new ClusterSums()
    for (const { name, resource } of nodes.values()) {
      if (!isOnline(name)) continue
      sums.noteNode(name, 0, readingOf(resource))
      rows.add(state.node(name), ...nodeRows({ ...readingOf(resource), ...extra(name) }))
    }
    for (const guest of guests.values()) {
      if (!isOnline(guest.node) || guest.state === 'unknown') continue
      const { resource, state: status } = guest
      const read = readingOf(resource)
      const running = status === 'running' ? { ...read, ...this.#ratesOf(resource) } : idle(read)
      rows.add(state.shared, guestRow(guest, { ...running, agent_disk_used: agents.of(guest.vmid) }))
    }
    for (const storage of storages.values()) {
      if (!isOnline(storage.node) || storage.state !== 'available') continue
      const host = storage.isShared ? state.shared : state.node(storage.node)
      sums.noteStorage(`${storage.node}/${storage.name}`, 0, readingOf(storage.resource))
      rows.add(host, storageRow(storage, readingOf(storage.resource)))
    }
    // What is known of the whole is told also where there is no guest.
    rows.add(state.shared)
    rows.add(state.cluster, sums.row(0))
    return rows
  }

  #ratesOf({ id, uptime, netin, netout, diskread, diskwrite }: Resource): Reading {
    if (uptime === undefined) return {}
    return this.#rates.readByUptime(id, uptime, {
      ...{ net_in: netin, net_out: netout, disk_read: diskread, disk_write: diskwrite },
    })
  }
}

function readingOf({ cpu, maxcpu, mem, maxmem, disk, maxdisk, uptime }: Resource): Reading {
  return {
    ...{ cpu_current: cpu, cpu_max: maxcpu, mem_used: mem, mem_total: maxmem },
    ...{ disk_used: disk, disk_total: maxdisk, uptime },
  }
}

/** A guest that is not running is said to use nothing; it has no use at all. */
function idle({ mem_total, disk_total }: Reading): Reading {
  return { mem_total, disk_total }
}
