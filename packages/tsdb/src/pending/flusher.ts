import { MINUTE } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import { errorMessage, LumenError } from '@lumen/std/error'
import { IntervalSet } from '@lumen/std/interval-set'
import type { FaultInjector } from '../fault-point.ts'
import type { HotClient } from '../hot/client.ts'
import type { EventRow, FlushRequest } from '../hot/messages.ts'
import type { Directory, SeriesEntry, StreamLedger } from './directory.ts'
import type { DurableRange, DurableRanges } from './durable-ranges.ts'
import type { EventQueue } from './event-queue.ts'
import type { MinuteDelta } from './minute-delta.ts'
import type { Pending } from './pending.ts'

/** Memory of the minutes that go in one transaction, unless one alone has more: on its way a minute is in memory three times.
 * Only backlogs have so many minutes at once. */
const FLIGHT_BYTES = 4 * 1024 * 1024

interface Flight {
  generation: number
  deltas: MinuteDelta[]
  events: EventRow[]
  series: SeriesEntry[]
  /** What each stream's durable ranges are once this is committed. */
  durable: Map<StreamLedger, DurableRanges>
}

interface FlusherParts {
  clock: Clock
  client: HotClient
  directory: Directory
  pending: Pending
  events: EventQueue
  faults: FaultInjector
}

/** Moves minutes from memory to the hot tier, one transaction at a time. While one is on its way it can still
 * be read here; if it fails everything goes back and nothing counts as durable (T1, T8). */
export class Flusher {
  readonly #parts: FlusherParts
  #flight: Flight | null = null
  #generation = 0
  #tail: Promise<unknown> = Promise.resolve()
  lastFlushAt: number | null = null
  lastFlushMs: number | null = null
  fault: string | null = null
  commits = 0
  bytesWritten = 0
  hotBytes: number
  /** The last flush left too little room for what comes next. */
  isShort = false

  constructor(parts: FlusherParts, hotBytes: number) {
    this.#parts = parts
    this.hotBytes = hotBytes
  }

  get isBusy(): boolean {
    return this.#flight !== null
  }

  get framesInFlight(): number {
    return this.#flight?.deltas.reduce((frames, delta) => frames + delta.frames, 0) ?? 0
  }

  /** What an answer of the hot tier that includes flush `generation` does not hold yet. */
  deltasAfter(generation: number): MinuteDelta[] {
    const flying = this.#flight !== null && this.#flight.generation > generation ? this.#flight.deltas : []
    return [...flying, ...this.#parts.pending.deltas()]
  }

  eventsOf(host: number): EventRow[] {
    const flying = this.#flight?.events.filter((event) => event.host === host) ?? []
    return [...flying, ...this.#parts.events.ofHost(host)]
  }

  /** Runs `work` when no flush is on its way. */
  exclusively<T>(work: () => T | Promise<T>): Promise<T> {
    const run = this.#tail.then(work)
    this.#tail = run.catch(() => undefined)
    return run
  }

  /** @throws {LumenError} `flush_failed`: nothing was written, everything is pending again. */
  flush(scope: 'complete' | 'all'): Promise<void> {
    return this.exclusively(() => this.#flush(scope))
  }

  /** Takes a deleted host out of what would come back if the flush on its way fails. */
  removeHost(host: number, series: ReadonlySet<number>): void {
    this.#parts.pending.removeHost(host, series)
    this.#parts.events.removeHost(host)
    if (this.#flight === null) return
    for (const delta of this.#flight.deltas) delta.removeHost(host, series)
    this.#flight.events = this.#flight.events.filter((event) => event.host !== host)
    this.#flight.series = this.#flight.series.filter((entry) => entry.host !== host)
  }

  /** Rebuilds what a stream has seen after some of it was forgotten. */
  recallSeen(ledgers: Iterable<StreamLedger>): void {
    const deltas = this.deltasAfter(0)
    for (const ledger of ledgers) {
      ledger.seen = IntervalSet.from(ledger.durable.toIntRanges())
      for (const delta of deltas) {
        const counted = delta.counted.get(ledger)
        if (counted !== undefined) ledger.seen.addAll(counted.seqs)
      }
    }
  }

  /** So many minutes at a time as fit; after a failure one: a disk with little room takes small transactions before large ones. */
  async #flush(scope: 'complete' | 'all'): Promise<void> {
    const isCareful = this.fault !== null
    const now = this.#parts.clock.now()
    const isDue = (minute: number) => scope === 'all' || minute + MINUTE <= now
    const due = () => this.#parts.pending.deltas().filter(({ minute }) => isDue(minute))
    // what comes in meanwhile, for minutes already written, is for the next flush: this one must end
    const waiting = new Set(due().map(({ minute }) => minute))
    do {
      const left = due().filter(({ minute }) => waiting.has(minute))
      const minutes = new Set(isCareful ? left.slice(0, 1).map(({ minute }) => minute) : oneFlight(left))
      await this.#flushMinutes(minutes, now)
      for (const minute of minutes) waiting.delete(minute)
      if (minutes.size === 0) return
    } while (waiting.size > 0)
  }

  async #flushMinutes(minutes: ReadonlySet<number>, now: number): Promise<void> {
    const { clock, client, pending, events, faults } = this.#parts
    const deltas = pending.take((minute) => minutes.has(minute))
    const flight: Flight = {
      generation: ++this.#generation,
      deltas,
      events: events.takeAll(),
      series: this.#dirtySeries(deltas),
      durable: durableAfter(deltas),
    }
    if (deltas.length === 0 && flight.events.length === 0) return
    this.#flight = flight
    const startedAt = clock.monotonic()
    const request = requestOf(flight, now)
    for (const entry of flight.series) entry.isDirty = false
    try {
      const answer = await client.call('flush', request, buffersOf(request))
      this.#land(flight)
      this.hotBytes = answer.hotBytes
      this.isShort = answer.isShort
      this.bytesWritten += answer.bytes
      this.lastFlushAt = clock.now()
      this.lastFlushMs = clock.monotonic() - startedAt
      faults.reach('flush.after-ack')
    } catch (thrown) {
      this.#turnBack(flight)
      this.fault = errorMessage(thrown)
      throw new LumenError('flush_failed', `Cannot write to the hot tier: ${this.fault}`, { cause: thrown })
    }
  }

  #land(flight: Flight): void {
    this.#flight = null
    this.fault = null
    this.commits += 1
    for (const [ledger, durable] of flight.durable) {
      ledger.durable = durable
      ledger.isOnDisk = true
    }
  }

  #turnBack(flight: Flight): void {
    this.#flight = null
    this.#parts.pending.putBack(flight.deltas)
    for (const event of flight.events) this.#parts.events.add(event.host, event)
    for (const entry of flight.series) entry.isDirty = true
  }

  #dirtySeries(deltas: readonly MinuteDelta[]): SeriesEntry[] {
    const dirty = new Set<SeriesEntry>()
    for (const delta of deltas) {
      for (const block of delta.blocks.values()) {
        const { rows, series } = block.view()
        for (let row = 0; row < rows; row++) {
          const entry = this.#parts.directory.findSeries(series[row]!)
          if (entry?.isDirty) dirty.add(entry)
        }
      }
    }
    return [...dirty]
  }
}

/** The oldest of these that go together, at least one. */
function oneFlight(due: readonly MinuteDelta[]): number[] {
  const minutes: number[] = []
  let bytes = 0
  for (const delta of due) {
    bytes += delta.bytes
    if (minutes.length > 0 && bytes > FLIGHT_BYTES) break
    minutes.push(delta.minute)
  }
  return minutes
}

function durableAfter(deltas: readonly MinuteDelta[]): Map<StreamLedger, DurableRanges> {
  const added = new Map<StreamLedger, DurableRange[]>()
  for (const delta of deltas) {
    for (const [ledger, { seqs, newestTs }] of delta.counted) {
      const ranges = added.get(ledger) ?? []
      added.set(ledger, ranges)
      for (const [from, to] of seqs.ranges()) ranges.push({ from, to, newestTs })
    }
  }
  return new Map(Array.from(added, ([ledger, ranges]) => [ledger, ledger.durable.union(ranges)]))
}

function requestOf({ generation, deltas, events, series, durable }: Flight, at: number): FlushRequest {
  return {
    at,
    generation,
    events,
    minutes: deltas.map((delta) => ({
      minute: delta.minute,
      blocks: [...delta.blocks.values()].map((block) => block.copy()),
    })),
    series: series.map(({ id, host, entity, key, firstMinute }) => ({ id, host, entity, key, firstMinute })),
    streams: [...durable.keys()]
      .filter((ledger) => !ledger.isOnDisk)
      .map(({ id, host, stream }) => ({ id, host, stream })),
    durable: [...durable].map(([ledger, next]) => ({ stream: ledger.id, ...ledger.durable.changeTo(next) })),
  }
}

/** Handed over instead of copied a second time. */
function buffersOf(request: FlushRequest): ArrayBuffer[] {
  return request.minutes.flatMap(({ blocks }) =>
    blocks.flatMap(({ series, n, count, sum, max }) =>
      [series, n, count, sum, max].map((column) => column.buffer as ArrayBuffer),
    ),
  )
}
