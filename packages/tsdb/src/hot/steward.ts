import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { DAY, MINUTE } from '@lumen/model/time'
import type { Act, ColdHolding, HotHolding } from '../budget/decide.ts'
import type { DiskUsage } from '../budget/disk-usage.ts'
import { estimateColdBytes } from '../budget/forecast.ts'
import { coverageOf, type ListedFile } from '../cold/listed-file.ts'
import type { FaultInjector } from '../fault-point.ts'
import type { Budget } from '../storage-report.ts'
import type { ColdCommits } from './cold-commits.ts'
import type { DayTables } from './day-tables.ts'
import { hostsGivenTo, readGiven, recordGiven } from './given-ledger.ts'
import { listQuarantine } from './list-quarantine.ts'
import type { Manifest } from './manifest.ts'
import type { HotReport, MakeRoomAnswer, MakeRoomRequest } from './messages.ts'
import type { MinuteRange } from './rollup-table.ts'
import { type MadeRoom, RoomKeeper } from './room-keeper.ts'
import { STAGED_TABLE } from './staged.ts'
import { type HotSurvey, surveyHot } from './survey-hot.ts'
import { inTransaction } from './transaction.ts'
import { WearMeter } from './wear-meter.ts'

export interface StewardParts {
  db: Database
  dir: string
  maxHotBytes: number | null
  budget: Budget
  days: DayTables
  manifest: Manifest
  commits: ColdCommits
  faults: FaultInjector
  /** To be called after staged rows were deleted. */
  onStagedDeleted: () => void
}

/** Keeps the store's accounts and its budget: what is written a day, what there is, what has to go. */
export class Steward {
  readonly #parts: StewardParts
  readonly #room: RoomKeeper
  readonly wear: WearMeter

  constructor(parts: StewardParts) {
    const { db, dir, maxHotBytes, budget } = parts
    this.#parts = parts
    this.wear = new WearMeter(db, dir)
    this.#room = new RoomKeeper(
      {
        ...{ db, dir, maxHotBytes },
        cold: () => this.#coldHoldings(),
        hot: (usage) => this.#hotHoldings(usage),
        giveUp: (act, now) => this.#giveUp(act, now),
        isWhole: (act) => act.tier === 'cold' || this.#parts.days.isWhole(act.entity, minutesOf(act)),
      },
      budget,
    )
    this.#room.adjust()
  }

  configure(budget: Budget): void {
    this.#room.configure(budget)
  }

  /** Writes with `write`, the account of the minutes before in the same transaction when it is time for it.
   * True when there is too little room for what comes next. */
  flush(at: number, write: (also: () => void) => number): boolean {
    const isSaving = this.wear.isDue(at)
    const bytes = write(() => {
      if (isSaving) this.wear.save()
    })
    if (isSaving) this.wear.saved()
    this.wear.count(at, bytes)
    return this.#isShort()
  }

  *makeRoom(request: MakeRoomRequest): Generator<undefined, MakeRoomAnswer> {
    const { manifest } = this.#parts
    const growBytes = Math.max(request.needs.growBytes, this.#sealedBytes(request))
    const answer = (made: MadeRoom): MakeRoomAnswer => ({
      ...made,
      coverage: coverageOf(manifest.files()),
      hostsGivenTo: hostsGivenTo(this.#parts.db),
    })
    if (!request.mayGiveUp) return answer({ acts: 0, isEnough: this.#room.hasRoom(growBytes) })
    return answer(yield* this.#room.makeRoom(request.now, { ...request.needs, growBytes }, request.mayUnlist))
  }

  /** Costs some milliseconds, whatever the tiers hold. */
  report(now: number): HotReport {
    const { db, dir, manifest } = this.#parts
    this.wear.count(now)
    const usage = this.#room.usage()
    return {
      usage,
      hot: this.#survey(usage),
      cold: manifest.files(),
      wear: this.wear.days(),
      quarantine: listQuarantine(dir),
      ...readGiven(db, now),
    }
  }

  /** After a checkpoint, so that its bytes are in the account; what fails costs a quarter of an hour of it. */
  close(): void {
    const at = this.wear.countedAt
    if (at === null) return
    try {
      this.#parts.db.run('PRAGMA wal_checkpoint(PASSIVE)')
      this.wear.count(at)
      inTransaction(this.#parts.db, () => this.wear.save())
    } catch {}
  }

  /** The minutes are on the disk: what cannot be measured may not fail their flush, or they would be written again. */
  #isShort(): boolean {
    try {
      return this.#room.adjust()
    } catch {
      return false
    }
  }

  /** What the file of a day that is to be sealed will take. */
  #sealedBytes({ sealing }: MakeRoomRequest): number {
    if (sealing === null) return 0
    const found = this.#survey(this.#room.usage()).find(({ entity }) => entity === sealing.entity)
    const days = found?.days.filter(
      ({ range }) => range.from >= sealing.day && range.from < sealing.day + DAY,
    )
    const estimated = estimateColdBytes((days ?? []).reduce((sum, { numbers }) => sum + numbers, 0))
    const last = this.#parts.manifest.files().findLast(isDayOf(sealing.entity))
    return Math.max(estimated, (last?.bytes ?? 0) * 1.25)
  }

  #survey({ hotFileBytes, hotFreeBytes }: DiskUsage): HotSurvey[] {
    return surveyHot(this.#parts.db, this.#parts.days, hotFileBytes - hotFreeBytes)
  }

  #hotHoldings(usage: DiskUsage): HotHolding[] {
    return this.#survey(usage).flatMap(({ entity, days }) =>
      days.map(({ range, bytes }) => ({ entity, range, bytes })),
    )
  }

  #coldHoldings(): ColdHolding[] {
    return this.#parts.manifest
      .files()
      .map(({ name, entity, span, bytes }) => ({ name, entity, range: span, bytes }))
  }

  #giveUp(act: Act, now: number): void {
    const { db, days, commits, onStagedDeleted } = this.#parts
    if (act.tier === 'cold') {
      commits.unlist([act.name], () => recordGiven(db, now, act))
      return
    }
    const minutes = minutesOf(act)
    inTransaction(db, () => {
      days.clear(act.entity, minutes)
      db.run(`DELETE FROM ${STAGED_TABLE} WHERE minute >= ? AND minute < ? AND entity = ?`, [
        ...minutes,
        act.entity,
      ])
      recordGiven(db, now, act)
    })
    commits.noteDeletion()
    onStagedDeleted()
  }
}

function minutesOf({ range }: Act): MinuteRange {
  return [range.from / MINUTE, range.to / MINUTE]
}

function isDayOf(entity: EntityName): (file: ListedFile) => boolean {
  return (file) => file.entity === entity && file.level === 'day'
}
