import type { Database } from 'bun:sqlite'
import { MINUTE } from '@lumen/model/time'
import { type Act, type ColdHolding, decide, type HotHolding, type Needs } from '../budget/decide.ts'
import type { DiskUsage } from '../budget/disk-usage.ts'
import { joinHours } from '../budget/join-hours.ts'
import { diskRoom, hotGrowth, hotRoom, isLimited, roomOf, sizesOf } from '../budget/room.ts'
import type { Budget } from '../storage-report.ts'
import { CHECKPOINT_BYTES, pageBytes } from './database.ts'
import { isFull } from './is-full.ts'
import { measureDisk } from './measure-disk.ts'
import { Reserve } from './reserve.ts'

/** More pages than SQLite's largest file has. */
const NO_LIMIT = 4_294_967_294
const LEAST_WAL_BYTES = 64 * 1024
/** Deciding rests on estimates of what rows take; after this many rounds it is left to the next call. */
const ROUNDS = 6

export interface RoomKeeperParts {
  db: Database
  dir: string
  maxHotBytes: number | null
  cold: () => readonly ColdHolding[]
  hot: (usage: DiskUsage) => readonly HotHolding[]
  /** Does one thing and writes it down, in a transaction. */
  giveUp: (act: Act, now: number) => void
  /** Whether that writes next to nothing: a file, or all rows of a table. */
  isWhole: (act: Act) => boolean
}

export interface MadeRoom {
  acts: number
  /** Whether there is room now for what was asked. */
  isEnough: boolean
}

/** Keeps the folder within its budget: tells SQLite how far the file may grow, and gives up history when there is
 * too little room for what comes next. */
export class RoomKeeper {
  readonly #parts: RoomKeeperParts
  readonly #reserve: Reserve
  #budget: Budget
  /** Nothing is left that may go: rather than refuse data, the cap is exceeded. */
  #isExceeded = false
  #pages = 0
  #checkpointPages = 0
  #walFileBytes = 0

  constructor(parts: RoomKeeperParts, budget: Budget) {
    this.#parts = parts
    this.#reserve = new Reserve(parts.dir)
    this.#budget = budget
  }

  configure(budget: Budget): void {
    this.#budget = budget
    this.#isExceeded = false
    this.adjust()
  }

  usage(): DiskUsage {
    const coldBytes = this.#parts.cold().reduce((sum, { bytes }) => sum + bytes, 0)
    return measureDisk(this.#parts.db, this.#parts.dir, coldBytes)
  }

  /** Sets SQLite's limits by the room there is. True when there is too little for the next flushes. Cheap: for after
   * every flush. */
  adjust(): boolean {
    const { maxHotBytes } = this.#parts
    if (!isLimited(this.#budget)) {
      this.#limitPages(maxHotBytes ?? Number.POSITIVE_INFINITY)
      this.#checkpointEvery(CHECKPOINT_BYTES)
      this.#limitWalFile(2 * CHECKPOINT_BYTES)
      this.#reserve.release()
      return false
    }
    const usage = this.usage()
    const room = roomOf(usage, this.#budget)
    const sizes = sizesOf(this.#budget, usage.diskTotalBytes)
    const growth = this.#isExceeded ? diskRoom(usage, this.#budget) : hotGrowth(room)
    this.#limitPages(Math.min(maxHotBytes ?? Number.POSITIVE_INFINITY, usage.hotFileBytes + growth))
    // What the WAL holds is what a full disk would have to take twice.
    this.#checkpointEvery(Math.min(sizes.walBytes, Math.max(LEAST_WAL_BYTES, usage.diskFreeBytes / 8)))
    // The WAL's file keeps its size meanwhile: on a full disk it is the only room there is to write.
    this.#limitWalFile(2 * sizes.walBytes)
    this.#reserve.keep(sizes.reserveBytes, room.growBytes > 4 * sizes.reserveBytes)
    return room.growBytes < 0 || hotRoom(room) < sizes.slackBytes
  }

  /** Whether there is room for a file of these bytes as things are. */
  hasRoom(growBytes: number): boolean {
    return roomOf(this.usage(), this.#budget).growBytes >= growBytes
  }

  /** Gives up history, in the stated order, until there is room for `needs` and some to spare; yields between
   * transactions. Nothing when there is room already, or no budget. Files only where they `mayUnlist`. */
  *makeRoom(now: number, needs: Needs, mayUnlist: boolean): Generator<undefined, MadeRoom> {
    try {
      return yield* this.#makeRoom(now, needs, mayUnlist)
    } finally {
      this.adjust()
    }
  }

  *#makeRoom(now: number, needs: Needs, mayUnlist: boolean): Generator<undefined, MadeRoom> {
    let acts = 0
    for (let round = 0; round < ROUNDS && isLimited(this.#budget); round++) {
      this.#checkpoint()
      const usage = this.usage()
      const room = roomOf(usage, this.#budget)
      const { slackBytes, walBytes } = sizesOf(this.#budget, usage.diskTotalBytes)
      // For a file alone the minutes' room need not be looked after: that is done after flushes.
      const isForFile = needs.growBytes > 0 && needs.hotBytes === 0
      const hotBytes = isForFile ? 0 : Math.max(needs.hotBytes, 2 * slackBytes)
      this.#isExceeded = false
      if (room.growBytes >= needs.growBytes && hotRoom(room) >= hotBytes) return { acts, isEnough: true }
      const hot = this.#parts.hot(usage)
      const cold = mayUnlist ? this.#parts.cold() : []
      const chosen = decide({ now, room, needs: { ...needs, hotBytes }, hot, cold })
      if (chosen.length === 0) {
        this.#isExceeded = mayUnlist && hotRoom(room) < hotBytes
        break
      }
      // Deleting may need a page or two before it frees any.
      this.#limitPages(Number.POSITIVE_INFINITY)
      for (const act of joinHours(chosen).flatMap((each) => this.#inParts(each, walBytes / 4))) {
        if (!this.#tryGiveUp(act, now)) return { acts, isEnough: false }
        acts += 1
        yield
      }
    }
    return { acts, isEnough: acts > 0 || this.#isExceeded }
  }

  /** False when the disk is too full even for that. */
  #tryGiveUp(act: Act, now: number): boolean {
    for (;;) {
      try {
        this.#parts.giveUp(act, now)
        this.#checkpoint()
        return true
      } catch (thrown) {
        if (!isFull(thrown)) throw thrown
        if (!this.#reserve.release()) return false
      }
    }
  }

  /** So that the WAL begins anew and needs no more of the disk. Where the database cannot take it, it stays. */
  #checkpoint(): void {
    for (;;) {
      try {
        this.#parts.db.run('PRAGMA wal_checkpoint(PASSIVE)')
        return
      } catch (thrown) {
        if (!isFull(thrown)) throw thrown
        if (!this.#reserve.release()) return
      }
    }
  }

  #limitPages(bytes: number): void {
    const pages = Math.min(NO_LIMIT, Math.floor(bytes / pageBytes(this.#parts.db)))
    if (pages === this.#pages) return
    this.#pages = pages
    this.#parts.db.run(`PRAGMA max_page_count = ${Math.max(1, pages)}`)
  }

  #checkpointEvery(bytes: number): void {
    const pages = Math.max(1, Math.floor(bytes / pageBytes(this.#parts.db)))
    if (Math.abs(pages - this.#checkpointPages) < this.#checkpointPages / 8) return
    this.#checkpointPages = pages
    this.#parts.db.run(`PRAGMA wal_autocheckpoint = ${pages}`)
  }

  #limitWalFile(bytes: number): void {
    if (bytes === this.#walFileBytes) return
    this.#walFileBytes = bytes
    this.#parts.db.run(`PRAGMA journal_size_limit = ${bytes}`)
  }

  /** Rows in transactions of about `bytes`: a page that is freed goes through the WAL once more, unless all are. */
  #inParts(act: Act, bytes: number): Act[] {
    const { from, to } = act.range
    const minutes = (to - from) / MINUTE
    const parts = Math.min(minutes, Math.ceil(act.bytes / bytes))
    if (act.tier === 'cold' || parts <= 1 || this.#parts.isWhole(act)) return [act]
    const edge = (part: number) => from + Math.round((part * minutes) / parts) * MINUTE
    return Array.from({ length: parts }, (_, part) => ({
      ...act,
      range: { from: edge(part), to: edge(part + 1) },
      bytes: act.bytes / parts,
    }))
  }
}
