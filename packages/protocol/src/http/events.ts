import { z } from 'zod'
import { agentEventSchema } from '../agent/events.ts'
import { route } from './route.ts'

export const hostEventsQuery = z.object({
  from: z.coerce.number().int().optional(),
  to: z.coerce.number().int().optional(),
})

export const getHostEvents = route({
  method: 'GET',
  path: '/api/hosts/:id/events',
  auth: 'session',
  summary: 'Lifecycle of a host’s agent, oldest first; the last 24 hours unless told',
  params: z.object({ id: z.coerce.number().int() }),
  query: hostEventsQuery,
  answer: z.object({ events: z.array(agentEventSchema) }),
  problems: ['host_unknown', 'range_invalid'],
})
