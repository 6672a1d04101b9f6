import type { EntityName } from '@lumen/model/catalog'
import { bucketStart, DAY } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { HotClient } from './hot/client.ts'
import type { HotDays } from './hot/hot-days.ts'
import type { RetainAnswer, RetainRequest } from './hot/messages.ts'
import type { DeletionClock } from './jobs/deletion-clock.ts'
import type { TsdbSettings } from './options.ts'
import type { Directory, StreamLedger } from './pending/directory.ts'
import type { Flusher } from './pending/flusher.ts'
import { crowdedBefore } from './pending/seq-crowd.ts'
import { PERSISTED_ENTITIES } from './persisted.ts'
import type { RamTier } from './ram/ram-tier.ts'
import { keptMs, longestMs } from './retention.ts'
import type { Limits } from './storage-report.ts'

interface RetainerParts {
  settings: TsdbSettings
  limits: Readonly<Limits>
  clock: Clock
  deletion: DeletionClock
  client: HotClient
  directory: Directory
  flusher: Flusher
  ram: RamTier
}

/** Forgets what is past retention: rows that no file is to hold any more, seqs whose frames would be refused anyway,
 * then series without rows. */
export class Retainer {
  readonly #parts: RetainerParts
  /** Whether the newest minute of the series found at open is known. */
  #isSurveyed = false
  /** Seqs of frames older than this were forgotten: should retention become longer, they must not be taken again.
   * Taken from the frames, not from the clock, which may have been wrong. Epoch ms. */
  seqsFrom: number

  constructor(parts: RetainerParts, seqsFrom: number) {
    this.#parts = parts
    this.seqsFrom = seqsFrom
  }

  async run(): Promise<void> {
    const { clock, deletion, settings, limits, client, flusher, ram } = this.#parts
    const { retention } = limits
    ram.expire(clock.now())
    const now = deletion.now()
    const before = [...PERSISTED_ENTITIES].map((entity): [EntityName, number] => [
      entity,
      bucketStart(now - keptMs(retention, entity), DAY),
    ])
    const survey = !this.#isSurveyed
    // Ranges must not change under a flush that was computed from them. Once sent, the worker keeps the order.
    const { answered } = await flusher.exclusively(() => {
      const request: RetainRequest = {
        before,
        survey,
        // They say why there are gaps, so they stay as long as charts reach.
        eventsBefore: now - Math.max(settings.eventRetentionMs, longestMs(retention)),
        ...this.#forgetSeqs(now - 2 * longestMs(retention)),
      }
      return { answered: client.call('retain', request) }
    })
    const answer = await answered
    if (survey) this.#learn(answer)
    flusher.hotBytes = answer.hotBytes
    await this.#dropSeries(answer.hotDays)
  }

  /** Twice as long as frames are accepted, so that a wall clock set back by less cannot make a forgotten frame acceptable;
   * sooner where one host has too many. */
  #forgetSeqs(before: number): Pick<RetainRequest, 'seqsFrom' | 'hostSeqsFrom' | 'durable' | 'streams'> {
    const { directory, flusher } = this.#parts
    const hostSeqsFrom: RetainRequest['hostSeqsFrom'] = []
    const durable: RetainRequest['durable'] = []
    const streams: number[] = []
    const changed: StreamLedger[] = []
    for (const host of directory.hosts.values()) {
      const crowdedTo = crowdedBefore([...host.streams.values()].map((ledger) => ledger.durable))
      if (crowdedTo > host.seqsFrom) {
        host.seqsFrom = crowdedTo
        hostSeqsFrom.push([host.id, crowdedTo])
      }
      for (const ledger of host.streams.values()) {
        const next = ledger.durable.since(Math.max(before, crowdedTo))
        if (next.ranges.length === ledger.durable.ranges.length) continue
        for (const { newestTs } of ledger.durable.ranges) {
          if (newestTs < before) this.seqsFrom = Math.max(this.seqsFrom, newestTs + 1)
        }
        durable.push({ stream: ledger.id, ...ledger.durable.changeTo(next) })
        ledger.durable = next
        changed.push(ledger)
      }
    }
    flusher.recallSeen(changed)
    for (const ledger of changed) {
      if (!ledger.seen.isEmpty) continue
      streams.push(ledger.id)
      directory.hosts.get(ledger.host)?.streams.delete(ledger.stream)
    }
    return { seqsFrom: this.seqsFrom, hostSeqsFrom, durable, streams }
  }

  #learn({ lastMinutes }: RetainAnswer): void {
    for (const [id, minute] of lastMinutes) {
      const entry = this.#parts.directory.findSeries(id)
      if (entry !== undefined) entry.lastMinute = Math.max(entry.lastMinute, minute)
    }
    this.#isSurveyed = true
  }

  /** Those that end before the oldest row of their entity begins. */
  async #dropSeries(hotDays: readonly HotDays[]): Promise<void> {
    const oldest = new Map(hotDays.map((hot) => [hot.entity, hot.oldest]))
    const { directory, flusher, client } = this.#parts
    const pending = new Set<number>()
    for (const delta of flusher.deltasAfter(0)) {
      for (const block of delta.blocks.values()) {
        const { rows, series } = block.view()
        for (let row = 0; row < rows; row++) pending.add(series[row]!)
      }
    }
    const empty = directory
      .allSeries()
      .filter(
        ({ id, entity, lastMinute }) =>
          lastMinute < (oldest.get(entity) ?? Number.POSITIVE_INFINITY) && !pending.has(id),
      )
    if (empty.length === 0) return
    for (const entry of empty) directory.removeSeries(entry)
    await client.call('dropSeries', { series: empty.map((entry) => entry.id) })
  }
}
