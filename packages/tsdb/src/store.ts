import type { EntityName } from '@lumen/model/catalog'
import type { Metric } from '@lumen/model/metric'
import type { Sample } from '@lumen/model/sample'
import { DAY, HOUR, MINUTE, SECOND, type TimeRange } from '@lumen/model/time'
import { errorMessage } from '@lumen/std/error'
import type { IntRange } from '@lumen/std/interval-set'
import type {
  AppendOutcome,
  FleetPart,
  FleetQuery,
  RangeAnswer,
  RangeQuery,
  StoredEvent,
  Tsdb,
  TsdbHealth,
} from './api.ts'
import { ColdClient } from './cold/client.ts'
import type { ColdCoverage } from './cold/listed-file.ts'
import { describeColdDamage, describeDamage } from './damage-words.ts'
import { FaultInjector } from './fault-point.ts'
import { runFleetQuery } from './fleet-query.ts'
import type { HotClient } from './hot/client.ts'
import type { OpenAnswer } from './hot/messages.ts'
import { Compactor } from './jobs/compactor.ts'
import { DeletionClock } from './jobs/deletion-clock.ts'
import { FlushTimer } from './jobs/flush-timer.ts'
import { Repeated } from './jobs/repeated.ts'
import type { TsdbSettings } from './options.ts'
import { Admission } from './pending/admission.ts'
import type { Directory } from './pending/directory.ts'
import { EventQueue, eventName } from './pending/event-queue.ts'
import { Flusher } from './pending/flusher.ts'
import { lastSampleTimesOf, loadDirectory } from './pending/load-directory.ts'
import { Pending } from './pending/pending.ts'
import { PendingLimit } from './pending/pending-limit.ts'
import { runQuery } from './query.ts'
import { RamTier } from './ram/ram-tier.ts'
import { Reporter } from './reporter.ts'
import { Retainer } from './retainer.ts'
import { longestMs } from './retention.ts'
import { RoomMaker } from './room-maker.ts'
import type { Limits, RetentionForecast, StorageReport } from './storage-report.ts'

/** All files are read a while after open, and then daily. */
const CHECK_AFTER_MS = 2 * MINUTE

/** The store: RAM tier and pending minutes here, everything on disk in the worker behind `client`. */
export class Store implements Tsdb {
  readonly #settings: TsdbSettings
  /** In force now; changed while the store is in use. */
  readonly #limits: Limits
  readonly #client: HotClient
  readonly #ram: RamTier
  readonly #pending = new Pending()
  readonly #events = new EventQueue()
  readonly #directory: Directory
  readonly #flusher: Flusher
  readonly #deletion: DeletionClock
  readonly #retainer: Retainer
  readonly #compactor: Compactor
  #coverage: ColdCoverage[]
  /** Before it history was given up for lack of room. */
  #hostsGivenTo: number
  readonly #reporter: Reporter
  readonly #room: RoomMaker
  readonly #repairs: string[]
  readonly #lastSampleTimes: Map<number, number>
  readonly #admission: Admission
  readonly #pendingLimit: PendingLimit
  readonly #flushTimer: FlushTimer
  readonly #retaining: Repeated
  readonly #checking: Repeated
  #isClosed = false

  constructor(settings: TsdbSettings, client: HotClient, opened: OpenAnswer) {
    this.#settings = settings
    this.#limits = { retention: settings.retention, budget: settings.budget }
    this.#client = client
    this.#repairs = opened.repairs
    this.#ram = new RamTier(settings.retention.ramMs)
    this.#directory = loadDirectory(opened)
    this.#lastSampleTimes = lastSampleTimesOf(this.#directory)
    const faults = new FaultInjector(settings.faultPoint)
    const parts = { clock: settings.clock, client, directory: this.#directory, faults }
    this.#flusher = new Flusher({ ...parts, pending: this.#pending, events: this.#events }, opened.hotBytes)
    const newest = Math.max(...this.#lastSampleTimes.values())
    this.#deletion = new DeletionClock(settings.clock, Number.isFinite(newest) ? newest : null)
    this.#retainer = new Retainer(
      {
        ...parts,
        deletion: this.#deletion,
        settings,
        limits: this.#limits,
        flusher: this.#flusher,
        ram: this.#ram,
      },
      opened.seqsFrom,
    )
    this.#coverage = opened.coverage
    this.#hostsGivenTo = opened.hostsGivenTo
    const { clock, log, dir, faultPoint, hostNames } = settings
    const onCoverage = (coverage: ColdCoverage[]) => {
      this.#coverage = coverage
    }
    this.#compactor = new Compactor({
      ...{ clock, log, client, hostNames, onCoverage, deletion: this.#deletion },
      cold: new ColdClient(settings.coldWorkerUrl, { dir, faultPoint }, (wear) => {
        client.call('wear', { now: clock.now(), ...wear }).catch(() => undefined)
      }),
      limits: this.#limits,
      hasRoom: (bytes) => this.#room.forFile(bytes),
      onRepair: (name, sentence) => {
        client.coldDamage.delete(name)
        this.#repairs.push(sentence)
        log.warn(sentence)
      },
    })
    this.#room = new RoomMaker({
      ...{ clock, log, client },
      onMade: ({ coverage, hostsGivenTo }) => {
        onCoverage(coverage)
        this.#hostsGivenTo = hostsGivenTo
      },
      limits: this.#limits,
      flusher: this.#flusher,
      pending: this.#pending,
      tryHoldFiles: () => this.#compactor.tryHoldFiles(),
    })
    this.#retaining = new Repeated({
      log,
      whenFailed: 'Retain failed and is tried again in an hour',
      everyMs: HOUR,
      run: () => this.retain(),
    })
    this.#checking = new Repeated({
      log,
      whenFailed: 'Check of the files failed and is tried again in a day',
      everyMs: DAY,
      run: () => this.check(),
    })
    this.#flushTimer = new FlushTimer({
      ...{ settings, flusher: this.#flusher },
      flush: (scope) => this.flush(scope),
      onTick: () => this.#ram.expire(clock.now()),
    })
    this.#pendingLimit = new PendingLimit({
      ...{ settings, pending: this.#pending, flusher: this.#flusher },
      flushNow: () => void this.#flushTimer.flush('complete'),
    })
    this.#admission = new Admission({
      ...{
        settings,
        limits: this.#limits,
        directory: this.#directory,
        pending: this.#pending,
        ram: this.#ram,
      },
      seqsFrom: () => this.#retainer.seqsFrom,
      onTaken: (rows) => this.#pendingLimit.added(rows),
    })
    this.#reporter = new Reporter({
      ...{ ...parts, limits: this.#limits, pending: this.#pending, ram: this.#ram },
      admission: this.#admission,
    })
  }

  /** Begins to flush, retain and compact by timer. */
  start(): void {
    if (!this.#settings.autoFlush) return
    this.#flushTimer.start()
    this.#retaining.start(MINUTE)
    this.#checking.start(CHECK_AFTER_MS)
    this.#compactor.start()
  }

  append(hostId: number, stream: string, sample: Sample): AppendOutcome {
    return this.#admission.append(hostId, stream, sample)
  }

  durableRanges(host: number, stream: string): IntRange[] {
    return this.#directory.hosts.get(host)?.streams.get(stream)?.durable.toIntRanges() ?? []
  }

  replayFrom(hostId: number, stream: string): number | null {
    const ledger = this.#directory.hosts.get(hostId)?.streams.get(stream)
    if (ledger === undefined) return null
    const oldest = this.#settings.clock.now() - longestMs(this.#limits.retention)
    return this.#pendingLimit.replayFrom(ledger, oldest)
  }

  appendEvents(host: number, events: readonly StoredEvent[]): void {
    for (const event of events) this.#events.add(host, event)
  }

  async events(host: number, range: TimeRange): Promise<StoredEvent[]> {
    const stored = await this.#client.call('events', { host, range })
    const byName = new Map(stored.map((event) => [eventName(event), event]))
    for (const { at, type, detail } of this.#flusher.eventsOf(host)) {
      if (at >= range.from && at < range.to) byName.set(eventName({ at, type, detail }), { at, type, detail })
    }
    return [...byName.values()].sort((a, b) => a.at - b.at)
  }

  query(query: RangeQuery): Promise<RangeAnswer> {
    const parts = { directory: this.#directory, ram: this.#ram, flusher: this.#flusher, client: this.#client }
    const now = this.#settings.clock.now()
    const keptMs = longestMs(this.#limits.retention)
    const gapsFrom = Math.max(now - keptMs, this.#hostsGivenTo)
    return runQuery({ ...parts, coverage: () => this.#coverage, keptMs, gapsFrom }, query, now)
  }

  queryFleet(query: FleetQuery): AsyncIterable<FleetPart> {
    return runFleetQuery({ directory: this.#directory, flusher: this.#flusher, client: this.#client }, query)
  }

  minutesFrom(entity: EntityName): number {
    const files = this.#coverage.find((each) => each.entity === entity)
    return files?.ranges.at(-1)?.to ?? 0
  }

  configure({ retention, budget }: Limits): void {
    this.#limits.retention = retention
    this.#limits.budget = budget
    this.#ram.setWindow(retention.ramMs, this.#settings.clock.now())
    if (this.#settings.autoFlush && !this.#isClosed) this.#retaining.start(SECOND)
    // Where it fails the worker is gone, and everything else says so.
    this.#client.call('configure', budget).catch(() => undefined)
  }

  report(): Promise<StorageReport> {
    return this.#reporter.report()
  }

  forecast(wanted: Limits): Promise<RetentionForecast> {
    return this.#reporter.forecast(wanted)
  }

  latest(host: number): Sample | undefined {
    const ring = this.#ram.find(host)
    ring?.expire(this.#settings.clock.now())
    return ring?.latest
  }

  ramAverages(host: number, metric: Metric, to: number, stepMs: number, buckets: number): Float64Array {
    return this.#ram.averages(host, metric, to, stepMs, buckets)
  }

  lastSampleTimes(): ReadonlyMap<number, number> {
    return this.#lastSampleTimes
  }

  async flush(scope: 'complete' | 'all' = 'complete'): Promise<void> {
    try {
      await this.#room.flush(scope)
    } finally {
      this.#pendingLimit.enforce()
    }
  }

  /** Deletes what is past retention; by timer every hour. */
  async retain(): Promise<void> {
    await this.#retainer.run()
    await this.#compactor.retain()
  }

  /** Moves what is due into the cold tier and puts its files in order; by timer every hour. */
  compact(): Promise<void> {
    return this.#compactor.run()
  }

  /** What the cold tier holds, by entity. */
  get coldCoverage(): readonly ColdCoverage[] {
    return this.#coverage
  }

  /** Waits for the job on cold files under way. Until the answer is disposed none of them is added or deleted and the
   * manifest in `hot.db` names the same ones; flushes go on. */
  holdFiles(): Promise<Disposable> {
    return this.#compactor.holdFiles()
  }

  /** Looks for damage on disk, a table or a file at a time; by timer two minutes after open and then daily. What is
   * found is in `health`; cold files go to quarantine at once, `hot.db` at the next open. */
  async check(): Promise<void> {
    await this.#client.call('check', null)
    await this.#compactor.verify()
  }

  async deleteHost(hostId: number): Promise<void> {
    const host = this.#directory.hosts.get(hostId)
    if (host !== undefined) {
      const series = [...host.series.values()].flatMap((byKey) =>
        [...byKey.values()].map((entry) => entry.id),
      )
      this.#flusher.removeHost(hostId, new Set(series))
      this.#directory.deleteHost(hostId)
    }
    this.#events.removeHost(hostId)
    this.#ram.deleteHost(hostId)
    this.#lastSampleTimes.delete(hostId)
    await this.#client.call('deleteHost', { host: hostId })
  }

  health(): TsdbHealth {
    const { lastFlushAt, lastFlushMs, fault, commits, bytesWritten, hotBytes, framesInFlight } = this.#flusher
    const { damage, coldDamage } = this.#client
    const pendingBytes = this.#pending.bytes
    const found = [...coldDamage.values()].map(describeColdDamage)
    if (damage !== null) found.push(describeDamage(damage))
    return {
      lastFlushAt,
      lastFlushMs,
      flushFault: this.#client.fault ?? fault ?? (damage === null ? null : describeDamage(damage)),
      pendingFrames: this.#pending.frames + framesInFlight,
      isCrowded: this.#pendingLimit.isCrowded,
      commits,
      bytesWritten,
      repairs: [...this.#repairs, ...found],
      ramBytes: this.#ram.bytes + pendingBytes,
      hotBytes,
      givenUpFrames: this.#pendingLimit.givenUpFrames,
      droppedEvents: this.#events.dropped,
      compactFault: this.#compactor.fault,
      isDeletingHeld: this.#deletion.isWaiting,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#flushTimer.stop()
    this.#retaining.stop()
    this.#checking.stop()
    const stopped = this.#compactor.close()
    try {
      await this.flush('all')
    } catch (thrown) {
      this.#settings.log.error('Last flush failed; agents will send these frames again', {
        frames: this.#pending.frames,
        error: errorMessage(thrown),
      })
    }
    await stopped
    await this.#client.call('close', null).catch(() => undefined)
    this.#client.terminate()
  }
}
