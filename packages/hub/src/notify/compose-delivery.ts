import { randomUUID } from 'node:crypto'
import type { ControlDb } from '../control-db/control-db.ts'
import type { Statement } from '../control-db/statement.ts'
import type { DeliveryBody, WaitingDelivery } from './delivery.ts'
import { titleOf } from './message/message.ts'
import { gather, type News, type WaitingNotice } from './message/news.ts'

/** Most notices of one message: more would be too large for what receives webhooks. The rest follow in the next. */
const MOST_NOTICES = 500

export interface ComposeParts {
  db: ControlDb
  channelId: number
  /** Its name, as the list of deliveries will show it even when the channel is gone. */
  channel: string
  /** Epoch ms. */
  at: number
}

/** Makes one message of what waits for a channel and writes it down with its key, in one transaction with the notices it
 * takes: after a crash they wait, or the message does.
 * @returns it, and the id of the last notice in it; undefined when nothing waits */
export async function composeDelivery(
  parts: ComposeParts,
): Promise<{ delivery: WaitingDelivery; lastNotice: number } | undefined> {
  const { db, channelId } = parts
  const found = await waitingFor(db, channelId)
  if (found === undefined) return undefined
  const { ids, body } = found
  const key = randomUUID()
  const [inserted] = await db.run(
    ...storeStatements({
      ...parts,
      key,
      ids,
      body: { ...body, at: parts.at },
      state: 'waiting',
      fault: null,
    }),
  )
  const delivery = {
    id: inserted!.rowId,
    channelId,
    key,
    attempts: 0,
    done: [],
    body: { ...body, at: parts.at },
  }
  return { delivery, lastNotice: ids.at(-1)! }
}

/** What waits for a channel that goes away: a message given up, so that it can be seen what nobody was told. */
export async function giveUpStatements(parts: ComposeParts, fault: string): Promise<Statement[]> {
  const found = await waitingFor(parts.db, parts.channelId)
  if (found === undefined) return [giveUpWaiting(parts.channelId, fault)]
  const { ids, body } = found
  const key = randomUUID()
  return [
    ...storeStatements({ ...parts, key, ids, body: { ...body, at: parts.at }, state: 'dead', fault }),
    // what is beyond one message, or came just now
    {
      sql: `UPDATE outbox SET delivery_id = (SELECT id FROM deliveries WHERE idempotency_key = ?)
              WHERE channel_id = ? AND delivery_id IS NULL`,
      values: [key, parts.channelId],
    },
    giveUpWaiting(parts.channelId, fault),
  ]
}

function giveUpWaiting(channelId: number, fault: string): Statement {
  return {
    sql: "UPDATE deliveries SET state = 'dead', next_at = NULL, fault = ? WHERE channel_id = ? AND state = 'waiting'",
    values: [fault, channelId],
  }
}

async function waitingFor(
  db: ControlDb,
  channelId: number,
): Promise<{ ids: number[]; body: Omit<DeliveryBody, 'at'> } | undefined> {
  const rows = await db.query<{ id: number; body: string }>(
    'SELECT id, body FROM outbox WHERE channel_id = ? AND delivery_id IS NULL ORDER BY id LIMIT ?',
    channelId,
    MOST_NOTICES,
  )
  if (rows.length === 0) return undefined
  const news = gather(rows.map(({ body }) => JSON.parse(body) as WaitingNotice))
  return {
    ids: rows.map(({ id }) => id),
    body: { news, answersTo: await keyOfFirst(db, channelId, news) },
  }
}

/** The message that told an alert first, so that mail about its end stands beside it. */
async function keyOfFirst(db: ControlDb, channelId: number, news: readonly News[]): Promise<string | null> {
  const [row] = await db.query<{ key: string }>(
    `SELECT d.idempotency_key AS key FROM outbox o JOIN deliveries d ON d.id = o.delivery_id
       WHERE o.alert_id = ? AND o.channel_id = ? ORDER BY o.id LIMIT 1`,
    news[0]!.alert.id,
    channelId,
  )
  return row?.key ?? null
}

function storeStatements(given: {
  channelId: number
  channel: string
  key: string
  at: number
  ids: readonly number[]
  body: DeliveryBody
  state: 'waiting' | 'dead'
  fault: string | null
}): Statement[] {
  const { channelId, channel, key, at, ids, body, state, fault } = given
  return [
    {
      sql: `INSERT INTO deliveries
              (channel_id, channel, idempotency_key, state, attempts, created_at, next_at, fault, title, done, body)
              VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, '[]', ?)`,
      values: [
        ...[channelId, channel, key, state, at],
        ...[state === 'waiting' ? at : null, fault, titleOf(body.news), JSON.stringify(body)],
      ],
    },
    {
      sql: `UPDATE outbox SET delivery_id = (SELECT id FROM deliveries WHERE idempotency_key = ?)
              WHERE id IN (SELECT value FROM json_each(?)) AND delivery_id IS NULL`,
      values: [key, JSON.stringify(ids)],
    },
  ]
}
