import type { WireRow } from '@lumen/protocol/agent/frame'
import { GroupNetworks } from '../cgroup/group-network.ts'
import type { CgroupLayout } from '../cgroup/layout.ts'
import { GroupReader } from '../cgroup/read-group.ts'
import type { Roots } from '../config.ts'
import { HeldFiles } from '../held-files.ts'
import { Growing, perSecond } from '../rate.ts'
import { percentOf, round2 } from '../round.ts'
import type { ContainerGroup } from './group-finder.ts'

const LIMIT_EVERY_MS = 30_000

/** One group as long as it is the same: its counters' baselines, and what it may use at most, which changes by hand if at
 * all. */
class Meter {
  readonly owner: string
  readonly inode: number
  readonly cpu = new Growing()
  readonly periods = new Growing()
  readonly io = new Growing()
  readonly net = new Growing()
  readonly pressure = new Growing()
  limitBytes: number | undefined
  /** No period with a CPU quota has passed, so that there is nothing to read of throttling. */
  isUnthrottled = false
  limitsReadAt = Number.NEGATIVE_INFINITY

  constructor({ id, inode }: ContainerGroup) {
    this.owner = `${id} ${inode}`
    this.inode = inode
  }
}

export interface GroupContext {
  /** Monotonic ms. */
  at: number
  /** Cores of the whole machine; undefined when unknown. */
  hostCores: number | undefined
  /** It uses the machine's own network. */
  isOnHostNetwork: boolean
  /** Its first process as the engine says. */
  pid: number | undefined
}

/** Numbers of containers from their control groups. A group made anew begins to count at zero, so a restart gives
 * one frame without rates, never a spike. Cost: 6 to 8 small files a container, held open where they may be: 40 to 60 µs, of
 * which the kernel's own for memory.stat and for the network are half. */
export class GroupCounters {
  readonly #files = new HeldFiles()
  readonly #reader: GroupReader
  readonly #networks: GroupNetworks
  readonly #meters = new Map<string, Meter>()
  #round = 0

  constructor(layout: CgroupLayout, { sysRoot, procRoot }: Pick<Roots, 'sysRoot' | 'procRoot'>) {
    this.#reader = new GroupReader(layout, sysRoot, (path) => this.#files.read(path))
    this.#networks = new GroupNetworks(procRoot)
  }

  /** @throws {ParseError} when a file of the group cannot be understood */
  read(group: ContainerGroup, { at, hostCores, isOnHostNetwork, pid }: GroupContext): WireRow<'container'> {
    const { path } = group
    const reader = this.#reader
    const round = this.#round
    const meter = this.#meterOf(group, at)
    this.#files.enter(meter.owner)
    const row: WireRow<'container'> = {}
    const cpu = reader.cpu(path, !meter.isUnthrottled)
    if (cpu !== undefined) {
      const growth = meter.cpu.read([cpu.usedUs], at, round)
      if (growth !== undefined) {
        const cores = growth.by[0]! / 1_000 / growth.elapsedMs
        row.cpu_cores = round2(cores)
        if (hostCores !== undefined) row.cpu_pct = percentOf(cores, hostCores)
      }
      if (cpu.periods !== undefined && cpu.throttledPeriods !== undefined) {
        meter.isUnthrottled = cpu.periods === 0
        const periods = meter.periods.read([cpu.periods, cpu.throttledPeriods], at, round)
        if (periods !== undefined) row.throttled_pct = percentOf(periods.by[1]!, periods.by[0]!)
      }
    }
    const usedBytes = reader.usedMemory(path)
    if (usedBytes !== undefined) {
      row.mem_used_bytes = usedBytes
      if (meter.limitBytes !== undefined) {
        row.mem_limit_bytes = meter.limitBytes
        row.mem_pct = percentOf(usedBytes, meter.limitBytes)
      }
    }
    row.pids = reader.pids(path)
    const io = reader.io(path)
    const ioGrowth = io === undefined ? undefined : meter.io.read([io.readBytes, io.writtenBytes], at, round)
    if (ioGrowth !== undefined) {
      row.io_read_bytes_per_s = Math.round(perSecond(ioGrowth.by[0]!, ioGrowth.elapsedMs))
      row.io_write_bytes_per_s = Math.round(perSecond(ioGrowth.by[1]!, ioGrowth.elapsedMs))
    }
    const fullUs = reader.pressure(path, 'memory')?.fullUs
    const pressure = fullUs === undefined ? undefined : meter.pressure.read([fullUs], at, round)
    if (pressure !== undefined)
      row.psi_memory_full_pct = percentOf(pressure.by[0]! / 1_000, pressure.elapsedMs)
    if (!isOnHostNetwork) this.#readNetwork(row, meter, group, at, pid)
    return row
  }

  /** Ends a tick: groups that are gone are forgotten, and what was not read in it is closed. */
  endRound(groups: ReadonlyMap<string, ContainerGroup>): void {
    this.#round += 1
    for (const id of this.#meters.keys()) if (!groups.has(id)) this.#meters.delete(id)
    this.#networks.keep(groups)
    this.#files.endRound()
  }

  /** Closes what is open; the next reading opens it again. */
  stop(): void {
    this.#files[Symbol.dispose]()
  }

  #readNetwork(
    row: WireRow<'container'>,
    meter: Meter,
    { id, folder, inode }: ContainerGroup,
    at: number,
    pid: number | undefined,
  ): void {
    const reading = this.#networks.read(id, folder, inode, id, pid)
    const growth =
      reading === undefined ? undefined : meter.net.read([reading.rxBytes, reading.txBytes], at, this.#round)
    if (growth === undefined) return
    row.net_rx_bytes_per_s = Math.round(perSecond(growth.by[0]!, growth.elapsedMs))
    row.net_tx_bytes_per_s = Math.round(perSecond(growth.by[1]!, growth.elapsedMs))
  }

  #meterOf(group: ContainerGroup, at: number): Meter {
    let meter = this.#meters.get(group.id)
    if (meter?.inode !== group.inode) {
      meter = new Meter(group)
      this.#meters.set(group.id, meter)
    }
    if (at - meter.limitsReadAt >= LIMIT_EVERY_MS) {
      meter.limitsReadAt = at
      meter.isUnthrottled = false
      meter.limitBytes = this.#reader.memoryLimit(group.path)
    }
    return meter
  }
}
