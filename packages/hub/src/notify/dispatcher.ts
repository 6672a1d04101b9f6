import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { ControlDb } from '../control-db/control-db.ts'
import type { SendResult } from './channel-kind.ts'
import type { ChannelRecord, Channels } from './channels.ts'
import { type DeliveryRow, parseDelivery, type WaitingDelivery } from './delivery.ts'
import { GROUPING, type GroupingLimits } from './grouping-window.ts'
import { type AttemptOutcome, Lane, RATE, type RateLimit, type SendStep, type Trouble } from './lane.ts'
import { RETRY, type RetryLimits } from './retry-delay.ts'

export interface DispatcherParts {
  db: ControlDb
  clock: Clock
  log: Log
  channels: Channels
  send(channel: ChannelRecord, delivery: WaitingDelivery): Promise<SendResult>
  /** For tests. */
  grouping?: GroupingLimits | undefined
  retry?: RetryLimits | undefined
  rate?: RateLimit | undefined
  random?: (() => number) | undefined
  reach?: ((step: SendStep) => void) | undefined
  count(outcome: AttemptOutcome): void
}

/** A channel that has not let anything through for ten minutes. */
export interface FailingChannel extends Trouble {
  id: number
  name: string
}

/** Longest wait a delivery of an earlier run is given: its own may be by a clock that was wrong. */
const LONGEST_WAIT_MS = 3_600_000

/** Brings what waits in the outbox out, a lane a channel. `start` once, then `tick` a few times a second. */
export class Dispatcher implements AsyncDisposable {
  readonly #parts: DispatcherParts
  readonly #lanes = new Map<number, Lane>()
  #isStopped = false
  #looking: Promise<void> | undefined
  #looksAgain = false

  constructor(parts: DispatcherParts) {
    this.#parts = parts
    parts.channels.onChange = (id) => this.#channelChanged(id)
  }

  /** Takes up what earlier runs left. */
  async start(): Promise<void> {
    const { db, clock } = this.#parts
    const standing = await db.query<{ channel_id: number; sent_at: number | null }>(
      "SELECT channel_id, max(sent_at) AS sent_at FROM deliveries WHERE state = 'sent' GROUP BY channel_id",
    )
    const sentAt = new Map(standing.map((row) => [row.channel_id, row.sent_at]))
    const troubles = await db.query<{ channel_id: number; since: number; fault: string | null }>(
      `WITH last AS (SELECT channel_id, max(id) AS id FROM deliveries WHERE state = 'sent' GROUP BY channel_id),
            bad AS (SELECT d.channel_id, max(d.id) AS newest, min(d.created_at) AS since
                      FROM deliveries d LEFT JOIN last ON last.channel_id = d.channel_id
                      WHERE d.attempts > 0 AND d.state != 'sent' AND d.id > ifnull(last.id, 0)
                      GROUP BY d.channel_id)
       SELECT channel_id, since, (SELECT fault FROM deliveries WHERE id = newest) AS fault FROM bad`,
    )
    const troubleOf = new Map(
      troubles.map(({ channel_id: id, since, fault }) => [id, { since, fault: fault ?? '' }]),
    )
    for (const { id } of this.#parts.channels.list()) {
      this.#laneOf(id)?.recall(troubleOf.get(id), sentAt.get(id) ?? null)
    }
    for (const row of await db.query<DeliveryRow & { next_at: number | null }>(
      `SELECT id, channel_id, idempotency_key, attempts, done, body, next_at FROM deliveries
         WHERE state = 'waiting' ORDER BY id`,
    )) {
      const inMs = row.attempts === 0 ? 0 : (row.next_at ?? 0) - clock.now()
      await this.#takeUp(row, Math.min(LONGEST_WAIT_MS, Math.max(0, inMs)))
    }
    await this.look()
  }

  /** Sees which notices wait. Asked for again while it looks, it looks again afterwards. */
  look(): Promise<void> {
    if (this.#looking !== undefined) {
      this.#looksAgain = true
      return this.#looking
    }
    this.#looking = this.#lookOnce().finally(() => {
      this.#looking = undefined
      if (this.#looksAgain) {
        this.#looksAgain = false
        void this.look()
      }
    })
    return this.#looking
  }

  tick(): void {
    if (this.#isStopped) return
    for (const lane of this.#lanes.values()) lane.tick()
  }

  /** Resolves when nothing is being looked for, sent or written. */
  async settled(): Promise<void> {
    while (this.#looking !== undefined) await this.#looking
    await Promise.all(Array.from(this.#lanes.values(), (lane) => lane.settled()))
  }

  /** A message given up waits once more, from now. */
  async takeUpAgain(id: number): Promise<void> {
    const [row] = await this.#parts.db.query<DeliveryRow>(
      `SELECT id, channel_id, idempotency_key, attempts, done, body FROM deliveries WHERE id = ? AND state = 'waiting'`,
      id,
    )
    if (row !== undefined) await this.#takeUp(row, 0)
  }

  /** A test went well. */
  worked(channelId: number): void {
    this.#lanes.get(channelId)?.beginAnew()
  }

  standingOf(channelId: number): { last_sent_at: number | null; fault: string | null } {
    const lane = this.#lanes.get(channelId)
    return { last_sent_at: lane?.lastSentAt ?? null, fault: lane?.fault ?? null }
  }

  /** For the hub's own alerts. */
  failingChannels(): FailingChannel[] {
    return this.#parts.channels.list().flatMap(({ id, spec }) => {
      const failing = spec.is_enabled ? this.#lanes.get(id)?.failing : undefined
      return failing === undefined
        ? []
        : [{ id, name: spec.name, since: failing.since, fault: failing.fault }]
    })
  }

  /** Begins nothing more. */
  stop(): void {
    this.#isStopped = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
    await this.settled()
  }

  async #lookOnce(): Promise<void> {
    try {
      const rows = await this.#parts.db.query<{ channel_id: number; newest: number }>(
        'SELECT channel_id, max(id) AS newest FROM outbox WHERE delivery_id IS NULL GROUP BY channel_id',
      )
      for (const { channel_id: id, newest } of rows) this.#laneOf(id)?.sawNotices(newest)
    } catch (fault) {
      this.#parts.log.error('waiting notifications cannot be read', { fault: errorMessage(fault) })
    }
  }

  async #takeUp(row: DeliveryRow, inMs: number): Promise<void> {
    const delivery = parseDelivery(row)
    const lane = this.#laneOf(row.channel_id)
    if (delivery !== undefined && lane !== undefined) {
      lane.take(delivery, inMs)
      return
    }
    const fault =
      lane === undefined ? 'Its channel does not exist any more' : 'It was written by another version'
    await this.#parts.db.run({
      sql: "UPDATE deliveries SET state = 'dead', next_at = NULL, fault = ? WHERE id = ?",
      values: [fault, row.id],
    })
  }

  #laneOf(id: number): Lane | undefined {
    const known = this.#lanes.get(id)
    if (known !== undefined) return known
    const {
      channels,
      count,
      db,
      clock,
      log,
      send,
      grouping = GROUPING,
      random = Math.random,
      retry = RETRY,
      rate = RATE,
      reach = () => undefined,
    } = this.#parts
    if (channels.get(id) === undefined) return undefined
    const lane = new Lane(id, {
      ...{ db, clock, log, send, grouping, retry, rate, random, reach, count },
      channel: () => channels.get(id),
      isStopping: () => this.#isStopped,
    })
    this.#lanes.set(id, lane)
    return lane
  }

  #channelChanged(id: number): void {
    if (this.#parts.channels.get(id) === undefined) this.#lanes.delete(id)
    else this.#laneOf(id)?.beginAnew()
  }
}
