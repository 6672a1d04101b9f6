import type { ClusterSpec, GuestSpec, NodeSpec, StorageSpec } from './cluster-spec.ts'
import { type Held, Signal } from './signal.ts'
import type { Run, Timeline } from './timeline.ts'

/** How often pvestatd looks, ms. */
export const ROUND_MS = 10_000

/** A quantity of one thing; known only while `runs` says so. */
export interface Quantity {
  signal: Pick<Signal, 'at' | 'integral'>
  /** Undefined is always. */
  runs: readonly Run[] | undefined
}

/** Bytes since the guest started or the node booted. */
export interface Counters {
  netIn: number
  netOut: number
  diskRead: number
  diskWrite: number
}

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

export class NodeTruth {
  readonly spec: NodeSpec
  readonly quantities: Readonly<
    Record<'cpu' | 'iowait' | 'memory' | 'swap' | 'root' | 'netIn' | 'netOut', Quantity>
  >
  readonly #timeline: Timeline

  constructor(timeline: Timeline, spec: NodeSpec, index: number) {
    this.spec = spec
    this.#timeline = timeline
    const runs = timeline.runs(spec.name)
    const loads = timeline.events('node-load').filter((event) => event.node === spec.name)
    const known = (seed: number, base: number, swing: number, held: Held[] = []): Quantity => ({
      signal: new Signal(timeline.spec.seed * 31 + index * 101 + seed, base, swing, held),
      runs,
    })
    const root = new Signal(timeline.spec.seed * 31 + index * 101 + 5, 0.31, 0.05, [], 'slow')
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

  uptimeS(ms: number): number | undefined {
    return uptime(this.#timeline.run(this.spec.name, ms), ms)
  }

  counters(ms: number): Pick<Counters, 'netIn' | 'netOut'> | undefined {
    const run = this.#timeline.run(this.spec.name, ms)
    const { netIn, netOut } = this.quantities
    return run && { netIn: counted(netIn, run, ms), netOut: counted(netOut, run, ms) }
  }
}

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

  /** Of a container's root; a VM's is not known outside (0 is served). */
  diskUsedBytes(ms: number): number | undefined {
    return this.spec.type === 'lxc'
      ? scaled(valueAt(this.quantities.disk, ms), this.spec.diskBytes)
      : undefined
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

/** Mean over the part of `[from, to)` that is known; undefined where that is less than half (the `xff` of rrdtool). */
export function meanOf({ signal, runs }: Quantity, from: number, to: number): number | undefined {
  if (runs === undefined) return signal.integral(from, to) / (to - from)
  let sum = 0
  let knownMs = 0
  for (const run of runs) {
    const start = Math.max(from, run.from)
    const end = Math.min(to, run.to)
    if (end <= start) continue
    sum += signal.integral(start, end)
    knownMs += end - start
  }
  return knownMs * 2 < to - from || knownMs === 0 ? undefined : sum / knownMs
}

/** Most minutes that are looked at for one maximum. */
const MAX_MINUTES = 60

/** The highest mean of a minute in `[from, to)`; of long stretches evenly spread minutes are taken. */
export function maxOf(quantity: Quantity, from: number, to: number): number | undefined {
  if (meanOf(quantity, from, to) === undefined) return undefined
  const minutes = Math.max(1, Math.round((to - from) / 60_000))
  const every = Math.ceil(minutes / MAX_MINUTES)
  let highest: number | undefined
  for (let minute = 0; minute < minutes; minute += every) {
    const start = from + minute * 60_000
    const mean = meanOf(quantity, start, Math.min(to, start + 60_000))
    if (mean !== undefined && (highest === undefined || mean > highest)) highest = mean
  }
  return highest
}

function valueAt({ signal, runs }: Quantity, ms: number): number | undefined {
  const isKnown = runs === undefined || runs.some(({ from, to }) => ms >= from && ms < to)
  return isKnown ? signal.at(ms) : undefined
}

const scaled = (share: number | undefined, by: number): number | undefined =>
  share === undefined ? undefined : Math.floor(share * by)

/** What is left of runs when those stretches are taken out. */
function without(runs: readonly Run[], losses: readonly { at: number; until?: number }[]): Run[] {
  return losses.reduce<Run[]>(
    (left, { at, until = Number.POSITIVE_INFINITY }) =>
      left
        .flatMap((run) => [
          { ...run, to: Math.min(run.to, at) },
          { ...run, from: Math.max(run.from, until) },
        ])
        .filter(({ from, to }) => from < to),
    [...runs],
  )
}

/** Rates are a second, time is in ms. */
const counted = ({ signal }: Quantity, run: Run, ms: number): number =>
  Math.floor(signal.integral(run.from, ms) / 1_000)

const uptime = (run: Run | undefined, ms: number): number | undefined =>
  run && Math.floor((ms - run.from) / 1_000)

function heldBy<T extends { at: number; until?: number }>(events: readonly T[], field: keyof T): Held[] {
  return events.flatMap((event) => {
    const value = event[field]
    return typeof value === 'number'
      ? [{ from: event.at, to: event.until ?? Number.POSITIVE_INFINITY, value }]
      : []
  })
}

function unknown(what: string, name: string | number): never {
  throw new Error(`Cannot tell the truth: the cluster has no ${what} ${name}`)
}
