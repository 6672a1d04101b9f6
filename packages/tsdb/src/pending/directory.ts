import type { EntityName } from '@lumen/model/catalog'
import { IntervalSet } from '@lumen/std/interval-set'
import { DurableRanges } from './durable-ranges.ts'
import { GivenUp } from './given-up.ts'

/** One (host, entity, key) of the hot tier. Ids are never used twice within a database. */
export interface SeriesEntry {
  id: number
  host: number
  entity: EntityName
  key: string
  /** Oldest minute with a value, epoch ms. */
  firstMinute: number
  /** No value is newer than the end of this minute. */
  lastMinute: number
  /** Its row in the series table is missing or differs. */
  isDirty: boolean
}

/** What the store knows of one agent stream's seqs. */
export class StreamLedger {
  readonly id: number
  readonly host: number
  readonly stream: string
  durable: DurableRanges
  /** Durable, being written, or pending: T2's memory. */
  seen: IntervalSet
  readonly givenUp = new GivenUp()
  isOnDisk: boolean

  constructor(id: number, host: number, stream: string, durable = new DurableRanges(), isOnDisk = false) {
    this.id = id
    this.host = host
    this.stream = stream
    this.durable = durable
    this.seen = IntervalSet.from(durable.toIntRanges())
    this.isOnDisk = isOnDisk
  }
}

/** A host's frames that were on disk when the store opened. */
export interface DurableAtOpen {
  /** The newest one's time, epoch ms. */
  newestTs: number
  /** Their seqs, by stream. */
  streams: Map<string, DurableRanges>
}

export class HostEntry {
  readonly id: number
  readonly streams = new Map<string, StreamLedger>()
  readonly series = new Map<EntityName, Map<string, SeriesEntry>>()
  seriesCount = 0
  /** Oldest minute it ever delivered a frame of, epoch ms; Infinity: none. */
  firstMinute = Number.POSITIVE_INFINITY
  /** Seqs of its frames older than this were forgotten: there were too many. Epoch ms. */
  seqsFrom = 0
  /** What was on disk when the store opened; null: nothing. */
  durableAtOpen: DurableAtOpen | null = null

  constructor(id: number) {
    this.id = id
  }

  find(entity: EntityName, key: string): SeriesEntry | undefined {
    return this.series.get(entity)?.get(key)
  }

  put(entry: SeriesEntry): void {
    let byKey = this.series.get(entry.entity)
    if (byKey === undefined) {
      byKey = new Map()
      this.series.set(entry.entity, byKey)
    }
    if (!byKey.has(entry.key)) this.seriesCount += 1
    byKey.set(entry.key, entry)
  }

  remove(entry: SeriesEntry): void {
    if (this.series.get(entry.entity)?.delete(entry.key)) this.seriesCount -= 1
  }
}

/** Hosts with their series and streams; hands out ids. */
export class Directory {
  readonly hosts = new Map<number, HostEntry>()
  readonly #seriesById = new Map<number, SeriesEntry>()
  #nextSeries: number
  #nextStream: number

  constructor(nextSeries: number, nextStream: number) {
    this.#nextSeries = nextSeries
    this.#nextStream = nextStream
  }

  host(id: number): HostEntry {
    let host = this.hosts.get(id)
    if (host === undefined) {
      host = new HostEntry(id)
      this.hosts.set(id, host)
    }
    return host
  }

  stream(host: HostEntry, name: string): StreamLedger {
    let ledger = host.streams.get(name)
    if (ledger === undefined) {
      ledger = new StreamLedger(this.#nextStream++, host.id, name)
      host.streams.set(name, ledger)
    }
    return ledger
  }

  /** The series, made when new, known to have a value in `minute` from now on. */
  series(host: HostEntry, entity: EntityName, key: string, minute: number): SeriesEntry {
    if (minute < host.firstMinute) host.firstMinute = minute
    const known = host.find(entity, key)
    if (known === undefined) {
      const id = this.#nextSeries++
      const entry = { id, host: host.id, entity, key, firstMinute: minute, lastMinute: minute, isDirty: true }
      this.putSeries(entry)
      return entry
    }
    if (minute > known.lastMinute) known.lastMinute = minute
    if (minute < known.firstMinute) {
      known.firstMinute = minute
      known.isDirty = true
    }
    return known
  }

  putSeries(entry: SeriesEntry): void {
    this.host(entry.host).put(entry)
    this.#seriesById.set(entry.id, entry)
  }

  findSeries(id: number): SeriesEntry | undefined {
    return this.#seriesById.get(id)
  }

  removeSeries(entry: SeriesEntry): void {
    this.hosts.get(entry.host)?.remove(entry)
    this.#seriesById.delete(entry.id)
  }

  deleteHost(id: number): void {
    const host = this.hosts.get(id)
    if (host === undefined) return
    for (const byKey of host.series.values()) {
      for (const entry of byKey.values()) this.#seriesById.delete(entry.id)
    }
    this.hosts.delete(id)
  }

  allSeries(): SeriesEntry[] {
    return [...this.#seriesById.values()]
  }
}
