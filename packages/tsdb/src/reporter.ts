import { DAY, type TimeRange } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import { folderBytes } from './budget/disk-usage.ts'
import { forecast, type HotShare } from './budget/forecast.ts'
import { coverageOf } from './cold/listed-file.ts'
import type { HotClient } from './hot/client.ts'
import type { HotReport } from './hot/messages.ts'
import type { HotDay, HotSurvey } from './hot/survey-hot.ts'
import type { Admission } from './pending/admission.ts'
import type { Directory } from './pending/directory.ts'
import type { Pending } from './pending/pending.ts'
import type { RamTier } from './ram/ram-tier.ts'
import type { EntityCoverage, Limits, RetentionForecast, StorageReport } from './storage-report.ts'

interface ReporterParts {
  clock: Clock
  limits: Readonly<Limits>
  client: HotClient
  directory: Directory
  pending: Pending
  ram: RamTier
  admission: Pick<Admission, 'tooOldFrames'>
}

/** Says what the store holds: what is on disk from the worker, what is in memory from here. */
export class Reporter {
  readonly #parts: ReporterParts

  constructor(parts: ReporterParts) {
    this.#parts = parts
  }

  async report(): Promise<StorageReport> {
    const { limits, ram, admission } = this.#parts
    const { usage, hot, cold, wear, quarantine, stage, given } = await this.#ask()
    return {
      tiers: [
        { tier: 'ram', bytes: this.#ramBytes, from: ram.oldestTs, to: ram.newestTs },
        { tier: 'hot', bytes: usage.hotFileBytes + usage.walBytes, ...spanOf(rangesOf(hot)) },
        { tier: 'cold', bytes: usage.coldBytes, ...spanOf(cold.map(({ span }) => span)) },
      ],
      coverage: [
        ...hot.map(coverageOfHot),
        ...coverageOf(cold).map((each) => ({ ...each, tier: 'cold' as const })),
      ],
      wear,
      budget: {
        ...limits.budget,
        usedBytes: folderBytes(usage),
        freeBytes: usage.diskFreeBytes,
        stage,
        given,
      },
      quarantine,
      tooOldFrames: admission.tooOldFrames,
    }
  }

  async forecast(wanted: Limits): Promise<RetentionForecast> {
    const { clock, limits, directory, ram } = this.#parts
    const { usage, hot, cold } = await this.#ask()
    return forecast({
      now: clock.now(),
      wanted,
      current: limits,
      ram: { bytes: this.#ramBytes, from: ram.oldestTs },
      hot: { bytes: usage.hotFileBytes + usage.walBytes, entities: hot.map(newestDays) },
      cold,
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

function rangesOf(hot: readonly HotSurvey[]): TimeRange[] {
  return hot.flatMap(({ days }) => days.map(({ range }) => range))
}

function coverageOfHot({ entity, days }: HotSurvey): EntityCoverage {
  return {
    entity,
    tier: 'hot',
    ranges: joined(days.map(({ range }) => range)),
    bytes: days.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: days.reduce((sum, { rows }) => sum + rows, 0),
  }
}

/** Days that touch become one range. */
function joined(ranges: readonly TimeRange[]): TimeRange[] {
  const all: TimeRange[] = []
  for (const { from, to } of ranges) {
    const last = all.at(-1)
    if (last?.to === from) last.to = to
    else all.push({ from, to })
  }
  return all
}

/** Late rows of old days say nothing about how much a day brings. */
function newestDays({ entity, days }: HotSurvey): HotShare {
  const newest = Math.max(...days.map(({ range }) => range.to))
  const recent = days.filter(({ range }) => range.to > newest - DAY)
  const sum = (of: (day: HotDay) => number) => recent.reduce((total, day) => total + of(day), 0)
  return {
    entity,
    heldMs: sum(({ range }) => range.to - range.from),
    numbers: sum(({ numbers }) => numbers),
    bytes: sum(({ bytes }) => bytes),
  }
}

/** From the first to the last instant of the ranges. */
function spanOf(ranges: readonly TimeRange[]): { from: number | null; to: number | null } {
  if (ranges.length === 0) return { from: null, to: null }
  return {
    from: Math.min(...ranges.map(({ from }) => from)),
    to: Math.max(...ranges.map(({ to }) => to)),
  }
}
