import { z } from 'zod'
import { agentEventSchema } from '../agent/events.ts'
import { integerText } from './integer-text.ts'
import { gapSchema } from './query.ts'
import { route } from './route.ts'

export const hostEventsQuery = z.object({
  from: integerText().optional(),
  to: integerText().optional(),
})

export const getHostEvents = route({
  method: 'GET',
  path: '/api/hosts/:id/events',
  auth: 'session',
  summary: 'Lifecycle of a host’s agent and its gaps, oldest first; the last 24 hours unless told',
  params: z.object({ id: integerText() }),
  query: hostEventsQuery,
  answer: z.object({
    events: z.array(agentEventSchema),
    /** Where the host delivered nothing, with the cause as far as it is known. */
    gaps: z.array(gapSchema),
  }),
  problems: ['host_unknown', 'range_invalid'],
})
