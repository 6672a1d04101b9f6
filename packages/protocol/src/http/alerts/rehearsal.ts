import { z } from 'zod'
import { route } from '../route.ts'
import { alertLevelSchema, ruleSpecSchema } from './rule.ts'

/** One alert a rule would have raised. */
export const rehearsedAlertSchema = z.object({
  host_id: z.int(),
  host: z.string(),
  entity: z.string(),
  key: z.string(),
  level: alertLevelSchema,
  from: z.int(),
  /** Null: it would fire now. */
  to: z.int().nullable(),
  peak: z.number().nullable(),
})
export type RehearsedAlert = z.infer<typeof rehearsedAlertSchema>

export const rehearsalSchema = z.object({
  from: z.int(),
  to: z.int(),
  /** What of `[from, to)` there is history for, and in which steps. A bucket counts as its largest value for a rule `above`
   * with a duration below the step, as its average otherwise. */
  covered: z.array(z.object({ from: z.int(), to: z.int(), step_ms: z.int() })),
  /** How often it would have fired in the last 24 hours, 7 and 30 days; null where history does not go back so far. */
  counts: z.object({ day: z.int().nullable(), week: z.int().nullable(), month: z.int().nullable() }),
  longest_ms: z.int().nullable(),
  /** The newest 200. */
  alerts: z.array(rehearsedAlertSchema),
  total: z.int(),
  /** A threshold and duration that would have fired about once a month; null where none would, or no number is compared. */
  suggestion: z
    .object({
      warning: z.number().nullable(),
      critical: z.number().nullable(),
      for_ms: z.int(),
      per_month: z.number(),
    })
    .nullable(),
  /** Why nothing can be said (a state that history does not keep, too many things), or null. */
  limit: z.string().nullable(),
})
export type Rehearsal = z.infer<typeof rehearsalSchema>

export const rehearseRule = route({
  method: 'POST',
  path: '/api/alerts/rules/rehearse',
  auth: 'session',
  summary: 'When a rule would have fired over the last 30 days of stored history; nothing is stored',
  body: ruleSpecSchema,
  answer: rehearsalSchema,
  problems: ['rule_invalid', 'rehearsal_busy'],
})
