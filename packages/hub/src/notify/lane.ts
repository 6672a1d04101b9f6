import { DAY, MINUTE } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { ControlDb } from '../control-db/control-db.ts'
import type { Statement } from '../control-db/statement.ts'
import { TokenBucket } from '../ingest/token-bucket.ts'
import type { SendResult } from './channel-kind.ts'
import type { ChannelRecord } from './channels.ts'
import { composeDelivery } from './compose-delivery.ts'
import type { WaitingDelivery } from './delivery.ts'
import { type GroupingLimits, GroupingWindow } from './grouping-window.ts'
import { MOST_ATTEMPTS, type RetryLimits, retryDelayMs } from './retry-delay.ts'

export interface LaneParts {
  db: ControlDb
  clock: Clock
  log: Log
  grouping: GroupingLimits
  retry: RetryLimits
  rate: RateLimit
  /** 0..1 */
  random: () => number
  channel(): ChannelRecord | undefined
  /** What is cut off by it has not failed. */
  isStopping(): boolean
  send(channel: ChannelRecord, delivery: WaitingDelivery): Promise<SendResult>
  /** Told at each step; a test ends the process there. */
  reach(step: SendStep): void
  /** How an attempt ended. */
  count(outcome: AttemptOutcome): void
}

export type AttemptOutcome = 'sent' | 'failed' | 'given_up'

/** Where a test may end the process, in the order a message gets there: written down, out, and that written down. */
export const SEND_STEPS = ['written', 'sent', 'marked'] as const
export type SendStep = (typeof SEND_STEPS)[number]

/** Why a channel's newest attempt went wrong, and since when none went well, epoch ms. */
export interface Trouble {
  since: number
  fault: string
}

export interface RateLimit {
  /** Messages at once. */
  burst: number
  perS: number
}

/** Six at once, then one every six seconds: below what every service allows. */
export const RATE: RateLimit = { burst: 6, perS: 1 / 6 }
/** A message that keeps failing does not hold up the next for ever: it may be the message that is at fault. */
const ATTEMPTS_THAT_BLOCK = 4
/** More messages than this do not wait: what comes then gathers to one. */
const MOST_WAITING = 10
/** How long control.db is left alone after it refused a write. */
const DB_REST_MS = 5_000
const FAILING_AFTER_MS = 10 * MINUTE

interface Waiting {
  delivery: WaitingDelivery
  /** Monotonic ms. */
  dueAt: number
  triedAt: number
}

/** One channel's way out: gathers notices, makes messages of them, sends one at a time in their order, tries again what
 * failed. Driven by `tick`; does one thing at once. */
export class Lane {
  readonly id: number
  readonly #parts: LaneParts
  readonly #window: GroupingWindow
  readonly #bucket: TokenBucket
  #waiting: Waiting[] = []
  #newestNotice = 0
  #mark: Statement | undefined
  #restUntil = 0
  #askAgainAt = 0
  #busy: Promise<void> | undefined
  #trouble: (Trouble & { sinceMonotonic: number }) | undefined
  #lastSentAt: number | null = null

  constructor(id: number, parts: LaneParts) {
    this.id = id
    this.#parts = parts
    this.#window = new GroupingWindow(parts.grouping)
    this.#bucket = new TokenBucket(parts.clock, parts.rate)
  }

  /** As control.db has it at a start. */
  recall(trouble: Trouble | undefined, lastSentAt: number | null): void {
    const { clock } = this.#parts
    this.#lastSentAt = lastSentAt
    if (trouble === undefined) return
    const forMs = Math.max(0, clock.now() - trouble.since)
    this.#trouble = { ...trouble, sinceMonotonic: clock.monotonic() - forMs }
  }

  /** Notices wait, the newest with this id. */
  sawNotices(newest: number): void {
    if (newest <= this.#newestNotice) return
    this.#newestNotice = newest
    this.#window.add(this.#parts.clock.monotonic())
  }

  /** A message of an earlier run, or one given up that is to be tried once more. */
  take(delivery: WaitingDelivery, inMs: number): void {
    if (this.#waiting.some((known) => known.delivery.id === delivery.id)) return
    const dueAt = this.#parts.clock.monotonic() + inMs
    this.#waiting.push({ delivery, dueAt, triedAt: Number.NEGATIVE_INFINITY })
    this.#waiting.sort((one, other) => one.delivery.id - other.delivery.id)
  }

  /** It works, as a test has shown, or its settings are others now: what failed before may go well. */
  beginAnew(): void {
    this.#trouble = undefined
    this.#askAgainAt = 0
    for (const waiting of this.#waiting) waiting.dueAt = this.#parts.clock.monotonic()
  }

  get fault(): string | null {
    return this.#trouble?.fault ?? null
  }

  get lastSentAt(): number | null {
    return this.#lastSentAt
  }

  /** Set once nothing has got through for ten minutes. */
  get failing(): Trouble | undefined {
    const trouble = this.#trouble
    if (trouble === undefined) return undefined
    return this.#parts.clock.monotonic() - trouble.sinceMonotonic >= FAILING_AFTER_MS ? trouble : undefined
  }

  /** Begins what is due, unless something is under way. */
  tick(): void {
    if (this.#busy !== undefined) return
    const work = this.#next()
    if (work === undefined) return
    this.#busy = work()
      .catch((fault: unknown) => {
        this.#restUntil = this.#parts.clock.monotonic() + DB_REST_MS
        this.#parts.log.error('a channel stumbled; it goes on', { fault: errorMessage(fault) })
      })
      .finally(() => {
        this.#busy = undefined
      })
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#busy
  }

  #next(): (() => Promise<void>) | undefined {
    const { clock, channel } = this.#parts
    const now = clock.monotonic()
    if (now < this.#restUntil) return undefined
    // sent is sent: it is written down before anything else, and never sent again
    if (this.#mark !== undefined) return () => this.#write(this.#mark!)
    const to = channel()
    if (to === undefined || !to.spec.is_enabled) return undefined
    const due = now < this.#askAgainAt ? undefined : this.#firstDue(now)
    if (due !== undefined && this.#bucket.take(1)) return () => this.#attempt(to, due)
    if (due === undefined && this.#window.isClosed(now) && this.#mayCompose()) return () => this.#compose(to)
    return undefined
  }

  /** The oldest first whenever any is due: once the channel works again, what began is told before its end. One that has
   * just failed does not stand in the way. */
  #firstDue(now: number): Waiting | undefined {
    const dueAt = Math.max(
      ...this.#waiting.map((each) => (each.dueAt <= now ? each.dueAt : Number.NEGATIVE_INFINITY)),
    )
    if (dueAt === Number.NEGATIVE_INFINITY) return undefined
    return this.#waiting.find((each) => each.dueAt <= now || each.triedAt < dueAt)
  }

  /** One message at a time, so that what comes meanwhile goes together in the next. */
  #mayCompose(): boolean {
    const newest = this.#waiting.at(-1)
    if (newest === undefined) return true
    return newest.delivery.attempts >= ATTEMPTS_THAT_BLOCK && this.#waiting.length < MOST_WAITING
  }

  async #compose(to: ChannelRecord): Promise<void> {
    const { db, clock, log } = this.#parts
    try {
      const at = clock.now()
      const composed = await composeDelivery({ db, channelId: this.id, channel: to.spec.name, at })
      this.#window.clear(composed !== undefined && this.#newestNotice > composed.lastNotice)
      if (composed === undefined) return
      this.#parts.reach('written')
      this.take(composed.delivery, 0)
    } catch (fault) {
      this.#restUntil = clock.monotonic() + DB_REST_MS
      log.error('a notification cannot be written down; tried again', { fault: errorMessage(fault) })
    }
  }

  async #attempt(to: ChannelRecord, waiting: Waiting): Promise<void> {
    const { delivery } = waiting
    const result = await this.#parts.send(to, delivery)
    const { clock, log, random, retry } = this.#parts
    if (result.kind !== 'sent' && this.#parts.isStopping()) return
    this.#parts.reach('sent')
    const now = clock.now()
    const { id } = delivery
    delivery.attempts += 1
    const isOver = result.kind === 'refused' || isSpent(delivery, now)
    this.#parts.count(result.kind === 'sent' ? 'sent' : isOver ? 'given_up' : 'failed')
    if (result.kind === 'sent') {
      this.#lastSentAt = now
      this.#drop(id)
      this.beginAnew()
      await this.#write({
        sql: `UPDATE deliveries SET state = 'sent', attempts = ?, sent_at = ?, next_at = NULL, fault = ?
                WHERE id = ? AND state = 'waiting'`,
        values: [delivery.attempts, now, result.note ?? null, id],
      })
      return
    }
    const { fault } = result
    const since = this.#trouble ?? { since: now, sinceMonotonic: clock.monotonic() }
    this.#trouble = { ...since, fault }
    log.warn('a notification did not get through', {
      channel: to.spec.name,
      attempts: delivery.attempts,
      fault,
    })
    if (!isOver && result.kind === 'failed') {
      delivery.done = [...new Set([...delivery.done, ...(result.done ?? [])])]
      const delayMs = retryDelayMs(delivery.attempts, random(), result.retryAfterMs, retry)
      waiting.triedAt = clock.monotonic()
      // for every message: the service named no single one
      if (result.retryAfterMs !== undefined) this.#askAgainAt = waiting.triedAt + delayMs
      waiting.dueAt = waiting.triedAt + delayMs
      await this.#write({
        sql: "UPDATE deliveries SET attempts = ?, next_at = ?, fault = ?, done = ? WHERE id = ? AND state = 'waiting'",
        values: [delivery.attempts, now + delayMs, fault, JSON.stringify(delivery.done), id],
      })
      return
    }
    this.#drop(id)
    await this.#write({
      sql: "UPDATE deliveries SET state = 'dead', attempts = ?, next_at = NULL, fault = ? WHERE id = ? AND state = 'waiting'",
      values: [delivery.attempts, fault, id],
    })
  }

  #drop(id: number): void {
    this.#waiting = this.#waiting.filter(({ delivery }) => delivery.id !== id)
  }

  /** What became of a message. A disk that refuses it is asked again until it takes it. */
  async #write(statement: Statement): Promise<void> {
    this.#mark = statement
    try {
      await this.#parts.db.run(statement)
      this.#mark = undefined
      this.#parts.reach('marked')
    } catch (fault) {
      const { clock, log } = this.#parts
      this.#restUntil = clock.monotonic() + DB_REST_MS
      log.error('what became of a notification cannot be written down; tried again', {
        fault: errorMessage(fault),
      })
    }
  }
}

/** Both, so that neither a clock that jumped nor messages before this one make it short. */
function isSpent({ attempts, body }: WaitingDelivery, now: number): boolean {
  return attempts >= 10 * MOST_ATTEMPTS || (attempts >= MOST_ATTEMPTS && now - body.at >= DAY)
}
