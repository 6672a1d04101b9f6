import { MINUTE, SECOND } from '@lumen/model/time'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { AlertLevel } from '@lumen/protocol/http/alerts/rule'
import { Backoff } from '@lumen/std/backoff'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import { sleep } from '@lumen/std/sleep'
import type { ControlDb } from '../control-db/control-db.ts'
import type { Statement } from '../control-db/statement.ts'
import { type AlertRecord, firingLevel, isOver } from './alert-record.ts'
import { deleteAlert, saveAlert } from './alert-rows.ts'
import type { Track } from './machine.ts'
import type { Notice, NoticeKind, Teller } from './notice.ts'
import type { Quiet } from './quiet.ts'
import type { SteadyClock } from './steady-clock.ts'
import { afterNotice, noticeOf, type Told } from './told.ts'

export interface AlertBookParts {
  db: ControlDb
  clock: SteadyClock
  log: Log
  teller: Teller
  view(record: AlertRecord): Alert
  trackOf(record: AlertRecord): Track | null
  quietOf(record: AlertRecord): Quiet | null
}

export type LevelCounts = Record<AlertLevel, number>

interface Written {
  record: AlertRecord
  told: Told
  isStored: boolean
}

/** Signs that pass within this are never written: a busy processor would wear the disk. */
const STORE_PENDING_AFTER_MS = MINUTE
const LAST_WRITE_MS = 2 * SECOND
/** How long an alert waits for the words it is told with. */
const LONGEST_LOOK_MS = 300

/** The alerts that are open, or whose end is not told yet, and their way to the disk. One write is under way at a time;
 * what people are to be told is decided when it is put together and lies in the same transaction, so a notice exists
 * exactly when the alert says that it was told. A disk that refuses is asked again; nothing is told meanwhile, and
 * nothing is forgotten. */
export class AlertBook implements AsyncDisposable {
  readonly #parts: AlertBookParts
  readonly #records = new Map<number, AlertRecord>()
  readonly #dirty = new Set<AlertRecord>()
  readonly #ending = new AbortController()
  readonly #looks = new Set<Promise<void>>()
  #lastId: number
  /** By host, counted when asked after a change. */
  #firing: ReadonlyMap<number, LevelCounts> | undefined
  #writing: Promise<void> | undefined
  /** Why alerts do not reach the disk at present, or null. */
  fault: string | null = null

  constructor(parts: AlertBookParts, left: { records: readonly AlertRecord[]; lastId: number }) {
    this.#parts = parts
    this.#lastId = left.lastId
    for (const record of left.records) this.#records.set(record.id, record)
  }

  get(id: number): AlertRecord | undefined {
    return this.#records.get(id)
  }

  /** Those that are pending or fire. */
  *open(): Generator<AlertRecord> {
    for (const record of this.#records.values()) if (record.state !== 'resolved') yield record
  }

  firingOf(hostId: number): LevelCounts {
    this.#firing ??= countFiring(this.#records.values())
    return this.#firing.get(hostId) ?? { warning: 0, critical: 0 }
  }

  nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  /** Something of the alert is another: it is written, and told where that is due. */
  touch(record: AlertRecord): void {
    this.#records.set(record.id, record)
    this.#dirty.add(record)
    this.#firing = undefined
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
  }

  /** Something is being found out that the next notices should say; they wait for it, but not for long. */
  lookUp(look: Promise<void>): void {
    const done = look.finally(() => this.#looks.delete(done))
    this.#looks.add(done)
  }

  /** Looks for what became due by the clock, or because it is quiet no more. */
  sweep(): void {
    const now = this.#parts.clock.now()
    for (const record of this.#records.values()) {
      const isLasting = !record.isStored && now - record.pendingAt >= STORE_PENDING_AFTER_MS
      if (isLasting || this.#due(record) !== null) this.touch(record)
    }
  }

  /** Resolves when everything is on the disk, or the disk refused. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined && this.fault === null) {
      await Promise.race([this.#writing, sleep(20)])
    }
  }

  /** Resolves when nothing waits to be written, however long the disk refuses. */
  async idle(): Promise<void> {
    await this.#writing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.race([this.settled(), sleep(LAST_WRITE_MS)])
    this.#ending.abort()
  }

  async #write(): Promise<void> {
    const { db, teller, log } = this.#parts
    const backoff = new Backoff({ firstMs: SECOND, maxMs: 30 * SECOND })
    // What one frame changes goes together.
    await Promise.resolve()
    while (this.#dirty.size > 0 && !this.#ending.signal.aborted) {
      if (this.#looks.size > 0) await Promise.race([Promise.all(this.#looks), sleep(LONGEST_LOOK_MS)])
      const records = [...this.#dirty].sort(endsFirst)
      this.#dirty.clear()
      const { statements, written, hasNews } = this.#batch(records)
      try {
        if (statements.length > 0) await db.run(...statements)
      } catch (fault) {
        if (this.fault === null)
          log.error('alerts not written, nothing is told', { fault: errorMessage(fault) })
        this.fault = errorMessage(fault)
        for (const record of records) this.#dirty.add(record)
        await sleep(backoff.next(), this.#ending.signal)
        continue
      }
      if (this.fault !== null) log.info('alerts are written again')
      this.fault = null
      for (const { record, told, isStored } of written) {
        record.told = told
        record.isStored = isStored
        if (isOver(record)) this.#records.delete(record.id)
      }
      if (hasNews) teller.wake()
    }
  }

  #batch(records: readonly AlertRecord[]): { statements: Statement[]; written: Written[]; hasNews: boolean } {
    const { clock, teller, view, trackOf } = this.#parts
    const now = clock.now()
    const statements: Statement[] = []
    const notices: Notice[] = []
    const written: Written[] = []
    for (const record of records) {
      if (record.isDropped) {
        if (record.isStored) statements.push(deleteAlert(record))
        written.push({ record, told: record.told, isStored: false })
        continue
      }
      const isFleeting = record.state === 'pending' && now - record.pendingAt < STORE_PENDING_AFTER_MS
      if (isFleeting && !record.isStored) continue
      const kind = this.#due(record)
      const told = kind === null ? record.told : afterNotice(record.told, kind, firingLevel(record), now)
      const alert = view(record)
      statements.push(saveAlert(record, alert, { told, track: trackOf(record), clock }))
      written.push({ record, told, isStored: true })
      if (kind !== null) notices.push({ kind, at: clock.toWall(now), alert, ...channelsFor(kind, record) })
    }
    if (notices.length > 0) statements.push(...teller.statementsFor(notices))
    return { statements, written, hasNews: notices.length > 0 }
  }

  #due(record: AlertRecord): NoticeKind | null {
    if (record.state === 'pending' || record.isDropped) return null
    const { clock, quietOf } = this.#parts
    const now = { level: firingLevel(record), isQuiet: false, isAcknowledged: record.ack !== null }
    const kind = noticeOf(record.told, now, record.routing, clock.now())
    // Asked last: it looks through every silence.
    return kind === null || quietOf(record) !== null ? null : kind
  }
}

function countFiring(records: Iterable<AlertRecord>): Map<number, LevelCounts> {
  const counts = new Map<number, LevelCounts>()
  for (const { hostId, state, level } of records) {
    if (hostId === null || state !== 'firing') continue
    const known = counts.get(hostId) ?? { warning: 0, critical: 0 }
    known[level] += 1
    counts.set(hostId, known)
  }
  return counts
}

function channelsFor(kind: NoticeKind, { routing, told }: AlertRecord): Pick<Notice, 'channels' | 'also'> {
  const escalated = routing.escalate?.channels ?? []
  if (kind === 'escalated') return { channels: escalated, also: [] }
  return { channels: routing.channels, also: told.isEscalated ? escalated : [] }
}

/** What is over makes room for what begins anew on the same thing. */
function endsFirst(one: AlertRecord, other: AlertRecord): number {
  const rank = ({ state, isDropped }: AlertRecord) => (isDropped || state === 'resolved' ? 0 : 1)
  return rank(one) - rank(other) || one.id - other.id
}
