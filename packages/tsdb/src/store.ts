import type { EntityName } from '@lumen/model/catalog'
import type { Metric } from '@lumen/model/metric'
import type { Sample } from '@lumen/model/sample'
import { bucketStart, DAY, HOUR, MINUTE, SECOND, type TimeRange } from '@lumen/model/time'
import { Backoff } from '@lumen/std/backoff'
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
import { Repeated } from './jobs/repeated.ts'
import { FUTURE_LIMIT_MS, type TsdbSettings } from './options.ts'
import { countSample } from './pending/count-sample.ts'
import type { Directory, HostEntry } from './pending/directory.ts'
import { EventQueue, eventName } from './pending/event-queue.ts'
import { Flusher } from './pending/flusher.ts'
import { lastSampleTimesOf, loadDirectory } from './pending/load-directory.ts'
import { Pending } from './pending/pending.ts'
import { LIVE_ENTITIES, PERSISTED_ENTITIES } from './persisted.ts'
import { runQuery } from './query.ts'
import { RamTier } from './ram/ram-tier.ts'
import { Reporter } from './reporter.ts'
import { Retainer } from './retainer.ts'
import { longestMs } from './retention.ts'
import { RoomMaker } from './room-maker.ts'
import type { Limits, RetentionForecast, StorageReport } from './storage-report.ts'

/** How often the memory of pending minutes is measured: after so many rows, some MB, where each of them is the first of its
 * series in its minute. */
const MEASURE_EVERY_ROWS = 5_000
/** What a frame counts besides its rows. */
const FRAME_ROWS = 4
/** Share of the memory for pending minutes past which late frames are not welcome. */
const CROWDED_SHARE = 0.75

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
  readonly #backoff = new Backoff({ firstMs: 5 * SECOND, maxMs: MINUTE })
  #flushTimer: ReturnType<typeof setTimeout> | undefined
  readonly #retaining: Repeated
  readonly #checking: Repeated
  #unmeasuredRows = 0
  #givenUpFrames = 0
  /** Flushes that had succeeded when frames were last given up. */
  #commitsAtGivingUp = -1
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
    this.#reporter = new Reporter({ ...parts, limits: this.#limits, pending: this.#pending, ram: this.#ram })
  }

  /** Begins to flush, retain and compact by timer. */
  start(): void {
    if (!this.#settings.autoFlush) return
    this.#scheduleFlush()
    this.#retaining.start(MINUTE)
    this.#checking.start(CHECK_AFTER_MS)
    this.#compactor.start()
  }

  append(hostId: number, stream: string, sample: Sample): AppendOutcome {
    const { clock, maxSeriesPerHost } = this.#settings
    const limitMs = longestMs(this.#limits.retention)
    const now = clock.now()
    const { seq, ts } = sample
    if (this.#directory.hosts.get(hostId)?.streams.get(stream)?.seen.has(seq)) {
      this.#ram.append(hostId, stream, sample, now)
      return { kind: 'duplicate' }
    }
    const crowdedTo = this.#directory.hosts.get(hostId)?.seqsFrom ?? 0
    if (!(ts >= Math.max(now - limitMs, this.#retainer.seqsFrom, crowdedTo))) {
      this.#reporter.tooOldFrames += 1
      return { kind: 'too-old', limitMs: Math.min(limitMs, Math.max(0, now - crowdedTo)) }
    }
    if (!(ts <= now + FUTURE_LIMIT_MS)) return { kind: 'in-future', limitMs: FUTURE_LIMIT_MS }
    const host = this.#directory.host(hostId)
    if (!this.#hasRoom(host, sample)) return { kind: 'too-many-series', limit: maxSeriesPerHost }
    const delta = this.#pending.minute(bucketStart(ts, MINUTE))
    countSample(this.#directory, host, this.#directory.stream(host, stream), delta, sample)
    this.#ram.append(hostId, stream, sample, now)
    this.#unmeasuredRows += FRAME_ROWS + sample.rows.length
    if (this.#unmeasuredRows >= MEASURE_EVERY_ROWS) this.#measurePending()
    return { kind: 'taken' }
  }

  durableRanges(host: number, stream: string): IntRange[] {
    return this.#directory.hosts.get(host)?.streams.get(stream)?.durable.toIntRanges() ?? []
  }

  replayFrom(hostId: number, stream: string): number | null {
    const ledger = this.#directory.hosts.get(hostId)?.streams.get(stream)
    if (ledger === undefined || ledger.givenUp.isEmpty) return null
    // Whoever resends into a store that still cannot write does so for nothing.
    if (this.#flusher.fault !== null || this.#flusher.commits === this.#commitsAtGivingUp) return null
    return ledger.givenUp.lowest(ledger.seen, this.#settings.clock.now() - longestMs(this.#limits.retention))
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
      this.#limitPending()
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
      isCrowded: pendingBytes > CROWDED_SHARE * this.#settings.maxPendingBytes,
      commits,
      bytesWritten,
      repairs: [...this.#repairs, ...found],
      ramBytes: this.#ram.bytes + pendingBytes,
      hotBytes,
      givenUpFrames: this.#givenUpFrames,
      droppedEvents: this.#events.dropped,
      compactFault: this.#compactor.fault,
      isDeletingHeld: this.#deletion.isWaiting,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#flushTimer)
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

  /** Whether the host may have the series the sample brings. */
  #hasRoom(host: HostEntry, sample: Sample): boolean {
    const ring = this.#ram.find(host.id)
    let added = 0
    for (const { entity, key } of sample.rows) {
      const isKnown = PERSISTED_ENTITIES.has(entity)
        ? host.find(entity, key) !== undefined
        : (ring?.hasSeries(entity, key) ?? false)
      if (!isKnown) added += 1
    }
    if (added === 0) return true
    const live = LIVE_ENTITIES.reduce((sum, entity) => sum + (ring?.seriesCount(entity) ?? 0), 0)
    return host.seriesCount + live + added <= this.#settings.maxSeriesPerHost
  }

  /** Many frames at once (agents that resend after an outage) are written as they come, not given up. */
  #measurePending(): void {
    this.#unmeasuredRows = 0
    const { autoFlush, maxPendingBytes } = this.#settings
    const { isBusy, fault } = this.#flusher
    const isMuch = this.#pending.bytes > maxPendingBytes / 2
    if (isMuch && autoFlush && !isBusy && fault === null) void this.#tryFlush('complete')
    this.#limitPending()
  }

  /** Gives up the oldest pending minutes when flushes have failed for so long that memory is at its limit.
   * Their seqs are forgotten with them, so that agents, which still keep these frames, may send them again. */
  #limitPending(): void {
    let frames = 0
    let newest = 0
    while (this.#pending.bytes > this.#settings.maxPendingBytes) {
      const oldest = this.#pending.deltas()[0]!.minute
      const [lost] = this.#pending.take((minute) => minute === oldest)
      if (lost === undefined) break
      this.#flusher.recallSeen(lost.counted.keys())
      for (const [ledger, { seqs }] of lost.counted) ledger.givenUp.add(lost.minute, seqs)
      this.#commitsAtGivingUp = this.#flusher.commits
      this.#givenUpFrames += lost.frames
      frames += lost.frames
      newest = oldest
    }
    if (frames === 0) return
    this.#settings.log.error('Too much waits for the disk: gave up minutes, agents may send them again', {
      ...{ newest, frames },
    })
  }

  #scheduleFlush(): void {
    const { clock, flushEveryMs: every, flushGraceMs: grace } = this.#settings
    const now = clock.now()
    const regular = every < MINUTE ? every : (Math.floor((now - grace) / every) + 1) * every + grace - now
    const isFailing = this.#flusher.fault !== null
    if (!isFailing) this.#backoff.reset()
    const delay = isFailing ? Math.min(regular, this.#backoff.next()) : regular
    this.#flushTimer = setTimeout(() => void this.#tickFlush(), delay)
  }

  async #tickFlush(): Promise<void> {
    this.#ram.expire(this.#settings.clock.now())
    await this.#tryFlush(this.#settings.flushEveryMs < MINUTE ? 'all' : 'complete')
    if (!this.#isClosed) this.#scheduleFlush()
  }

  /** Flushes; tells when that begins to fail and when it works again. */
  async #tryFlush(scope: 'complete' | 'all'): Promise<void> {
    const wasFailing = this.#flusher.fault !== null
    try {
      await this.flush(scope)
      if (wasFailing) this.#settings.log.info('Flushes work again')
    } catch (thrown) {
      if (!wasFailing) this.#settings.log.error(errorMessage(thrown))
    }
  }
}
