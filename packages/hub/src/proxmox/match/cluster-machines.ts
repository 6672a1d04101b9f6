import { MINUTE } from '@lumen/model/time'
import { PVE } from '../client/pve-calls.ts'
import type { ClusterState } from '../poller/cluster-state.ts'
import { type Job, LATER } from '../poller/schedule.ts'
import type { WatchedClient } from '../poller/watched-client.ts'
import { type GuestIdentity, readGuestConfig } from './guest-config.ts'
import type { InventoryMachine } from './match-machines.ts'

/** Who the machines of a cluster are, for finding the agents in them. Configurations are read again every ten minutes, one
 * after the other. */
export class ClusterMachines {
  readonly #client: WatchedClient
  readonly #state: ClusterState
  readonly #connectionId: number
  readonly #identities = new Map<number, GuestIdentity>()

  constructor(client: WatchedClient, state: ClusterState, connectionId: number) {
    this.#client = client
    this.#state = state
    this.#connectionId = connectionId
  }

  job(): Job {
    return { name: 'machines', everyMs: 10 * MINUTE, run: () => this.#read() }
  }

  /** Nodes, and guests whose configuration was read; templates run nowhere. */
  list(): InventoryMachine[] {
    const { nodes, guests } = this.#state.inventory
    const own = [...nodes.keys()].map((node): InventoryMachine => {
      const ip = this.#state.ips.get(node)
      return {
        ...{ cluster: this.#connectionId, node, vmid: null, kind: 'node', name: node },
        ...{ macs: [], ips: ip === undefined ? [] : [ip], uuid: null },
      }
    })
    const within = [...guests.values()].flatMap(
      ({ vmid, node, kind, name, isTemplate }): InventoryMachine[] => {
        const identity = this.#identities.get(vmid)
        if (identity === undefined || isTemplate) return []
        return [{ cluster: this.#connectionId, node, vmid, kind, name: name ?? String(vmid), ...identity }]
      },
    )
    return [...own, ...within]
  }

  async #read(): Promise<unknown> {
    if (!this.#state.isKnown) return LATER
    const { guests, nodes } = this.#state.inventory
    for (const vmid of this.#identities.keys()) if (!guests.has(vmid)) this.#identities.delete(vmid)
    for (const { vmid, node, kind, isTemplate } of guests.values()) {
      if (isTemplate || nodes.get(node)?.isOnline !== true) continue
      const config = await this.#client.read(kind === 'qemu' ? PVE.qemuConfig : PVE.lxcConfig, { node, vmid })
      if (config !== undefined) this.#identities.set(vmid, readGuestConfig(config))
    }
    return undefined
  }
}
