import { z } from 'zod'
import { integerText } from '../integer-text.ts'
import { route } from '../route.ts'
import { alertLevelSchema } from './rule.ts'

/** Why an alert is not told although it fires. */
export const QUIET_KINDS = ['silence', 'maintenance', 'inhibited', 'schedule', 'flapping'] as const

/** One trouble of one thing, from its first sign to its end. */
export const alertSchema = z.object({
  id: z.int(),
  rule_id: z.int(),
  rule: z.string(),
  /** Null: the hub itself. */
  host_id: z.int().nullable(),
  host: z.string(),
  entity: z.string(),
  key: z.string(),
  state: z.enum(['pending', 'firing', 'resolved']),
  level: alertLevelSchema,
  /** `entity.field`, or null for a condition without a number. */
  metric: z.string().nullable(),
  /** In the metric's unit (hours for filling up, percent for change), newest; null: unknown. */
  value: z.number().nullable(),
  /** The worst it was. */
  peak: z.number().nullable(),
  /** The threshold it is past, in the same unit. */
  threshold: z.number().nullable(),
  /** The whole of it in a sentence, as notifications say it. */
  summary: z.string(),
  pending_at: z.int(),
  fired_at: z.int().nullable(),
  resolved_at: z.int().nullable(),
  /** Why it ended; null while it lasts. */
  resolve_reason: z.string().nullable(),
  ack: z.object({ by: z.string(), at: z.int(), comment: z.string() }).nullable(),
  /** Null: it is told as usual. */
  quiet: z
    .object({
      kind: z.enum(QUIET_KINDS),
      id: z.int().nullable(),
      until: z.int().nullable(),
      text: z.string(),
    })
    .nullable(),
  /** What it explains and so keeps quiet, as far as it has a name: hosts a node took with it. `text`: more about one, or
   * empty. */
  took_down: z.array(z.object({ host_id: z.int().nullable(), host: z.string(), text: z.string() })),
  /** What changed on the host in the hour before it fired. */
  changes: z.array(z.object({ at: z.int(), text: z.string() })),
})
export type Alert = z.infer<typeof alertSchema>

export const listActiveAlerts = route({
  method: 'GET',
  path: '/api/alerts/active',
  auth: 'session',
  summary: 'Alerts that fire or are about to, the gravest and newest first',
  answer: z.object({ alerts: z.array(alertSchema), time: z.int() }),
})

export const listAlertHistory = route({
  method: 'GET',
  path: '/api/alerts/history',
  auth: 'session',
  summary: 'Alerts that fired, newest first; a page is 100',
  query: z.object({
    host: integerText().optional(),
    rule: integerText().optional(),
    from: integerText().optional(),
    to: integerText().optional(),
    /** The id of the last one of the page before. */
    before: integerText().optional(),
  }),
  answer: z.object({ alerts: z.array(alertSchema), next: z.int().nullable() }),
})

const alertParams = z.object({ id: integerText() })

export const acknowledgeAlert = route({
  method: 'POST',
  path: '/api/alerts/:id/ack',
  auth: 'session',
  summary: 'Say that somebody is on it: no repeats and no escalation from now on',
  params: alertParams,
  body: z.object({ comment: z.string().trim().max(500).default('') }),
  answer: z.object({ alert: alertSchema }),
  problems: ['alert_unknown', 'alert_over'],
})

export const unacknowledgeAlert = route({
  method: 'DELETE',
  path: '/api/alerts/:id/ack',
  auth: 'session',
  summary: 'Take an acknowledgement back',
  params: alertParams,
  answer: z.object({ alert: alertSchema }),
  problems: ['alert_unknown', 'alert_over'],
})
