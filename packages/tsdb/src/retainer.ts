import { bucketStart, MINUTE } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { HotClient } from './hot/client.ts'
import type { RetainAnswer, RetainRequest } from './hot/messages.ts'
import type { TsdbSettings } from './options.ts'
import type { Directory, StreamLedger } from './pending/directory.ts'
import type { Flusher } from './pending/flusher.ts'
import type { RamTier } from './ram/ram-tier.ts'
import type { Limits } from './storage-report.ts'

interface RetainerParts {
  settings: TsdbSettings
  limits: Readonly<Limits>
  clock: Clock
  client: HotClient
  directory: Directory
  flusher: Flusher
  ram: RamTier
}

/** Forgets what is past retention: rows, then seqs whose frames would be refused anyway, then series without
 * rows. */
export class Retainer {
  readonly #parts: RetainerParts
  /** Whether the newest minute of the series found at open is known. */
  #isSurveyed = false

  constructor(parts: RetainerParts) {
    this.#parts = parts
  }

  async run(): Promise<void> {
    const { clock, settings, limits, client, flusher, ram } = this.#parts
    const { hotMs } = limits.retention
    const now = clock.now()
    ram.expire(now)
    const before = bucketStart(now - hotMs, MINUTE)
    const survey = !this.#isSurveyed
    // Ranges must not change under a flush that was computed from them. Once sent, the worker keeps the order.
    const { answered } = await flusher.exclusively(() => {
      const request: RetainRequest = {
        before,
        survey,
        eventsBefore: now - settings.eventRetentionMs,
        ...this.#forgetSeqs(now - 2 * hotMs),
      }
      return { answered: client.call('retain', request) }
    })
    const answer = await answered
    if (survey) this.#learn(answer)
    flusher.hotBytes = answer.hotBytes
    await this.#dropSeries(before)
  }

  /** Twice the retention, so that a wall clock set back by less cannot make a forgotten frame acceptable. */
  #forgetSeqs(before: number): Pick<RetainRequest, 'durable' | 'streams'> {
    const { directory, flusher } = this.#parts
    const durable: RetainRequest['durable'] = []
    const streams: number[] = []
    const changed: StreamLedger[] = []
    for (const host of directory.hosts.values()) {
      for (const ledger of host.streams.values()) {
        const next = ledger.durable.since(before)
        if (next.ranges.length === ledger.durable.ranges.length) continue
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
    return { durable, streams }
  }

  #learn({ lastMinutes }: RetainAnswer): void {
    for (const [id, minute] of lastMinutes) {
      const entry = this.#parts.directory.findSeries(id)
      if (entry !== undefined) entry.lastMinute = Math.max(entry.lastMinute, minute)
    }
    this.#isSurveyed = true
  }

  async #dropSeries(before: number): Promise<void> {
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
      .filter(({ id, lastMinute }) => lastMinute < before && !pending.has(id))
    if (empty.length === 0) return
    for (const entry of empty) directory.removeSeries(entry)
    await client.call('dropSeries', { series: empty.map((entry) => entry.id) })
  }
}
