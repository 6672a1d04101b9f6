import type { StorageSpec } from './cluster-spec.ts'
import { heldBy, type Quantity, valueAt, without } from './quantity.ts'
import { Signal } from './signal.ts'
import type { Timeline } from './timeline.ts'

/** A storage's numbers as one node has them. */
export class StorageTruth {
  readonly spec: StorageSpec
  readonly quantities: Readonly<Record<'used', Quantity>>

  constructor(timeline: Timeline, spec: StorageSpec, node: string) {
    this.spec = spec
    const nodeIndex = spec.isShared ? 0 : timeline.spec.nodes.findIndex(({ name }) => name === node)
    const index = timeline.spec.storages.indexOf(spec)
    const fills = timeline
      .events('storage-fill')
      .filter((event) => event.storage === spec.name && (event.node === undefined || event.node === node))
    const seed = timeline.spec.seed * 41 + index * 107 + nodeIndex
    const signal = new Signal(seed, spec.used, 0.2, heldBy(fills, 'share'), 'slow')
    const losses = timeline
      .events('storage-loss')
      .filter((event) => event.storage === spec.name && (event.node ?? node) === node)
    this.quantities = { used: { signal, runs: without(timeline.runs(node), losses) } }
  }

  isActive(ms: number): boolean {
    return valueAt(this.quantities.used, ms) !== undefined
  }

  usedBytes(ms: number): number {
    return Math.floor(this.quantities.used.signal.at(ms) * this.spec.totalBytes)
  }
}
