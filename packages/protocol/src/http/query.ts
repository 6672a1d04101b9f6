import { z } from 'zod'
import { integerText } from './integer-text.ts'
import { route } from './route.ts'

/** Parameters arrive as text; the hub checks metrics, key and range itself to name what is wrong. */
export const queryParamsSchema = z.object({
  /** Host id or name. */
  host: z.string().min(1).max(256),
  /** Comma list of `entity.field`. */
  metrics: z.string().min(1).max(4096),
  /** One key (`/`, `sda`) or `*`, the default. */
  key: z.string().max(256).optional(),
  from: integerText(),
  to: integerText(),
  points: integerText({ min: 10, max: 5000 }).optional(),
})

export const TIERS = ['ram', 'hot', 'cold'] as const

/** A time without data and why, in words. */
export const gapSchema = z.object({ from: z.int(), to: z.int(), cause: z.string() })

/** Columns: every `avg` and `max` has the length of `t`; null = missing. */
export const queryAnswerSchema = z.object({
  from: z.int(),
  to: z.int(),
  step_ms: z.int(),
  tiers: z.array(z.enum(TIERS)),
  /** Bucket starts, epoch ms. */
  t: z.array(z.int()),
  series: z.array(
    z.object({
      entity: z.string(),
      key: z.string(),
      metric: z.string(),
      unit: z.string(),
      avg: z.array(z.number().nullable()),
      max: z.array(z.number().nullable()).nullable(),
    }),
  ),
  gaps: z.array(gapSchema),
  /** Where history was taken over from elsewhere, and how far apart its points lie; left out where there is none. */
  imported: z.array(z.object({ from: z.int(), to: z.int(), step_ms: z.int() })).optional(),
})
export type QueryAnswer = z.infer<typeof queryAnswerSchema>

export const getQuery = route({
  method: 'GET',
  path: '/api/query',
  auth: 'session-or-key',
  summary: 'History of one host’s metrics as columns',
  query: queryParamsSchema,
  answer: queryAnswerSchema,
  problems: ['host_unknown', 'metric_unknown', 'range_invalid', 'answer_too_large', 'hub_busy'],
})
