import { readdirSync } from 'node:fs'
import { CATALOG } from '@lumen/model/catalog'
import type { WireRow } from '@lumen/protocol/agent/frame'
import type { Clock } from '@lumen/std/clock'
import { errorMessage, LumenError } from '@lumen/std/error'
import { groupCores } from '../cgroup/group-cores.ts'
import { GROUP_NETWORK_READS, GroupNetworks } from '../cgroup/group-network.ts'
import { GROUP_READS, GroupReader } from '../cgroup/read-group.ts'
import type { Collector, Readings } from '../collectors/collector.ts'
import { netReads, readNetText } from '../collectors/net-proc.ts'
import type { Roots } from '../config.ts'
import { ALLOWED_CORES_READS, allowedCores } from '../environment/allowed-cores.ts'
import type { Environment } from '../environment/environment.ts'
import { parseNetDev } from '../procfs/net-dev.ts'
import { GrowthBook, perSecond } from '../rate.ts'
import type { Reads } from '../reads.ts'
import { percentOf } from '../round.ts'
import { GuestConfigs, type NamedConfig } from './configs.ts'
import { findGuests, type GuestGroup } from './find-guests.ts'
import { Starts } from './starts.ts'

const CORES_EVERY_MS = 60_000

type Row = WireRow<'guest'>

/** LXC and QEMU guests from their control groups, named and sized by Proxmox' configuration where there is one.
 * Stopped ones are known from there too. No command is run and no guest is asked. Cost: 0.1 ms a guest. */
export class Guests implements Collector {
  readonly name = 'guests'
  readonly switch = 'guests'
  readonly reads = [
    '{root}/etc/pve/lxc',
    '{root}/etc/pve/lxc/*.conf',
    '{root}/etc/pve/qemu-server',
    '{root}/etc/pve/qemu-server/*.conf',
    ...Object.values(GROUP_READS).flat(),
    ...ALLOWED_CORES_READS,
    ...GROUP_NETWORK_READS,
    ...netReads('dev'),
    '{proc}/*/stat',
    '{proc}/uptime',
  ] as const satisfies Reads
  readonly sends = ['guest.*'] as const
  readonly asRoot =
    'traffic of guests without a Proxmox link needs root (CAP_SYS_PTRACE) to look into their network namespaces; /etc/pve is readable for root and the group www-data'
  readonly #roots: Roots
  readonly #environment: Environment
  readonly #reader: GroupReader
  readonly #configs: GuestConfigs
  readonly #networks: GroupNetworks
  readonly #starts: Starts
  readonly #cpu = new GrowthBook()
  readonly #io = new GrowthBook()
  readonly #net = new GrowthBook()
  readonly #cores = new Map<string, { inode: number; cores: number | undefined; readAt: number }>()

  constructor(roots: Roots, environment: Environment, clock: Clock) {
    this.#roots = roots
    this.#environment = environment
    this.#reader = new GroupReader(environment.cgroup, roots.sysRoot)
    this.#configs = new GuestConfigs(roots.rootfs, clock)
    this.#networks = new GroupNetworks(roots.procRoot)
    this.#starts = new Starts(roots.procRoot)
  }

  /** Begins to read configurations when they are due; does not wait. Never throws. */
  refresh(): void {
    this.#configs.refresh()
  }

  async settled(): Promise<void> {
    await this.#configs.settled()
  }

  collect(into: Readings, at: number): void {
    const groups = this.#running()
    const configs = this.#configs.known
    if (groups.size === 0 && configs.size === 0) return
    const links = this.#linkBytes(groups)
    const rows: Record<string, Row> = {}
    let fault: string | undefined
    let count = 0
    let left = 0
    for (const [key, group] of groups) {
      if (count === CATALOG.guest.maxRows) {
        left += 1
        continue
      }
      count += 1
      const config = configs.get(key)
      const row: Row = { kind: group.kind, name: config?.name ?? key, state: 'running' }
      rows[key] = row
      try {
        this.#readNumbers(row, group, config, links.get(key), at)
      } catch (error) {
        fault ??= `${key}: ${errorMessage(error)}`
      }
    }
    for (const [vmid, config] of configs) {
      if (groups.has(vmid) || config.isTemplate) continue
      if (count < CATALOG.guest.maxRows) rows[vmid] = stoppedRow(vmid, config)
      else left += 1
      count = Math.min(CATALOG.guest.maxRows, count + 1)
    }
    this.#endRound(groups)
    if (count > 0) into.guest = rows
    if (left > 0) fault ??= `${left} of ${left + count} guests are not shown`
    if (fault !== undefined) throw new LumenError('guests_incomplete', fault)
  }

  /** Groups with a process in them: those of stopped guests may be left behind empty. */
  #running(): Map<string, GuestGroup> {
    const { cgroup, ownGroup } = this.#environment
    const isEmpty = ({ path }: GuestGroup) => {
      try {
        return this.#reader.pids(path) === 0
      } catch {
        return false
      }
    }
    const groups = findGuests(cgroup, ownGroup).filter((group) => !isEmpty(group))
    return new Map(groups.map((group) => [group.key, group]))
  }

  #readNumbers(
    row: Row,
    group: GuestGroup,
    config: NamedConfig | undefined,
    link: readonly [number, number] | undefined,
    at: number,
  ): void {
    const { key, kind, path, inode } = group
    const reader = this.#reader
    const bookKey = `${key} ${inode}`
    const cpu = reader.cpu(path)
    const growth = cpu === undefined ? undefined : this.#cpu.read(bookKey, [cpu.usedUs], at)
    const cores = this.#coresOf(group, config, at)
    if (growth !== undefined && cores !== undefined)
      row.cpu_pct = percentOf(growth.by[0]! / 1_000, growth.elapsedMs * cores)
    const memory = reader.memory(path)
    const limit = kind === 'lxc' ? reader.memoryLimit(path) : undefined
    const totalBytes = limit ?? config?.memoryBytes
    if (totalBytes !== undefined) row.mem_total_bytes = totalBytes
    if (memory !== undefined) {
      // Of an LXC as Proxmox counts; a VM's own memory may be shared memory, which counts as page cache.
      const cache = kind === 'lxc' ? memory.fileBytes : memory.fileBytes - memory.shmemBytes
      const used = Math.max(0, memory.currentBytes - Math.max(0, cache))
      row.mem_used_bytes = totalBytes === undefined ? used : Math.min(used, totalBytes)
    }
    const io = reader.io(path)
    const ioGrowth =
      io === undefined ? undefined : this.#io.read(bookKey, [io.readBytes, io.writtenBytes], at)
    if (ioGrowth !== undefined) {
      row.disk_read_bytes_per_s = Math.round(perSecond(ioGrowth.by[0]!, ioGrowth.elapsedMs))
      row.disk_write_bytes_per_s = Math.round(perSecond(ioGrowth.by[1]!, ioGrowth.elapsedMs))
    }
    const folder = `${this.#environment.cgroup.walk}${path}`
    const net = link ?? this.#networkOf(key, folder, group)
    const netGrowth = net === undefined ? undefined : this.#net.read(bookKey, net, at)
    if (netGrowth !== undefined) {
      row.net_rx_bytes_per_s = Math.round(perSecond(netGrowth.by[0]!, netGrowth.elapsedMs))
      row.net_tx_bytes_per_s = Math.round(perSecond(netGrowth.by[1]!, netGrowth.elapsedMs))
    }
    const uptimeS = this.#starts.uptime(key, inode, folder, path, at)
    if (uptimeS !== undefined) row.uptime_s = uptimeS
  }

  #networkOf(key: string, folder: string, { path, inode }: GuestGroup): readonly number[] | undefined {
    const reading = this.#networks.read(key, folder, inode, path)
    return reading === undefined ? undefined : [reading.rxBytes, reading.txBytes]
  }

  /** Bytes of Proxmox' links by vmid: what the node's end sent is what the guest received. */
  #linkBytes(groups: ReadonlyMap<string, GuestGroup>): Map<string, [number, number]> {
    const sums = new Map<string, [number, number]>()
    const vmidOf = (name: string) => /^(?:veth|tap)(\d+)i\d+$/.exec(name)?.[1]
    if (groups.size === 0) return sums
    const text = readNetText(this.#roots, 'dev') ?? ''
    for (const { name, rxBytes, txBytes } of parseNetDev(text, (name) => groups.has(vmidOf(name) ?? ''))) {
      const vmid = vmidOf(name)!
      const sum = sums.get(vmid) ?? [0, 0]
      sums.set(vmid, [sum[0] + txBytes, sum[1] + rxBytes])
    }
    return sums
  }

  /** CPUs it was given; where nothing says, all that the machine may use. */
  #coresOf(group: GuestGroup, config: NamedConfig | undefined, at: number): number | undefined {
    if (config?.cores !== undefined) return config.cores
    const known = this.#cores.get(group.key)
    if (known !== undefined && known.inode === group.inode && at - known.readAt < CORES_EVERY_MS)
      return known.cores
    const { cgroup } = this.#environment
    const own =
      group.kind === 'qemu' ? virtualCpus(`${cgroup.walk}${group.path}`) : groupCores(cgroup, group.path)
    const cores = own ?? allowedCores(this.#roots, this.#environment)
    this.#cores.set(group.key, { inode: group.inode, cores, readAt: at })
    return cores
  }

  #endRound(groups: ReadonlyMap<string, GuestGroup>): void {
    for (const book of [this.#cpu, this.#io, this.#net]) book.endRound()
    this.#networks.keep(groups)
    this.#starts.keep(groups)
    for (const key of this.#cores.keys()) if (!groups.has(key)) this.#cores.delete(key)
  }
}

function stoppedRow(vmid: string, { kind, name, memoryBytes }: NamedConfig): Row {
  return { kind, name: name ?? vmid, state: 'stopped', mem_total_bytes: memoryBytes }
}

/** libvirt keeps a group for each virtual CPU. */
function virtualCpus(folder: string): number | undefined {
  try {
    const count = readdirSync(`${folder}/libvirt`).filter((name) => /^vcpu\d+$/.test(name)).length
    return count > 0 ? count : undefined
  } catch {
    return undefined
  }
}
