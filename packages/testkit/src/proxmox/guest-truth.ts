import type { GuestSpec } from './cluster-spec.ts'
import { type Counters, counted, heldBy, type Quantity, scaled, uptime, valueAt } from './quantity.ts'
import { type Held, Signal } from './signal.ts'
import type { Run, Timeline } from './timeline.ts'

/** One guest's numbers, wherever it runs. */
export class GuestTruth {
  readonly spec: GuestSpec
  readonly quantities: Readonly<
    Record<'cpu' | 'memory' | 'disk' | 'netIn' | 'netOut' | 'diskRead' | 'diskWrite', Quantity>
  >
  /** When a node that was up had its configuration, running or not. */
  readonly configured: readonly Run[]
  readonly #timeline: Timeline

  constructor(timeline: Timeline, spec: GuestSpec) {
    this.spec = spec
    this.#timeline = timeline
    const runs = timeline.runs(spec.vmid)
    this.configured = timeline.configured(spec.vmid)
    const loads = timeline.events('guest-load').filter((event) => event.guest === spec.vmid)
    const known = (seed: number, base: number, swing: number, held: Held[] = []): Quantity => ({
      signal: new Signal(timeline.spec.seed * 37 + spec.vmid * 103 + seed, base, swing, held),
      runs,
    })
    const disk = new Signal(timeline.spec.seed * 37 + spec.vmid * 103 + 3, 0.4, 0.15, [], 'slow')
    this.quantities = {
      cpu: known(1, spec.load, 0.9, heldBy(loads, 'cpu')),
      memory: known(2, 0.35 + spec.load / 2, 0.25, heldBy(loads, 'memory')),
      disk: { signal: disk, runs },
      netIn: known(4, 4e5 * spec.load, 0.95, heldBy(loads, 'netInBytesPerS')),
      netOut: known(5, 6e5 * spec.load, 0.95),
      diskRead: known(6, 8e5 * spec.load, 0.95),
      diskWrite: known(7, 5e5 * spec.load, 0.95, heldBy(loads, 'diskWriteBytesPerS')),
    }
  }

  /** The run it is in, with its node; undefined while it is stopped. */
  run(ms: number): Run | undefined {
    return this.#timeline.run(this.spec.vmid, ms)
  }

  name(ms: number): string {
    return this.#timeline.guestName(this.spec, ms)
  }

  /** Undefined while it is stopped; so are the others. */
  cpu(ms: number): number | undefined {
    return valueAt(this.quantities.cpu, ms)
  }

  memUsedBytes(ms: number): number | undefined {
    return scaled(valueAt(this.quantities.memory, ms), this.spec.memoryBytes)
  }

  /** What it takes on the node, PVE 9: the guest's own and QEMU's. */
  memHostBytes(ms: number): number | undefined {
    const used = this.memUsedBytes(ms)
    return used === undefined ? undefined : Math.min(used + 96 * 1024 ** 2, this.spec.memoryBytes)
  }

  /** Of its disk, as its own file system has it: what a container's node and a VM's agent know. */
  insideUsedBytes(ms: number): number | undefined {
    return scaled(valueAt(this.quantities.disk, ms), this.spec.diskBytes)
  }

  /** As seen from outside: of a VM that is not known (0 is served). */
  diskUsedBytes(ms: number): number | undefined {
    return this.spec.type === 'lxc' ? this.insideUsedBytes(ms) : undefined
  }

  uptimeS(ms: number): number | undefined {
    return uptime(this.run(ms), ms)
  }

  counters(ms: number): Counters | undefined {
    const run = this.run(ms)
    if (run === undefined) return undefined
    const { netIn, netOut, diskRead, diskWrite } = this.quantities
    return {
      netIn: counted(netIn, run, ms),
      netOut: counted(netOut, run, ms),
      diskRead: counted(diskRead, run, ms),
      diskWrite: counted(diskWrite, run, ms),
    }
  }
}
