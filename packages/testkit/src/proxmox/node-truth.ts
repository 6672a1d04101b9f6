import type { NodeSpec } from './cluster-spec.ts'
import { type Counters, counted, heldBy, type Quantity, scaled, uptime, valueAt } from './quantity.ts'
import { type Held, Signal } from './signal.ts'
import type { Timeline } from './timeline.ts'

/** One node's numbers. */
export class NodeTruth {
  readonly spec: NodeSpec
  readonly quantities: Readonly<
    Record<'cpu' | 'iowait' | 'memory' | 'swap' | 'root' | 'netIn' | 'netOut', Quantity>
  >
  readonly #timeline: Timeline
  readonly #seed: number

  constructor(timeline: Timeline, spec: NodeSpec, index: number) {
    this.spec = spec
    this.#timeline = timeline
    this.#seed = timeline.spec.seed * 31 + index * 101
    const runs = timeline.runs(spec.name)
    const loads = timeline.events('node-load').filter((event) => event.node === spec.name)
    const known = (seed: number, base: number, swing: number, held: Held[] = []): Quantity => ({
      signal: new Signal(this.#seed + seed, base, swing, held),
      runs,
    })
    const root = new Signal(this.#seed + 5, 0.31, 0.05, [], 'slow')
    this.quantities = {
      cpu: known(1, spec.load, 0.8, heldBy(loads, 'cpu')),
      iowait: known(2, spec.load / 40, 0.9),
      memory: known(3, 0.5 + spec.load / 4, 0.2, heldBy(loads, 'memory')),
      swap: known(4, 0.03, 0.3),
      root: { signal: root, runs },
      netIn: known(6, 2e6 * (1 + index), 0.9),
      netOut: known(7, 3e6 * (1 + index), 0.9),
    }
  }

  /** Undefined while the node is down; so are the others. */
  cpu(ms: number): number | undefined {
    return valueAt(this.quantities.cpu, ms)
  }

  iowait(ms: number): number | undefined {
    return valueAt(this.quantities.iowait, ms)
  }

  memUsedBytes(ms: number): number | undefined {
    return scaled(valueAt(this.quantities.memory, ms), this.spec.memoryBytes)
  }

  rootUsedBytes(ms: number): number | undefined {
    return scaled(valueAt(this.quantities.root, ms), this.spec.rootBytes)
  }

  /** A third of what is in use, where there is a pool. */
  arcBytes(ms: number): number | undefined {
    return this.spec.pools.length === 0 ? 0 : scaled(this.memUsedBytes(ms), 1 / 3)
  }

  /** Undefined for a pool the node does not have, too. */
  poolAllocBytes(name: string, ms: number): number | undefined {
    const index = this.spec.pools.findIndex((pool) => pool.name === name)
    const pool = this.spec.pools[index]
    if (pool === undefined || !this.#timeline.isUp(this.spec.name, ms)) return undefined
    return Math.floor(new Signal(this.#seed + 11 + index, 0.42, 0.1, [], 'slow').at(ms) * pool.sizeBytes)
  }

  uptimeS(ms: number): number | undefined {
    return uptime(this.#timeline.run(this.spec.name, ms), ms)
  }

  counters(ms: number): Pick<Counters, 'netIn' | 'netOut'> | undefined {
    const run = this.#timeline.run(this.spec.name, ms)
    const { netIn, netOut } = this.quantities
    return run && { netIn: counted(netIn, run, ms), netOut: counted(netOut, run, ms) }
  }
}
