import type { Database } from 'bun:sqlite'
import { MINUTE } from '@lumen/model/time'
import type { Act, ColdHolding, Needs } from '../budget/decide.ts'
import type { Budget } from '../storage-report.ts'
import { readGiven, recordGiven } from './given-ledger.ts'
import { listQuarantine } from './list-quarantine.ts'
import type { HotReport } from './messages.ts'
import { tableOf } from './rollup-table.ts'
import { type MadeRoom, RoomKeeper } from './room-keeper.ts'
import { STAGED_TABLE } from './staged.ts'
import { surveyHot } from './survey-hot.ts'
import { inTransaction } from './transaction.ts'
import { WearMeter } from './wear-meter.ts'

export interface StewardParts {
  db: Database
  dir: string
  maxHotBytes: number | null
  budget: Budget
  /** What the cold tier holds. */
  cold: {
    files(): readonly ColdHolding[]
    /** Takes a file out of the manifest, `also` in the same transaction, then deletes it. */
    giveUp(name: string, also: () => void): void
  }
  /** To be called after staged rows were deleted. */
  onStagedDeleted: () => void
}

/** Keeps the store's accounts and its budget: what is written a day, what there is, what has to go. */
export class Steward {
  readonly #parts: StewardParts
  readonly #room: RoomKeeper
  readonly #wear: WearMeter

  constructor(parts: StewardParts) {
    this.#parts = parts
    this.#wear = new WearMeter(parts.db, parts.dir)
    this.#room = new RoomKeeper(
      { ...parts, cold: () => parts.cold.files(), giveUp: (act, now) => this.#giveUp(act, now) },
      parts.budget,
    )
    this.#room.adjust()
  }

  get wear(): WearMeter {
    return this.#wear
  }

  configure(budget: Budget): void {
    this.#room.configure(budget)
  }

  /** Writes with `write`, the account of the minutes before in the same transaction when it is time for it.
   * True when there is too little room for what comes next. */
  flush(at: number, write: (also: () => void) => number): boolean {
    const isSaving = this.#wear.isDue(at)
    const bytes = write(() => {
      if (isSaving) this.#wear.save()
    })
    if (isSaving) this.#wear.saved()
    this.#wear.count(at, bytes)
    return this.#room.adjust()
  }

  *makeRoom(now: number, needs: Needs): Generator<undefined, MadeRoom> {
    return yield* this.#room.makeRoom(now, needs)
  }

  /** Costs some milliseconds, whatever the tiers hold. */
  report(now: number): HotReport {
    const { db, dir } = this.#parts
    this.#wear.count(now)
    const usage = this.#room.usage()
    return {
      usage,
      hot: surveyHot(db, usage.hotFileBytes - usage.hotFreeBytes),
      wear: this.#wear.days(),
      quarantine: listQuarantine(dir),
      ...readGiven(db, now),
    }
  }

  /** After a checkpoint, so that its bytes are in the account; what fails costs a quarter of an hour of it. */
  close(): void {
    const at = this.#wear.countedAt
    if (at === null) return
    try {
      this.#parts.db.run('PRAGMA wal_checkpoint(PASSIVE)')
      this.#wear.count(at)
      inTransaction(this.#parts.db, () => this.#wear.save())
    } catch {}
  }

  #giveUp(act: Act, now: number): void {
    const { db, cold, onStagedDeleted } = this.#parts
    if (act.tier === 'cold') {
      cold.giveUp(act.name, () => recordGiven(db, now, act))
      return
    }
    const minutes = [act.range.from / MINUTE, act.range.to / MINUTE]
    inTransaction(db, () => {
      db.run(`DELETE FROM "${tableOf(act.entity)}" WHERE minute >= ? AND minute < ?`, minutes)
      db.run(`DELETE FROM ${STAGED_TABLE} WHERE minute >= ? AND minute < ? AND entity = ?`, [
        ...minutes,
        act.entity,
      ])
      recordGiven(db, now, act)
    })
    onStagedDeleted()
  }
}
