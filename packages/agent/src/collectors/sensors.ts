import type { Clock } from '@lumen/std/clock'
import type { Roots } from '../config.ts'
import { readKernelLine } from '../kernel-text.ts'
import { readStart } from '../read-start.ts'
import type { Collector } from './collector.ts'
import { cpuRank, listSensors, SENSOR_READS, type Sensor } from './sensor-layout.ts'

const SCAN_EVERY_MS = 60_000
const SLOW_EVERY_MS = 30_000
/** Slow readings older than this, and than two ticks, are not shown any more. */
const SLOW_STALE_MS = 120_000
const COLDEST = -40
const HOTTEST = 125
const MAX_RPM = 100_000

/** Temperatures and fans. Sensors of devices that may take long to answer are read beside the tick, one at a time
 * and seldom. */
export class Sensors implements Collector {
  readonly name = 'sensors'
  readonly switch = 'sensors'
  readonly reads = SENSOR_READS
  readonly sends = ['sensor.*', 'host.temp_celsius'] as const
  readonly #sysRoot: string
  readonly #clock: Clock
  #sensors: Sensor[] = []
  #scannedAt = Number.NEGATIVE_INFINITY
  #slowReadings = new Map<string, { raw: number; at: number }>()
  #slowAt = Number.NEGATIVE_INFINITY
  #slowPending: Promise<void> | undefined
  #listFault: unknown
  #collectedAt = Number.NEGATIVE_INFINITY

  constructor({ sysRoot }: Pick<Roots, 'sysRoot'>, clock: Clock) {
    this.#sysRoot = sysRoot
    this.#clock = clock
  }

  /** Begins to read slow sensors when they are due; does not wait for them. Never throws. */
  refresh(): void {
    const now = this.#clock.monotonic()
    if (now - this.#scannedAt >= SCAN_EVERY_MS) {
      this.#scannedAt = now
      try {
        this.#sensors = listSensors(this.#sysRoot)
        this.#listFault = undefined
      } catch (error) {
        this.#listFault = error
      }
    }
    if (this.#slowPending !== undefined || now - this.#slowAt < SLOW_EVERY_MS) return
    const slow = this.#sensors.filter(({ isSlow }) => isSlow)
    if (slow.length === 0) return
    this.#slowAt = now
    this.#slowPending = this.#readSlow(slow).finally(() => {
      this.#slowPending = undefined
    })
  }

  /** Resolves when no slow sensor is being read. */
  async settled(): Promise<void> {
    await this.#slowPending
  }

  collect(into: Parameters<Collector['collect']>[0]): void {
    if (this.#listFault !== undefined) throw this.#listFault
    const now = this.#clock.monotonic()
    // At long intervals what the last tick asked for is the newest there is.
    const since = Math.min(now - SLOW_STALE_MS, this.#collectedAt - 1)
    this.#collectedAt = now
    let rows: typeof into.sensor
    let primary: { rank: number; celsius: number } | undefined
    for (const sensor of this.#sensors) {
      const raw = sensor.isSlow ? this.#slowReading(sensor, since) : readRaw(sensor.path)
      if (raw === undefined) continue
      if (sensor.kind === 'fan') {
        if (raw < 0 || raw > MAX_RPM) continue
        rows ??= {}
        rows[sensor.key] = { fan_rpm: raw }
        continue
      }
      const celsius = Math.round(raw / 100) / 10
      if (celsius < COLDEST || celsius > HOTTEST) continue
      rows ??= {}
      rows[sensor.key] = { temp_celsius: celsius }
      const rank = cpuRank(sensor)
      if (rank === undefined) continue
      const isBetter =
        primary === undefined || rank < primary.rank || (rank === primary.rank && celsius > primary.celsius)
      if (isBetter) primary = { rank, celsius }
    }
    if (rows !== undefined) into.sensor = rows
    if (primary !== undefined) into.host.temp_celsius = primary.celsius
  }

  #slowReading({ key }: Sensor, since: number): number | undefined {
    const reading = this.#slowReadings.get(key)
    return reading !== undefined && reading.at > since ? reading.raw : undefined
  }

  async #readSlow(slow: readonly Sensor[]): Promise<void> {
    for (const { key, path } of slow) {
      try {
        const raw = toNumber((await readStart(path, NUMBER_BYTES)).trim())
        if (raw !== undefined) this.#slowReadings.set(key, { raw, at: this.#clock.monotonic() })
      } catch {
        this.#slowReadings.delete(key)
      }
    }
  }
}

/** A number is no longer than this. */
const NUMBER_BYTES = 64

/** Raw number of a sensor file, or undefined: sensors come and go and answer EIO or ENODATA at will. */
function readRaw(path: string): number | undefined {
  try {
    return toNumber(readKernelLine(path))
  } catch {
    return undefined
  }
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined
}
