import { DAY, MINUTE } from '@lumen/model/time'
import type { ImportProgress } from '@lumen/protocol/http/proxmox/connections'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../../hosts/host-record.ts'
import { failureText } from '../client/outcome.ts'
import type { ClusterState } from '../poller/cluster-state.ts'
import type { ConnectionHealth } from '../poller/connection-health.ts'
import type { FrameWriter } from '../poller/frame-writer.ts'
import type { WatchedClient } from '../poller/watched-client.ts'
import { type Archive, archivesOf } from './archives.ts'
import { gather, guestSource, type Moment, nodeSource, type Source, storageSource } from './gather.ts'
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

/** Rows handed to the store between two flushes: some tens of MB at most. */
const ROWS_A_FLUSH = 20_000
/** Kept for longer by less is no reason to import again. */
const SAME_KEPT_MS = DAY
/** Runs that may fail on a thing that does not answer; then the rest is imported without it. */
const TRIES = 5

/** Takes over what Proxmox kept before it was connected, each stretch of time from the finest archive that has it, up to
 * the first point the hub measured itself: what is measured is never mixed with or replaced by what is imported. Done
 * once a host and archive, and again when the store is to keep more than it did then; cut short, it begins that archive
 * again. What the store has of it is a duplicate (T2). */
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

  async run(): Promise<void> {
    const { health, state } = this.#parts
    if (health.majorVersion === 0 || state.inventory.nodes.size === 0) return
    const open = this.#targets().filter(({ host, archive }) => !this.#isDone(host, archive))
    if (open.length === 0) {
      this.#progress = null
      return
    }
    const total = open.reduce((sum, { sources }) => sum + sources.length, 0)
    this.#progress = { done: 0, total, fault: null }
    for (const { host, archive, sources } of open) await this.#import(host, archive, sources)
    if (this.#progress.fault === null && open.every(({ host, archive }) => this.#isDone(host, archive)))
      this.#progress = null
  }

  /** Each host with each archive, finest first. */
  #targets(): { host: HostRecord; archive: Archive; sources: Source[] }[] {
    const { state, health } = this.#parts
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
    return [...byHost].flatMap(([host, sources]) =>
      archivesOf(health.majorVersion).map((archive) => ({ host, archive, sources })),
    )
  }

  async #import(host: HostRecord, archive: Archive, sources: readonly Source[]): Promise<void> {
    const { client, clock } = this.#parts
    const untilMs = this.#untilMs(host, archive)
    if (untilMs === undefined) return
    const key = `${host.id} ${archive.timeframe}`
    const tries = this.#tries.get(key) ?? 0
    const keptMs = this.#parts.keptMs()
    // What is about to be past retention is not worth its way.
    const range = { fromMs: clock.now() - keptMs + MINUTE, untilMs }
    const gathered = await gather(client, archive, sources, range, tries >= TRIES, () => {
      if (this.#progress !== null) this.#progress.done += 1
    })
    if (gathered.kind === 'later') {
      this.#tries.set(key, tries + 1)
      if (this.#progress !== null) this.#progress.fault = failureText(gathered.after)
      return
    }
    await this.#store(host, archive, gathered.moments, { untilMs, keptMs })
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

  async #store(
    host: HostRecord,
    archive: Archive,
    moments: readonly Moment[],
    { untilMs, keptMs }: { untilMs: number; keptMs: number },
  ): Promise<void> {
    const { writer, tsdb, ledger } = this.#parts
    let rows = 0
    for (const { at, stepMs, rows: own } of moments) {
      const seq = Math.floor(at / archive.stepMs)
      writer.writeImported(host, sourceOf(archive), { seq, ts: at, intervalMs: stepMs, rows: own })
      rows += own.length
      if (rows < ROWS_A_FLUSH) continue
      rows = 0
      await tsdb.flush()
    }
    // Only what is on the disk is done.
    await tsdb.flush()
    const ranges = rangesOf(moments)
    await ledger.done(host.id, sourceOf(archive), {
      ranges: ranges.length > 0 ? ranges : [{ from: untilMs, to: untilMs, stepMs: 0 }],
      keptMs,
    })
    tsdb.appendEvents(
      host.id,
      ranges.map(({ from, to, stepMs }) => ({
        at: to,
        type: 'import',
        detail: { from, to, step_ms: stepMs },
      })),
    )
  }

  #isDone(host: HostRecord, archive: Archive): boolean {
    const record = this.#parts.ledger.from(host.id, sourceOf(archive))
    return record !== undefined && this.#parts.keptMs() <= record.keptMs + SAME_KEPT_MS
  }
}

const sourceOf = ({ timeframe }: Archive) => `rrd:${timeframe}`

/** Stretches whose points lie equally far apart. */
function rangesOf(moments: readonly Moment[]): ImportedRange[] {
  const ranges: ImportedRange[] = []
  for (const { at, stepMs } of moments) {
    const last = ranges.at(-1)
    if (last !== undefined && last.stepMs === stepMs) last.to = at + stepMs
    else ranges.push({ from: at, to: at + stepMs, stepMs })
  }
  return ranges
}
