import { z } from 'zod'
import { STATE_CONDITIONS } from './alerts/rule.ts'
import { route } from './route.ts'

/** Something wrong with the hub itself, whether or not a rule tells of it. */
export const hubTroubleSchema = z.object({
  /** The condition by which rules look at it. */
  state: z.enum(STATE_CONDITIONS.filter((state) => state.startsWith('hub_'))),
  /** What of it: a part of the hub, the name of a channel, a connection or a host. */
  key: z.string(),
  /** The end of a sentence that begins with “Hub”. */
  words: z.string(),
})
export type HubTroubleWire = z.infer<typeof hubTroubleSchema>

export const listTroubles = route({
  method: 'GET',
  path: '/api/troubles',
  auth: 'session',
  summary: 'What is wrong with the hub itself just now: its disk, channels, connections, limits in force',
  answer: z.object({ troubles: z.array(hubTroubleSchema) }),
})
