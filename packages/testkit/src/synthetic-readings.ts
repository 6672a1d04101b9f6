import type { WireReadings } from '@lumen/protocol/agent/frame'
import { seededRandom } from './random.ts'
import { SyntheticContainers } from './synthetic-containers.ts'

export interface MachineShape {
  cores: number
  filesystems: number
  disks: number
  nics: number
  sensors: number
  /** None unless told. */
  containers?: number
}

/** An ordinary small server: 84 series. */
export const SMALL_SERVER: MachineShape = { cores: 4, filesystems: 5, disks: 2, nics: 2, sensors: 5 }
/** One row of everything an agent reads: 49 series. */
export const ONE_OF_EACH: MachineShape = { cores: 1, filesystems: 1, disks: 1, nics: 1, sensors: 1 }

const MOUNTS = ['/', '/boot', '/home', '/var', '/srv']
const GIB = 1024 ** 3

/** A value that wanders between `low` and `high` like a real one: drift, a slow wave, noise on top. */
class Wanderer {
  readonly #random: () => number
  readonly #low: number
  readonly #high: number
  readonly #phase: number
  readonly #turnTicks: number
  #level: number

  constructor(random: () => number, low: number, high: number) {
    this.#random = random
    this.#low = low
    this.#high = high
    this.#phase = random() * 2 * Math.PI
    this.#turnTicks = 200 + random() * 2_000
    this.#level = random()
  }

  at(tick: number): number {
    this.#level = clamp(this.#level + (this.#random() - 0.5) * 0.08, 0, 1)
    const wave = 0.5 + 0.5 * Math.sin(this.#phase + (tick / this.#turnTicks) * 2 * Math.PI)
    const part = clamp(0.55 * this.#level + 0.35 * wave + 0.1 * this.#random(), 0, 1)
    return this.#low + part * (this.#high - this.#low)
  }
}

/** What one machine that does not exist reads, tick after tick: believable, within the catalogue's bounds, and
 * the same for the same seed. */
export class SyntheticMachine {
  readonly shape: MachineShape
  readonly memTotalBytes: number
  readonly #random: () => number
  readonly #cpu: Wanderer
  readonly #mem: Wanderer
  readonly #net: Wanderer[]
  readonly #disk: Wanderer[]
  readonly #fill: Wanderer[]
  readonly #heat: Wanderer[]
  readonly #containers: SyntheticContainers | undefined
  readonly #bootTicks: number
  #tick = 0

  constructor(seed: number, shape: MachineShape = SMALL_SERVER) {
    const random = seededRandom(seed)
    const some = (count: number, low: number, high: number) =>
      Array.from({ length: count }, () => new Wanderer(random, low, high))
    this.shape = shape
    this.#random = random
    this.memTotalBytes = 2 ** Math.floor(2 + random() * 5) * GIB
    this.#cpu = new Wanderer(random, 1, 30 + random() * 65)
    this.#mem = new Wanderer(random, 15, 40 + random() * 55)
    this.#net = some(shape.nics, 200, 4e6)
    this.#disk = some(shape.disks, 0, 8e6)
    this.#fill = some(shape.filesystems, 10, 40 + random() * 55)
    this.#heat = some(shape.sensors, 30, 55 + random() * 30)
    if (shape.containers !== undefined) {
      this.#containers = new SyntheticContainers(seed, shape.containers)
    }
    this.#bootTicks = Math.floor(random() * 1e6)
  }

  /** The next tick's numbers. */
  read(intervalMs: number): WireReadings {
    const tick = this.#tick++
    const cpu = round(this.#cpu.at(tick), 2)
    const memPct = this.#mem.at(tick)
    const memUsed = Math.round((memPct / 100) * this.memTotalBytes)
    const nics = this.#net.map((each) => each.at(tick))
    const disks = this.#disk.map((each) => each.at(tick))
    const filesystems = this.#fill.map((each) => each.at(tick))
    const heat = this.#heat.map((each) => round(each.at(tick), 1))
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
    return {
      host: {
        cpu_pct: cpu,
        cpu_user_pct: round(cpu * 0.6, 2),
        cpu_system_pct: round(cpu * 0.3, 2),
        cpu_iowait_pct: round((100 - cpu) * 0.02 * this.#random(), 2),
        cpu_steal_pct: round(cpu * 0.01 * this.#random(), 2),
        load1: round((cpu / 100) * this.shape.cores + this.#random(), 2),
        load5: round((cpu / 100) * this.shape.cores + 0.5, 2),
        load15: round((cpu / 100) * this.shape.cores + 0.4, 2),
        mem_total_bytes: this.memTotalBytes,
        mem_used_bytes: memUsed,
        mem_available_bytes: this.memTotalBytes - memUsed,
        mem_cached_bytes: Math.round((this.memTotalBytes - memUsed) * 0.7),
        mem_pct: round(memPct, 2),
        swap_total_bytes: 2 * GIB,
        swap_used_bytes: Math.round((memPct / 1_000) * GIB),
        swap_pct: round(memPct / 20, 2),
        net_rx_bytes_per_s: Math.round(sum(nics)),
        net_tx_bytes_per_s: Math.round(sum(nics) * 0.4),
        disk_read_bytes_per_s: Math.round(sum(disks) * 0.3),
        disk_write_bytes_per_s: Math.round(sum(disks)),
        disk_pct: round(Math.max(...filesystems), 2),
        temp_celsius: heat[0] ?? null,
        psi_cpu_some_pct: round(cpu * 0.1 * this.#random(), 2),
        psi_memory_some_pct: round(memPct > 80 ? this.#random() * 5 : 0, 2),
        psi_memory_full_pct: round(memPct > 90 ? this.#random() * 3 : 0, 2),
        psi_io_some_pct: round(this.#random() * 4, 2),
        psi_io_full_pct: round(this.#random() * 2, 2),
        procs_total: 120 + Math.round(cpu * 2),
        procs_running: 1 + Math.round((cpu / 100) * this.shape.cores),
        tcp_established: 10 + Math.round(this.#random() * 40),
        uptime_s: Math.round(((this.#bootTicks + tick) * intervalMs) / 1_000),
      },
      core: keyed(this.shape.cores, String, () => ({
        cpu_pct: round(clamp(cpu * (0.6 + 0.8 * this.#random()), 0, 100), 1),
      })),
      filesystem: keyed(
        filesystems.length,
        (i) => MOUNTS[i] ?? `/mnt/${i}`,
        (i) => ({
          used_bytes: Math.round((filesystems[i]! / 100) * (i + 1) * 64 * GIB),
          total_bytes: (i + 1) * 64 * GIB,
          used_pct: round(filesystems[i]!, 2),
          inodes_pct: round(filesystems[i]! / 6, 2),
          device: `/dev/sda${i + 1}`,
          type: 'ext4',
        }),
      ),
      disk: keyed(
        disks.length,
        (i) => `sd${String.fromCharCode(97 + i)}`,
        (i) => ({
          read_bytes_per_s: Math.round(disks[i]! * 0.3),
          write_bytes_per_s: Math.round(disks[i]!),
          read_iops: round((disks[i]! * 0.3) / 16_384, 2),
          write_iops: round(disks[i]! / 16_384, 2),
          util_pct: round(clamp(disks[i]! / 8e4, 0, 100), 1),
          await_ms: round(0.2 + this.#random() * 6, 1),
        }),
      ),
      nic: keyed(
        nics.length,
        (i) => `eth${i}`,
        (i) => ({
          rx_bytes_per_s: Math.round(nics[i]!),
          tx_bytes_per_s: Math.round(nics[i]! * 0.4),
          rx_packets_per_s: round(nics[i]! / 900, 1),
          tx_packets_per_s: round(nics[i]! / 2_000, 1),
          errors_per_s: 0,
          drops_per_s: round(this.#random() < 0.02 ? this.#random() : 0, 2),
          state: 'up',
        }),
      ),
      sensor: keyed(
        heat.length,
        (i) => (i === 0 ? 'coretemp/Package id 0' : `coretemp/Core ${i - 1}`),
        (i) => ({ temp_celsius: heat[i]! }),
      ),
      ...(this.#containers !== undefined && { container: this.#containers.read() }),
    }
  }
}

function keyed<Row>(count: number, keyOf: (index: number) => string, rowOf: (index: number) => Row) {
  const rows: Record<string, Row> = {}
  for (let index = 0; index < count; index++) rows[keyOf(index)] = rowOf(index)
  return rows
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

function round(value: number, decimals: 0 | 1 | 2): number {
  const scale = 10 ** decimals
  return Math.round(value * scale) / scale
}
