import { z } from 'zod'
import type { News } from './message/news.ts'

/** One message to one channel, written down before the first attempt. */
export interface WaitingDelivery {
  id: number
  channelId: number
  key: string
  attempts: number
  /** Recipients that have it. */
  done: readonly string[]
  body: DeliveryBody
}

export interface DeliveryBody {
  /** Epoch ms it was composed at. */
  at: number
  /** Key of the message that told the first of its alerts first, or null. */
  answersTo: string | null
  news: readonly News[]
}

export interface DeliveryRow {
  id: number
  channel_id: number
  idempotency_key: string
  attempts: number
  done: string
  body: string
}

const bodySchema = z.looseObject({
  at: z.int(),
  answersTo: z.string().nullable(),
  news: z.array(z.looseObject({ kind: z.string(), at: z.int(), alert: z.looseObject({ id: z.int() }) })),
})

/** Undefined when an other program wrote something we cannot send. */
export function parseDelivery(row: DeliveryRow): WaitingDelivery | undefined {
  try {
    const body = bodySchema.parse(JSON.parse(row.body))
    return {
      id: row.id,
      channelId: row.channel_id,
      key: row.idempotency_key,
      attempts: row.attempts,
      done: z.array(z.string()).parse(JSON.parse(row.done)),
      body: body as unknown as DeliveryBody,
    }
  } catch {
    return undefined
  }
}
