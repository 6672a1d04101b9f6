import { DAY, MINUTE, type TimeRange } from '@lumen/model/time'
import type { ImportProgress } from '@lumen/protocol/http/proxmox/connections'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../../hosts/host-record.ts'
import { failureText } from '../client/outcome.ts'
import type { ClusterState } from '../poller/cluster-state.ts'
import type { ConnectionHealth } from '../poller/connection-health.ts'
import type { FrameWriter } from '../poller/frame-writer.ts'
import { LATER } from '../poller/schedule.ts'
import type { WatchedClient } from '../poller/watched-client.ts'
import { type Archive, archivesOf } from './archives.ts'
import { gather, guestSource, nodeSource, type Source, storageSource } from './gather.ts'
import type { History, Stretch } from './history.ts'
import type { ImportedRange, ImportLedger } from './import-ledger.ts'

export interface ImportParts {
  client: WatchedClient
  state: ClusterState
  writer: FrameWriter
  health: ConnectionHealth
  ledger: ImportLedger
  tsdb: Tsdb
  clock: Clock
  /** How far back the store keeps anything, ms. */
  keptMs(): number
}

/** Rows handed to the store between two flushes: some MB, and no longer at a stretch than agents notice. */
const ROWS_A_FLUSH = 5_000
/** Kept for longer by less is no reason to import again. */
const SAME_KEPT_MS = DAY
/** Runs that may fail on a thing that does not answer; then the rest is imported without it. */
const TRIES = 5

/** A hub that was away for less lost nothing worth asking for. */
const LEAST_HOLE_MS = 3 * MINUTE

interface Target {
  host: HostRecord
  sources: readonly Source[]
}

/** Takes over what Proxmox kept before it was connected, each stretch of time from the finest archive that has it, up to
 * the first point the hub measured itself: what is measured is never mixed with or replaced by what is imported. Done
 * once a host and archive, and again when the store is to keep more than it did then; cut short, it begins that archive
 * again. What the store has of it is a duplicate (T2). The oldest archive comes first as far as no finer one can reach,
 * for a year is what people look at first. Afterwards the same fills what the hub did not measure while it was away. */
export class ImportJob {
  readonly #parts: ImportParts
  readonly #tries = new Map<string, number>()
  #progress: ImportProgress | null = null

  constructor(parts: ImportParts) {
    this.#parts = parts
  }

  /** Null when nothing is under way. */
  get progress(): ImportProgress | null {
    return this.#progress
  }

  /** @returns LATER while it cannot begin, or not go on */
  async run(): Promise<unknown> {
    const { health, state } = this.#parts
    if (health.majorVersion === 0 || state.inventory.nodes.size === 0) return LATER
    const targets = this.#targets()
    const archives = archivesOf(health.majorVersion)
    const open = archives.map((archive) =>
      targets.filter(({ host }) => !this.#isDone(host, sourceOf(archive))),
    )
    const holes = targets.flatMap((target) => this.#holes(target))
    const counted = [...open.flat(), ...holes.map(({ target }) => target)]
    const total = counted.reduce((sum, { sources }) => sum + sources.length, 0)
    if (total === 0) {
      this.#progress = null
      return undefined
    }
    this.#progress = { done: 0, total, fault: null }
    const oldest = open.at(-1)!
    await Promise.all(oldest.map((target) => this.#importOldest(target, archives)))
    for (const [index, archive] of archives.entries())
      await Promise.all(open[index]!.map((target) => this.#import(target, archive)))
    for (const { target, hole } of holes) await this.#fill(target, hole, archives)
    if (this.#progress.fault !== null) return undefined
    const isDone = archives.every((archive, index) =>
      open[index]!.every(({ host }) => this.#isDone(host, sourceOf(archive))),
    )
    if (!isDone) return LATER
    this.#progress = null
    return undefined
  }

  /** Each host with what it has a history of. */
  #targets(): Target[] {
    const { state } = this.#parts
    const { nodes, guests, storages } = state.inventory
    const byHost = new Map<HostRecord, Source[]>()
    const add = (host: HostRecord | undefined, source: Source) => {
      if (host !== undefined) byHost.set(host, [...(byHost.get(host) ?? []), source])
    }
    for (const name of nodes.keys()) add(state.node(name), nodeSource(name))
    for (const guest of guests.values()) if (!guest.isTemplate) add(state.shared, guestSource(guest))
    const shared = new Set<string>()
    for (const storage of storages.values()) {
      if (!storage.isShared) add(state.node(storage.node), storageSource(storage))
      else if (storage.state === 'available' && !shared.has(storage.name)) {
        shared.add(storage.name)
        add(state.shared, storageSource(storage))
      }
    }
    return Array.from(byHost, ([host, sources]) => ({ host, sources }))
  }

  /** The oldest archive up to where the next may begin: nothing has to be known of that one yet. */
  async #importOldest({ host, sources }: Target, archives: readonly Archive[]): Promise<void> {
    const [next, oldest] = archives.slice(-2)
    if (next === undefined || oldest === undefined || this.#isDone(host, firstOf(oldest))) return
    const reachMs = this.#parts.clock.now() - next.stepMs * next.rows
    const untilMs = Math.min(
      Math.floor(reachMs / MINUTE) * MINUTE,
      this.#parts.writer.measuredFrom(host) ?? Number.POSITIVE_INFINITY,
    )
    const range = { fromMs: this.#keptFrom(), untilMs }
    const ranges = await this.#take({ host, sources }, oldest, range)
    if (ranges !== undefined) await this.#note(host, firstOf(oldest), ranges, untilMs)
  }

  async #import({ host, sources }: Target, archive: Archive): Promise<void> {
    const untilMs = this.#untilMs(host, archive)
    if (untilMs === undefined) return
    const first = this.#parts.ledger.from(host.id, firstOf(archive))
    const known = first !== undefined && this.#isDone(host, firstOf(archive)) ? first.ranges : []
    const before = known.filter(({ stepMs }) => stepMs > 0)
    const range = { fromMs: before.at(-1)?.to ?? this.#keptFrom(), untilMs }
    const isWhole = known.length > 0 && untilMs - range.fromMs < archive.stepMs
    const ranges = isWhole ? [] : await this.#take({ host, sources }, archive, range)
    if (isWhole) this.#count(sources.length)
    if (ranges !== undefined) await this.#note(host, sourceOf(archive), [...before, ...ranges], untilMs)
  }

  /** What the hub did not measure while it was away and has not asked for since. */
  #holes(target: Target): { target: Target; hole: TimeRange }[] {
    const { writer, ledger } = this.#parts
    const keptFrom = this.#keptFrom()
    return writer.unmeasured(target.host).flatMap((silence) => {
      // Minutes that hold something measured are left alone.
      const from = Math.ceil(silence.from / MINUTE) * MINUTE
      const to = Math.floor(silence.to / MINUTE) * MINUTE
      if (to - from < LEAST_HOLE_MS || from < keptFrom) return []
      if (ledger.from(target.host.id, holeOf(from)) !== undefined) return []
      return [{ target, hole: { from, to } }]
    })
  }

  /** Each part of it from the finest archive that goes back so far. */
  async #fill(target: Target, { from, to }: TimeRange, archives: readonly Archive[]): Promise<void> {
    let untilMs = to
    const filled: ImportedRange[] = []
    for (const archive of archives) {
      const reachMs = this.#parts.clock.now() - archive.stepMs * archive.rows
      if (untilMs - from < archive.stepMs || untilMs <= reachMs) continue
      const ranges = await this.#take(target, archive, { fromMs: from, untilMs })
      if (ranges === undefined) return
      filled.unshift(...ranges)
      untilMs = Math.min(untilMs, ranges[0]?.from ?? untilMs)
    }
    await this.#note(target.host, holeOf(from), filled, to)
  }

  #keptFrom(): number {
    // What is about to be past retention is not worth its way.
    return this.#parts.clock.now() - this.#parts.keptMs() + MINUTE
  }

  #count(sources: number): void {
    if (this.#progress === null) return
    this.#progress.done = Math.min(this.#progress.total, this.#progress.done + sources)
  }

  /** Reads and stores. @returns what it brought; undefined when it is to be tried again */
  async #take(
    { host, sources }: Target,
    archive: Archive,
    range: { fromMs: number; untilMs: number },
  ): Promise<ImportedRange[] | undefined> {
    const { client } = this.#parts
    const key = `${host.id} ${archive.timeframe}`
    const tries = this.#tries.get(key) ?? 0
    const gathered = await gather(client, archive, sources, range, tries >= TRIES, () => this.#count(1))
    if (gathered.kind === 'later') {
      this.#tries.set(key, tries + 1)
      if (this.#progress !== null) this.#progress.fault = failureText(gathered.after)
      return undefined
    }
    this.#tries.delete(key)
    return this.#store(host, archive, gathered.history)
  }

  /** Where this archive's part ends: where the hub's own points begin, or a finer archive's. Undefined while that is not
   * known. */
  #untilMs(host: HostRecord, archive: Archive): number | undefined {
    const { writer, ledger, health } = this.#parts
    const measuredFrom = writer.measuredFrom(host)
    if (measuredFrom === undefined) return undefined
    let untilMs = Math.floor(measuredFrom / MINUTE) * MINUTE
    for (const finer of archivesOf(health.majorVersion)) {
      if (finer === archive) return untilMs
      const record = ledger.from(host.id, sourceOf(finer))
      if (record === undefined) return undefined
      untilMs = Math.min(untilMs, ...record.ranges.map(({ from }) => from))
    }
    return untilMs
  }

  async #store(host: HostRecord, archive: Archive, history: History): Promise<ImportedRange[]> {
    const { writer, tsdb } = this.#parts
    let rows = 0
    for (const { at, stepMs, rows: own } of history.moments()) {
      const seq = Math.floor(at / archive.stepMs)
      writer.writeImported(host, sourceOf(archive), { seq, ts: at, intervalMs: stepMs, rows: own })
      rows += own.length
      if (rows < ROWS_A_FLUSH) continue
      rows = 0
      await tsdb.flush()
    }
    // Only what is on the disk is done.
    await tsdb.flush()
    const ranges = rangesOf(history.stretches())
    tsdb.appendEvents(
      host.id,
      ranges.map(({ from, to, stepMs }) => ({
        at: to,
        type: 'import',
        detail: { from, to, step_ms: stepMs },
      })),
    )
    return ranges
  }

  async #note(
    host: HostRecord,
    source: string,
    ranges: readonly ImportedRange[],
    untilMs: number,
  ): Promise<void> {
    await this.#parts.ledger.done(host.id, source, {
      ranges: ranges.length > 0 ? ranges : [{ from: untilMs, to: untilMs, stepMs: 0 }],
      keptMs: this.#parts.keptMs(),
    })
  }

  #isDone(host: HostRecord, source: string): boolean {
    const record = this.#parts.ledger.from(host.id, source)
    return record !== undefined && this.#parts.keptMs() <= record.keptMs + SAME_KEPT_MS
  }
}

const sourceOf = ({ timeframe }: Archive) => `rrd:${timeframe}`
/** Of the oldest archive, what no finer one can have. */
const firstOf = ({ timeframe }: Archive) => `first:${timeframe}`
const holeOf = (fromMs: number) => `hole:${fromMs}`

/** Stretches whose points lie equally far apart. */
function rangesOf(stretches: readonly Stretch[]): ImportedRange[] {
  const ranges: ImportedRange[] = []
  for (const { at, stepMs } of stretches) {
    const last = ranges.at(-1)
    if (last !== undefined && last.stepMs === stepMs) last.to = at + stepMs
    else ranges.push({ from: at, to: at + stepMs, stepMs })
  }
  return ranges
}
