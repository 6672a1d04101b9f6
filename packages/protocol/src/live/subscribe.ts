import { z } from 'zod'

export const LIVE_PATH = '/api/live'

/** `fleet`, `alerts`, or `host:ID`. */
export const topicSchema = z.string().regex(/^(fleet|alerts|host:\d{1,15})$/)

/** The client's only message: the whole list of topics it wants from now on. */
export const subscribeSchema = z.object({
  type: z.literal('subscribe'),
  topics: z.array(topicSchema).max(16),
})
export type Subscribe = z.infer<typeof subscribeSchema>
