import type { Database } from 'bun:sqlite'
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { bucketStart, DAY, MINUTE } from '@lumen/model/time'
import type { TierName, WearDay } from '../storage-report.ts'
import { threadWriteBytes } from './thread-io.ts'
import { commitsOf } from './transaction.ts'

type DiskTier = WearDay['tier']
type Wear = Pick<WearDay, 'bytes' | 'commits' | 'fsyncs'>

const SAVE_EVERY_MS = 15 * MINUTE
const KEPT_DAYS = 90
/** SQLite's own: the WAL before a checkpoint, the database after it, the header of the WAL's next round. */
const FSYNCS_A_CHECKPOINT = 3

/** What the store writes, by UTC day and tier. Kept in memory and added to the table `wear` with a flush's
 * transaction, four times an hour: a crash loses the count of the minutes since, never anything else. */
export class WearMeter {
  readonly #db: Database
  readonly #wal: string
  readonly #unsaved = new Map<string, WearDay>()
  #savedAt: number | null = null
  #countedAt: number | null = null
  #threadBytes: number | null
  #commits = 0
  #walRound: number

  constructor(db: Database, dir: string) {
    this.#db = db
    this.#wal = join(dir, 'hot.db-wal')
    this.#threadBytes = threadWriteBytes()
    this.#walRound = this.#readWalRound()
  }

  /** Adds what this thread wrote since the last call to the day of `now`. Where the kernel does not count, the
   * store's own count stands in: `ownBytes`. */
  count(now: number, ownBytes = 0): void {
    this.#countedAt = now
    this.#savedAt ??= now
    const threadBytes = threadWriteBytes()
    const commits = commitsOf(this.#db)
    const walRound = this.#readWalRound()
    const checkpoints = Math.max(0, walRound - this.#walRound)
    const newCommits = commits - this.#commits
    this.add('hot', now, {
      bytes: threadBytes === null ? ownBytes : threadBytes - (this.#threadBytes ?? 0),
      commits: newCommits,
      fsyncs: newCommits + checkpoints * FSYNCS_A_CHECKPOINT,
    })
    this.#threadBytes = threadBytes
    this.#commits = commits
    this.#walRound = walRound
  }

  /** Adds what another thread wrote. */
  add(tier: DiskTier, now: number, { bytes, commits, fsyncs }: Wear): void {
    if (bytes === 0 && commits === 0 && fsyncs === 0) return
    const day = bucketStart(now, DAY)
    const known = this.#unsaved.get(`${day} ${tier}`) ?? { day, tier, bytes: 0, commits: 0, fsyncs: 0 }
    known.bytes += bytes
    known.commits += commits
    known.fsyncs += fsyncs
    this.#unsaved.set(`${day} ${tier}`, known)
  }

  isDue(now: number): boolean {
    return this.#unsaved.size > 0 && Math.abs(now - (this.#savedAt ?? now)) >= SAVE_EVERY_MS
  }

  /** When `count` was last called; null before the first time. */
  get countedAt(): number | null {
    return this.#countedAt
  }

  /** To be run within a transaction; `saved` once that is committed. */
  save(): void {
    const put = this.#db.query(
      'INSERT INTO wear (day, tier, bytes, commits, fsyncs) VALUES (?, ?, ?, ?, ?) ON CONFLICT (day, tier) DO UPDATE ' +
        'SET bytes = bytes + excluded.bytes, commits = commits + excluded.commits, fsyncs = fsyncs + excluded.fsyncs',
    )
    for (const { day, tier, bytes, commits, fsyncs } of this.#unsaved.values()) {
      put.run(day, tier, bytes, commits, fsyncs)
    }
    this.#db.run('DELETE FROM wear WHERE day <= ?', [
      bucketStart(this.#countedAt ?? 0, DAY) - KEPT_DAYS * DAY,
    ])
  }

  saved(): void {
    this.#unsaved.clear()
    this.#savedAt = this.#countedAt
  }

  /** Oldest first, what is not saved yet included. */
  days(): WearDay[] {
    const days = new Map<string, WearDay>()
    const stored = this.#db
      .query<WearDay & { tier: TierName }, []>('SELECT day, tier, bytes, commits, fsyncs FROM wear')
      .all()
    for (const each of [...stored, ...this.#unsaved.values()]) {
      const name = `${each.day} ${each.tier}`
      const known = days.get(name)
      days.set(name, known === undefined ? { ...each } : sumOf(known, each))
    }
    return [...days.values()].sort((a, b) => a.day - b.day || a.tier.localeCompare(b.tier))
  }

  /** The WAL's checkpoint sequence number (https://www.sqlite.org/fileformat2.html#the_write_ahead_log), which rises
   * each time the log begins anew after a checkpoint. */
  #readWalRound(): number {
    const header = Buffer.alloc(16)
    try {
      const fd = openSync(this.#wal, 'r')
      try {
        return readSync(fd, header, 0, 16, 0) === 16 ? header.readUInt32BE(12) : 0
      } finally {
        closeSync(fd)
      }
    } catch {
      return 0
    }
  }
}

function sumOf(a: WearDay, b: WearDay): WearDay {
  return { ...a, bytes: a.bytes + b.bytes, commits: a.commits + b.commits, fsyncs: a.fsyncs + b.fsyncs }
}
