import type { Resource } from '../client/pve-calls.ts'

export interface NodeNow {
  name: string
  /** Whether its cluster hears it; undefined when it does not say. */
  isOnline: boolean | undefined
  resource: Resource
}

export interface GuestNow {
  vmid: number
  kind: 'qemu' | 'lxc'
  node: string
  name: string | undefined
  /** running, stopped, paused…; unknown when its node has not been heard for a while. */
  state: string
  /** The last one that was known, also while it is not; undefined: none was yet. */
  lastState: string | undefined
  isTemplate: boolean
  /** It is to run: it starts with its node or high availability keeps it up, and nothing holds it just now; undefined:
   * unknown. */
  isExpected?: boolean | undefined
  resource: Resource
}

export interface StorageNow {
  node: string
  name: string
  isShared: boolean
  state: string | undefined
  type: string | undefined
  content: string | undefined
  resource: Resource
}

/** What a cluster has, by the names it goes by. */
export interface Inventory {
  nodes: ReadonlyMap<string, NodeNow>
  guests: ReadonlyMap<number, GuestNow>
  /** By `node/storage`. */
  storages: ReadonlyMap<string, StorageNow>
}

export const EMPTY_INVENTORY: Inventory = { nodes: new Map(), guests: new Map(), storages: new Map() }

/** As Proxmox takes them. A node's name becomes a host's, is printed, and is put into the paths of requests. */
const NODE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i

/** Reads `/cluster/resources`. A guest whose node is gone for long comes without its name: it keeps the one it had. */
export function readInventory(rows: readonly Resource[], before: Inventory): Inventory {
  const nodes = new Map<string, NodeNow>()
  const guests = new Map<number, GuestNow>()
  const storages = new Map<string, StorageNow>()
  for (const resource of rows) {
    const { type, node, status, vmid, storage } = resource
    if (node === undefined || !NODE_NAME.test(node)) continue
    if (type === 'node') {
      const isOnline = status === 'online' ? true : status === 'offline' ? false : undefined
      nodes.set(node, { name: node, isOnline, resource })
    } else if ((type === 'qemu' || type === 'lxc') && vmid !== undefined) {
      const was = before.guests.get(vmid)
      const state = status ?? 'unknown'
      guests.set(vmid, {
        ...{ vmid, kind: type, node, resource, state },
        name: resource.name ?? was?.name,
        lastState: state === 'unknown' ? was?.lastState : state,
        isTemplate: resource.template ?? was?.isTemplate ?? false,
      })
    } else if (type === 'storage' && storage !== undefined) {
      const { plugintype, content } = resource
      const isShared = resource.shared ?? false
      storages.set(`${node}/${storage}`, {
        ...{ node, name: storage, isShared, state: status, type: plugintype, content, resource },
      })
    }
  }
  return { nodes, guests, storages }
}
