import type { ClusterSpec } from './cluster-spec.ts'
import { GuestTruth } from './guest-truth.ts'
import { NodeTruth } from './node-truth.ts'
import { StorageTruth } from './storage-truth.ts'
import type { Timeline } from './timeline.ts'

/** How often pvestatd looks, ms. */
export const ROUND_MS = 10_000

/** The numbers a fake cluster is made of, at any time and before anything is served: what a test compares with. Shares
 * are 0 to 1, sizes bytes, rates bytes a second, times epoch ms. */
export class Truth {
  readonly timeline: Timeline
  readonly #spec: ClusterSpec
  readonly #nodes: Map<string, NodeTruth>
  readonly #guests: Map<number, GuestTruth>
  readonly #storages = new Map<string, StorageTruth>()

  constructor(timeline: Timeline) {
    this.timeline = timeline
    this.#spec = timeline.spec
    this.#nodes = new Map(
      this.#spec.nodes.map((node, index) => [node.name, new NodeTruth(timeline, node, index)]),
    )
    this.#guests = new Map(this.#spec.guests.map((guest) => [guest.vmid, new GuestTruth(timeline, guest)]))
    for (const storage of this.#spec.storages)
      for (const { name } of this.#spec.nodes)
        this.#storages.set(`${name}/${storage.name}`, new StorageTruth(timeline, storage, name))
  }

  /** @throws {Error} for a node the spec does not have; so do the others. */
  node(name: string): NodeTruth {
    return this.#nodes.get(name) ?? unknown('node', name)
  }

  guest(vmid: number): GuestTruth {
    return this.#guests.get(vmid) ?? unknown('guest', vmid)
  }

  /** Of a shared storage every node says the same. */
  storage(node: string, name: string): StorageTruth {
    return this.#storages.get(`${node}/${name}`) ?? unknown('storage', `${node}/${name}`)
  }

  /** When pvestatd of this node last looked, at or before `ms`: what is served is of that time. Nodes look at seconds
   * of their own. */
  lastRound(node: string, ms: number): number {
    const phase = this.#spec.nodes.findIndex(({ name }) => name === node) * 3_000
    return Math.floor((ms - phase) / ROUND_MS) * ROUND_MS + phase
  }
}

function unknown(what: string, name: string | number): never {
  throw new Error(`Cannot tell the truth: the cluster has no ${what} ${name}`)
}
