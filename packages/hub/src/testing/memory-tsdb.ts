import { layoutOf, type Metric } from '@lumen/model/metric'
import type { Sample } from '@lumen/model/sample'
import { bucketStart, chooseStep, HOUR, SECOND } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import { IntervalSet } from '@lumen/std/interval-set'
import type {
  AppendOutcome,
  FleetPart,
  FleetQuery,
  RangeAnswer,
  RangeQuery,
  StoredEvent,
  Tsdb,
  TsdbHealth,
} from '@lumen/tsdb/api'
import type { Limits, RetentionForecast, StorageReport } from '@lumen/tsdb/storage-report'

/** The store's interface on plain memory, for tests of the hub alone: every sample is kept as it came, and is
 * durable after `flush`. */
export class MemoryTsdb implements Tsdb {
  readonly samples = new Map<number, Sample[]>()
  readonly storedEvents = new Map<number, StoredEvent[]>()
  readonly deleted: number[] = []
  flushFault: string | null = null
  limits: Limits | null = null
  /** What `report` answers. */
  stored: StorageReport = {
    tiers: [],
    coverage: [],
    wear: [],
    budget: { maxBytes: null, minFreeBytes: 0, usedBytes: 0, freeBytes: 1e12, stage: null, given: [] },
    quarantine: [],
    tooOldFrames: 0,
  }
  /** What `forecast` was asked, and what it answers. */
  forecastOf: Limits | null = null
  expected: RetentionForecast = { tiers: [], entities: [], deletes: [], basis: { hosts: 0, days: 0 } }
  givenUpFrom: number | null = null
  gaps: { from: number; to: number }[] = []
  lastTimes = new Map<number, number>()
  isClosed = false
  /** How old a sample may be. */
  keepsMs = 24 * HOUR
  /** Holds on its files at present. */
  holds = 0
  readonly #clock: Clock
  readonly #seen = new Map<string, IntervalSet>()
  readonly #durable = new Map<string, IntervalSet>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  append(host: number, stream: string, sample: Sample): AppendOutcome {
    const now = this.#clock.now()
    if (sample.ts > now + 10 * SECOND) return { kind: 'in-future', limitMs: 10 * SECOND }
    if (sample.ts < now - this.keepsMs) return { kind: 'too-old', limitMs: this.keepsMs }
    const key = `${host} ${stream}`
    const seen = this.#seen.get(key) ?? new IntervalSet()
    this.#seen.set(key, seen)
    if (!seen.add(sample.seq)) return { kind: 'duplicate' }
    const samples = this.samples.get(host) ?? []
    const before = samples.findLastIndex(({ ts }) => ts <= sample.ts)
    samples.splice(before + 1, 0, sample)
    this.samples.set(host, samples)
    return { kind: 'taken', leftOut: 0 }
  }

  durableRanges(host: number, stream: string) {
    return this.#durable.get(`${host} ${stream}`)?.ranges() ?? []
  }

  replayFrom(): number | null {
    return this.givenUpFrom
  }

  appendEvents(host: number, events: readonly StoredEvent[]): void {
    this.storedEvents.set(host, [...(this.storedEvents.get(host) ?? []), ...events])
  }

  async events(host: number, { from, to }: { from: number; to: number }): Promise<StoredEvent[]> {
    return (this.storedEvents.get(host) ?? []).filter(({ at }) => at >= from && at < to)
  }

  configure(limits: Limits): void {
    this.limits = limits
  }

  async report(): Promise<StorageReport> {
    return this.stored
  }

  async forecast(wanted: Limits): Promise<RetentionForecast> {
    this.forecastOf = wanted
    return this.expected
  }

  async query({ host, metrics, key, range, points }: RangeQuery): Promise<RangeAnswer> {
    const stepMs = chooseStep(range, points, SECOND)
    const t: number[] = []
    for (let at = bucketStart(range.from, stepMs); at < range.to; at += stepMs) t.push(at)
    const inside = this.#of(host).filter(({ ts }) => ts >= range.from && ts < range.to)
    const series = metrics.flatMap((metric) => {
      const rows = inside.flatMap(({ rows }) => rows.filter(({ entity }) => entity === metric.entity))
      const keys = [...new Set(rows.map((row) => row.key))].filter((known) => key === null || known === key)
      return keys.map((known) => ({
        metric,
        key: known,
        avg: Float64Array.from(t, (at) => averageIn(inside, metric, known, at, at + stepMs)),
        max: metric.spec.keepsMax
          ? Float64Array.from(t, (at) => averageIn(inside, metric, known, at, at + stepMs))
          : null,
      }))
    })
    return { stepMs, tiers: ['ram'], t, series, gaps: this.gaps }
  }

  async *queryFleet({ hosts, metric, key, range, stepMs }: FleetQuery): AsyncGenerator<FleetPart> {
    const start = Math.ceil(range.from / stepMs) * stepMs
    const buckets = Math.max(0, Math.ceil((range.to - start) / stepMs))
    for (const host of hosts) {
      const inside = this.#of(host).filter(({ ts }) => ts >= start && ts < start + buckets * stepMs)
      const rows = inside.flatMap(({ rows }) => rows.filter(({ entity }) => entity === metric.entity))
      const keys = [...new Set(rows.map((row) => row.key))].filter((known) => key === null || known === key)
      const series = keys.map((known) => {
        const over = (gather: typeof averageIn) =>
          Float64Array.from({ length: buckets }, (_, n) =>
            gather(inside, metric, known, start + n * stepMs, start + (n + 1) * stepMs),
          )
        return {
          host,
          metric,
          key: known,
          avg: over(averageIn),
          max: metric.spec.keepsMax ? over(maxIn) : null,
        }
      })
      yield { start, stepMs, buckets, series }
    }
  }

  minutesFrom(): number {
    return 0
  }

  latest(host: number): Sample | undefined {
    return this.#of(host).at(-1)
  }

  ramAverages(host: number, metric: Metric, to: number, stepMs: number, buckets: number): Float64Array {
    const from = to - buckets * stepMs
    return Float64Array.from({ length: buckets }, (_, n) =>
      averageIn(this.#of(host), metric, '', from + n * stepMs, from + (n + 1) * stepMs),
    )
  }

  lastSampleTimes(): ReadonlyMap<number, number> {
    return this.lastTimes
  }

  async flush(): Promise<void> {
    for (const [key, seen] of this.#seen) this.#durable.set(key, IntervalSet.from(seen.ranges()))
  }

  async deleteHost(host: number): Promise<void> {
    this.deleted.push(host)
    this.samples.delete(host)
  }

  async holdFiles(): Promise<Disposable> {
    this.holds += 1
    return {
      [Symbol.dispose]: () => {
        this.holds -= 1
      },
    }
  }

  health(): TsdbHealth {
    return {
      lastFlushAt: null,
      lastFlushMs: null,
      flushFault: this.flushFault,
      pendingFrames: 0,
      commits: 0,
      bytesWritten: 0,
      repairs: [],
      ramBytes: 0,
      hotBytes: 0,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true
  }

  #of(host: number): Sample[] {
    return this.samples.get(host) ?? []
  }
}

function averageIn(...asked: Parameters<typeof valuesIn>): number {
  const values = valuesIn(...asked)
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length
}

function maxIn(...asked: Parameters<typeof valuesIn>): number {
  const values = valuesIn(...asked)
  return values.length === 0 ? Number.NaN : Math.max(...values)
}

function valuesIn(
  samples: readonly Sample[],
  metric: Metric,
  key: string,
  from: number,
  to: number,
): number[] {
  const index = layoutOf(metric.entity).indexOf.get(metric.field)!
  return samples
    .filter(({ ts }) => ts >= from && ts < to)
    .flatMap(({ rows }) => rows.filter((row) => row.entity === metric.entity && row.key === key))
    .map(({ values }) => values[index]!)
    .filter((value) => !Number.isNaN(value))
}
