import type { Database } from 'bun:sqlite'
import { isEntityName } from '@lumen/model/metric'
import { MINUTE } from '@lumen/model/time'
import type { StoredEvent } from '../api.ts'
import { COLD_STEP_MS } from '../cold/cold-series.ts'
import { ColdTier } from '../cold/cold-tier.ts'
import { coverageOf } from '../cold/listed-file.ts'
import { FaultInjector } from '../fault-point.ts'
import { NO_BUDGET } from '../options.ts'
import type { DurableRange } from '../pending/durable-ranges.ts'
import { type BucketColumn, BucketSet } from '../plan/bucket-set.ts'
import { emptyCells } from '../plan/gaps.ts'
import type { Budget } from '../storage-report.ts'
import type { Tier, TierQuery } from '../tier.ts'
import { checkTables } from './check.ts'
import { ColdCommits } from './cold-commits.ts'
import { hotBytes, openHotDatabase } from './database.ts'
import { DayTables } from './day-tables.ts'
import { HotWriter } from './flush.ts'
import { hostsGivenTo } from './given-ledger.ts'
import { firstMinutes, forgetHostFirst } from './host-first.ts'
import { type HotDays, hotDays } from './hot-days.ts'
import { Manifest } from './manifest.ts'
import type {
  FleetReadAnswer,
  FleetReadRequest,
  FlushAnswer,
  FlushRequest,
  ManifestAnswer,
  OpenAnswer,
  ReadAnswer,
  ReadRequest,
  RetainAnswer,
  RetainRequest,
  SeriesRow,
  StreamRow,
} from './messages.ts'
import { MinuteReader, readEvents } from './read.ts'
import { dropSeries, forgetHostSeqs, hostSeqsFrom, purgeDeleted, retain, seqsFrom, survey } from './retain.ts'
import { Steward } from './steward.ts'
import { inTransaction } from './transaction.ts'

export interface HotTierOptions {
  dir: string
  maxHotBytes?: number | null
  budget?: Budget
  faults?: FaultInjector
  /** Told once of each cold file that cannot be read. */
  onColdDamage?: (name: string, reason: string) => void
}

/** One-minute rollups of what is not in the cold tier yet, in `hot.db`, and the manifest of the cold tier: one
 * database, so that what leaves the one and enters the other does so in one transaction. Synchronous: lives in the
 * worker. */
export class HotTier implements Tier {
  readonly #db: Database
  readonly #days: DayTables
  readonly #reader: MinuteReader
  readonly #writer: HotWriter
  readonly #faults: FaultInjector
  readonly manifest: Manifest
  readonly cold: ColdTier
  readonly commits: ColdCommits
  readonly steward: Steward
  /** Newest flush committed by this process. */
  #generation = 0

  /** @throws {LumenError} `database_too_new` */
  constructor({
    dir,
    maxHotBytes = null,
    budget = NO_BUDGET,
    faults = new FaultInjector(null),
    onColdDamage,
  }: HotTierOptions) {
    this.#faults = faults
    this.#db = openHotDatabase(dir, maxHotBytes, faults)
    this.#days = new DayTables(this.#db)
    this.#reader = new MinuteReader(this.#db, this.#days)
    this.#writer = new HotWriter(this.#db, this.#days, faults)
    this.manifest = new Manifest(this.#db)
    this.cold = new ColdTier(dir, this.manifest, onColdDamage ?? (() => undefined))
    this.commits = new ColdCommits({
      dir,
      db: this.#db,
      manifest: this.manifest,
      days: this.#days,
      cold: this.cold,
      faults,
    })
    this.steward = new Steward({
      ...{ dir, maxHotBytes, budget },
      db: this.#db,
      days: this.#days,
      manifest: this.manifest,
      commits: this.commits,
      faults,
      onStagedDeleted: () => this.#writer.recount(),
    })
  }

  contents(): Omit<OpenAnswer, 'repairs'> {
    const ranges = new Map<number, DurableRange[]>()
    const rows = this.#db
      .query<{ stream: number; from: number; to: number; newestTs: number }, []>(
        'SELECT stream, from_seq AS "from", to_seq AS "to", newest_ts AS newestTs FROM durable ORDER BY stream, from_seq',
      )
      .all()
    for (const { stream, ...range } of rows) {
      const known = ranges.get(stream)
      if (known === undefined) ranges.set(stream, [range])
      else known.push(range)
    }
    const streams = this.#db
      .query<StreamRow, []>('SELECT id, host, name AS stream FROM stream ORDER BY id')
      .all()
      .map((row) => ({ ...row, ranges: ranges.get(row.id) ?? [] }))
    return {
      series: this.#series(),
      streams,
      nextSeries: this.#nextId('series'),
      nextStream: this.#nextId('stream'),
      hotBytes: hotBytes(this.#db),
      firstMinutes: firstMinutes(this.#db),
      coverage: coverageOf(this.manifest.files()),
      hostsGivenTo: hostsGivenTo(this.#db),
      seqsFrom: seqsFrom(this.#db),
      hostSeqsFrom: hostSeqsFrom(this.#db),
    }
  }

  flush(request: FlushRequest): FlushAnswer {
    let bytes = 0
    const isShort = this.steward.flush(request.at, (also) => {
      const isWritten = this.#reader.cache.expectFlush(request)
      bytes = this.#writer.write(request, also)
      isWritten()
      this.#generation = request.generation
      return bytes
    })
    this.commits.noteFlush(request)
    this.#faults.reach('flush.after-commit')
    return { bytes, hotBytes: hotBytes(this.#db), isShort }
  }

  read(query: TierQuery): BucketColumn[] {
    return this.#reader.read(query)
  }

  /** What hot and cold tier hold at this instant, with what the main thread needs to add its own part to it exactly
   * once (T4). */
  answer({ framesWithin, ...query }: ReadRequest): ReadAnswer {
    const { host, grid } = query
    const generation = this.#generation
    if (this.cold.mustCoarsen(query)) {
      const frames = emptyCells({ from: 0, to: 0 }, MINUTE)
      return { generation, columns: [], frames, hasHot: false, hasCold: false, mustCoarsen: true }
    }
    const hot = this.#reader.read(query)
    const cold = this.cold.read(query)
    // Minutes are told where there are none but minutes.
    let frames = emptyCells(framesWithin, COLD_STEP_MS)
    const hasCold = this.cold.countFrames(frames, host, grid) || cold.length > 0
    if (!hasCold) frames = emptyCells(framesWithin, MINUTE)
    const hasHot = this.#reader.countFrames(frames, host, grid)
    return { generation, columns: [...hot, ...cold], frames, hasHot, hasCold, mustCoarsen: false }
  }

  /** The same of one selection and several hosts, without their frames. */
  answerFleet({ hosts, grid, selection }: FleetReadRequest): FleetReadAnswer {
    const started = performance.now()
    const mustCoarsen = this.cold.mustCoarsen({ grid, selections: [selection] })
    const sets = new Map(hosts.map((host) => [host, new BucketSet(grid)]))
    if (!mustCoarsen) {
      for (const [host, set] of sets) this.#reader.add(set, host, selection)
      this.cold.readFleet(sets, grid, selection)
    }
    return {
      generation: this.#generation,
      columns: [...sets].map(([host, set]) => [host, set.columns()]),
      mustCoarsen,
      tookMs: performance.now() - started,
    }
  }

  events(host: number, from: number, to: number): StoredEvent[] {
    return readEvents(this.#db, host, from, to)
  }

  /** In short transactions; the caller may do other work between them. */
  *retain(request: RetainRequest): Generator<undefined, RetainAnswer> {
    this.#tryMerge()
    yield* retain(this.#db, this.#days, request, this.#faults)
    this.#writer.recount()
    const lastMinutes = request.survey ? yield* survey(this.#db, this.#days) : []
    return { lastMinutes, hotDays: this.hotDays(), hotBytes: hotBytes(this.#db) }
  }

  hotDays(): HotDays[] {
    return hotDays(this.#db, this.#days)
  }

  overview(): ManifestAnswer {
    const files = this.manifest.files().map((file) => ({
      ...file,
      deleted: this.cold.deletedIn(file),
      damage: this.cold.damageOf(file.name),
    }))
    const needed = new Set(files.flatMap(({ deleted }) => deleted))
    return {
      files,
      // A file that comes back may have rows of theirs.
      spent:
        this.manifest.missing.size > 0
          ? []
          : [...this.manifest.tombstones].filter(([host]) => !needed.has(host)),
      hotDays: this.hotDays(),
    }
  }

  /** Looks for damage table by table; answers what it found, null when all is well. */
  *check(): Generator<undefined, string | null> {
    return yield* checkTables(this.#db)
  }

  dropSeries(ids: readonly number[]): void {
    dropSeries(this.#db, ids)
  }

  deleteHost(host: number): void {
    this.forgetHost(host)
    for (const _ of this.purge());
  }

  /** One transaction: from now on no read finds the host. Its rows go with `purge`. */
  forgetHost(host: number): void {
    inTransaction(this.#db, () => {
      this.#db.run('DELETE FROM durable WHERE stream IN (SELECT id FROM stream WHERE host = ?)', [host])
      this.#db.run('DELETE FROM stream WHERE host = ?', [host])
      this.#db.run('DELETE FROM event WHERE host = ?', [host])
      this.#db.run('UPDATE series SET host = NULL WHERE host = ?', [host])
      forgetHostFirst(this.#db, host)
      forgetHostSeqs(this.#db, host)
      this.commits.bury(host)
    })
    this.commits.reload()
  }

  /** Deletes what deleted hosts left behind, in short transactions. Also finishes what a crash cut short. */
  *purge(): Generator<undefined, void> {
    this.#tryMerge()
    yield* purgeDeleted(this.#db, this.#days, this.#faults)
  }

  /** Moves the WAL into the database and lets go of the files. */
  close(): void {
    this.#tryMerge()
    this.steward.close()
    this.#writer.finalize()
    this.#reader.finalize()
    this.#db.close(true)
  }

  /** Where it fails (a full disk) the rows stay staged: as good on disk, read and deleted there too. */
  #tryMerge(): void {
    try {
      this.#writer.merge()
    } catch {}
  }

  #series(): SeriesRow[] {
    return this.#db
      .query<SeriesRow & { entity: string }, []>(
        'SELECT id, host, entity, key, first_minute AS firstMinute FROM series WHERE host IS NOT NULL ORDER BY id',
      )
      .all()
      .filter((row) => isEntityName(row.entity))
      .map((row) => ({ ...row, firstMinute: row.firstMinute * MINUTE }))
  }

  #nextId(table: 'series' | 'stream'): number {
    const row = this.#db.query<{ next: number }, []>(`SELECT coalesce(max(id), 0) + 1 AS next FROM ${table}`)
    return row.get()!.next
  }
}
