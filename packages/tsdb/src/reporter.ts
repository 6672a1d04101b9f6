import type { Clock } from '@lumen/std/clock'
import { folderBytes } from './budget/disk-usage.ts'
import { forecast } from './budget/forecast.ts'
import type { HotClient } from './hot/client.ts'
import type { HotReport } from './hot/messages.ts'
import type { Directory } from './pending/directory.ts'
import type { Pending } from './pending/pending.ts'
import type { RamTier } from './ram/ram-tier.ts'
import type { Limits, RetentionForecast, StorageReport } from './storage-report.ts'

interface ReporterParts {
  clock: Clock
  limits: Readonly<Limits>
  client: HotClient
  directory: Directory
  pending: Pending
  ram: RamTier
}

/** Says what the store holds: what is on disk from the worker, what is in memory from here. */
export class Reporter {
  readonly #parts: ReporterParts
  tooOldFrames = 0

  constructor(parts: ReporterParts) {
    this.#parts = parts
  }

  async report(): Promise<StorageReport> {
    const { limits, ram } = this.#parts
    const { usage, hot, wear, quarantine } = await this.#ask()
    return {
      tiers: [
        { tier: 'ram', bytes: this.#ramBytes, from: ram.oldestTs, to: ram.newestTs },
        { tier: 'hot', bytes: usage.hotFileBytes + usage.walBytes, ...spanOf(hot.map(({ range }) => range)) },
        { tier: 'cold', bytes: usage.coldBytes, ...spanOf([]) },
      ],
      coverage: hot.map(({ entity, range, bytes, rows }) => ({
        ...{ entity, bytes, rows },
        tier: 'hot' as const,
        ranges: [range],
      })),
      wear,
      budget: {
        ...limits.budget,
        usedBytes: folderBytes(usage),
        freeBytes: usage.diskFreeBytes,
        stage: null,
        given: [],
      },
      quarantine,
      tooOldFrames: this.tooOldFrames,
    }
  }

  async forecast(wanted: Limits): Promise<RetentionForecast> {
    const { clock, limits, directory, ram } = this.#parts
    const { usage, hot } = await this.#ask()
    return forecast({
      now: clock.now(),
      wanted,
      current: limits,
      ram: { bytes: this.#ramBytes, from: ram.oldestTs },
      hot: { bytes: usage.hotFileBytes + usage.walBytes, entities: hot },
      cold: [],
      hosts: directory.hosts.size,
    })
  }

  #ask(): Promise<HotReport> {
    const { client, clock, ram } = this.#parts
    ram.expire(clock.now())
    return client.call('report', { now: clock.now() })
  }

  get #ramBytes(): number {
    return this.#parts.ram.bytes + this.#parts.pending.bytes
  }
}

/** From the first to the last instant of the ranges. */
function spanOf(ranges: readonly { from: number; to: number }[]): { from: number | null; to: number | null } {
  if (ranges.length === 0) return { from: null, to: null }
  return {
    from: Math.min(...ranges.map(({ from }) => from)),
    to: Math.max(...ranges.map(({ to }) => to)),
  }
}
