import type { Database } from 'bun:sqlite'
import { isEntityName } from '@lumen/model/metric'
import { MINUTE } from '@lumen/model/time'
import type { StoredEvent } from '../api.ts'
import { FaultInjector } from '../fault-point.ts'
import { NO_BUDGET } from '../options.ts'
import type { DurableRange } from '../pending/durable-ranges.ts'
import type { BucketColumn } from '../plan/bucket-set.ts'
import type { Budget } from '../storage-report.ts'
import type { Tier, TierQuery } from '../tier.ts'
import { checkTables } from './check.ts'
import { hotBytes, openHotDatabase } from './database.ts'
import { HotWriter } from './flush.ts'
import type {
  FlushAnswer,
  FlushRequest,
  OpenAnswer,
  ReadAnswer,
  RetainAnswer,
  RetainRequest,
  SeriesRow,
  StreamRow,
} from './messages.ts'
import { readEvents, readMinutes } from './read.ts'
import { dropSeries, purgeDeleted, retain } from './retain.ts'
import { Steward } from './steward.ts'
import { inTransaction } from './transaction.ts'

export interface HotTierOptions {
  dir: string
  maxHotBytes?: number | null
  budget?: Budget
  faults?: FaultInjector
}

/** The last day in one-minute rollups, in `hot.db`. Synchronous: lives in the worker. */
export class HotTier implements Tier {
  readonly #db: Database
  readonly #writer: HotWriter
  readonly #faults: FaultInjector
  readonly steward: Steward
  /** Newest flush committed by this process. */
  #generation = 0

  /** @throws {LumenError} `database_too_new` */
  constructor(options: HotTierOptions) {
    this.#faults = options.faults ?? new FaultInjector(null)
    this.#db = openHotDatabase(options.dir, options.maxHotBytes ?? null)
    this.#writer = new HotWriter(this.#db, this.#faults)
    this.steward = new Steward({
      db: this.#db,
      dir: options.dir,
      maxHotBytes: options.maxHotBytes ?? null,
      budget: options.budget ?? NO_BUDGET,
      cold: { files: () => [], giveUp: () => undefined },
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
    }
  }

  flush(request: FlushRequest): FlushAnswer {
    let bytes = 0
    const isShort = this.steward.flush(request.at, (also) => {
      bytes = this.#writer.write(request, also)
      this.#generation = request.generation
      return bytes
    })
    this.#faults.reach('flush.after-commit')
    return { bytes, hotBytes: hotBytes(this.#db), isShort }
  }

  read(query: TierQuery): BucketColumn[] {
    return readMinutes(this.#db, query).columns
  }

  /** `read`, with what the main thread needs to add its own part to it exactly once (T4). */
  answer(query: TierQuery): ReadAnswer {
    return { generation: this.#generation, ...readMinutes(this.#db, query) }
  }

  events(host: number, from: number, to: number): StoredEvent[] {
    return readEvents(this.#db, host, from, to)
  }

  /** In short transactions; the caller may do other work between them. */
  *retain(request: RetainRequest): Generator<undefined, RetainAnswer> {
    this.#tryMerge()
    const lastMinutes = yield* retain(this.#db, request, this.#faults)
    this.#writer.recount()
    return { lastMinutes, hotBytes: hotBytes(this.#db) }
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
    })
  }

  /** Deletes what deleted hosts left behind, in short transactions. Also finishes what a crash cut short. */
  *purge(): Generator<undefined, void> {
    this.#tryMerge()
    yield* purgeDeleted(this.#db, this.#faults)
  }

  /** Moves the WAL into the database and lets go of the files. */
  close(): void {
    this.#tryMerge()
    this.steward.close()
    this.#writer.finalize()
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
