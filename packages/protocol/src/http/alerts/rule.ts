import { z } from 'zod'
import { integerText } from '../integer-text.ts'
import { route } from '../route.ts'
import { globSchema, scopeSchema } from './scope.ts'
import { weekScheduleSchema } from './week-schedule.ts'

/** From mild to grave. */
export const ALERT_LEVELS = ['warning', 'critical'] as const
export const alertLevelSchema = z.enum(ALERT_LEVELS)
export type AlertLevel = z.infer<typeof alertLevelSchema>

/** What may be wrong without a number. The hub says what each looks at (alerting/state-conditions.ts). */
export const STATE_CONDITIONS = [
  'host_down',
  'agent_outdated',
  'container_not_running',
  'container_unhealthy',
  'container_restarting',
  'unit_failed',
  'array_degraded',
  'disk_failing',
  'filesystem_hung',
  'quorum_lost',
  'guest_stopped',
  'backup_failed',
  'backup_overdue',
  'backup_missing',
  'backup_uncovered',
  'replication_failing',
  'hub_disk',
  'hub_flush',
  'hub_channel',
  'hub_alerts',
  'hub_token',
  'hub_proxmox',
  'hub_certificate',
  'hub_backup_server',
] as const
export type StateCondition = (typeof STATE_CONDITIONS)[number]

const thresholds = {
  warning: z.number().nullable(),
  critical: z.number().nullable(),
}
/** Of the catalogue, `entity.field`. */
const metric = z.string().max(128)

/** Compared is the value of one reading; a change only counts once it has lasted for the rule's duration. */
const thresholdCondition = z.object({
  kind: z.literal('threshold'),
  metric,
  key: globSchema.default('*'),
  direction: z.enum(['above', 'below']),
  ...thresholds,
  /** Where it is over again, on the good side of the mildest threshold; null: at that threshold. */
  clear: z.number().nullable().default(null),
})
const stateCondition = z.object({
  kind: z.literal('state'),
  state: z.enum(STATE_CONDITIONS),
  key: globSchema.default('*'),
  level: alertLevelSchema,
})
/** Full within so many hours if it goes on as in the last ones: thresholds are hours. */
const fillsCondition = z.object({
  kind: z.literal('fills'),
  metric,
  key: globSchema.default('*'),
  ...thresholds,
})
/** Off the same hour a week before by so many percent of that: thresholds are percent. */
const changesCondition = z.object({
  kind: z.literal('changes'),
  metric,
  key: globSchema.default('*'),
  direction: z.enum(['up', 'down', 'either']),
  ...thresholds,
  /** Differences smaller than this, in the metric's unit, are none. */
  least: z.number().min(0).default(0),
})

export const conditionSchema = z.discriminatedUnion('kind', [
  thresholdCondition,
  stateCondition,
  fillsCondition,
  changesCondition,
])
export type Condition = z.infer<typeof conditionSchema>

const DAY_MS = 86_400_000

/** A rule as it is written. What only the catalogue or the hub knows (bounds, order of thresholds, channels and hosts that
 * exist) is checked there and refused by the same paths. */
export const ruleSpecSchema = z.object({
  name: z.string().trim().min(1).max(128),
  is_enabled: z.boolean().default(true),
  scope: scopeSchema,
  condition: conditionSchema,
  /** How long it must hold before it fires; 0: at once. */
  for_ms: z
    .int()
    .min(0)
    .max(7 * DAY_MS),
  /** What readings that stay away do to an alert: `keep` it as it is, `resolve` it, or be the trouble themselves. */
  no_data: z.enum(['keep', 'resolve', 'fire']).default('keep'),
  /** Null: always. Outside its hours nothing fires, and what fires is not told until they begin. */
  schedule: weekScheduleSchema.nullable().default(null),
  overrides: z
    .array(
      z.object({
        host_id: z.int(),
        is_enabled: z.boolean().default(true),
        warning: z.number().nullable().optional(),
        critical: z.number().nullable().optional(),
        clear: z.number().nullable().optional(),
        for_ms: z
          .int()
          .min(0)
          .max(7 * DAY_MS)
          .optional(),
      }),
    )
    .max(1_000)
    .default([]),
  /** Whom it tells; null: every channel that takes alerts by default. */
  channels: z.array(z.int()).max(50).nullable().default(null),
  /** Told again while it lasts and nobody has acknowledged it; null: never. */
  repeat_ms: z
    .int()
    .min(5 * 60_000)
    .max(30 * DAY_MS)
    .nullable()
    .default(null),
  /** Told to others when it lasts and nobody has acknowledged it. */
  escalate: z
    .object({
      after_ms: z
        .int()
        .min(60_000)
        .max(7 * DAY_MS),
      channels: z.array(z.int()).min(1).max(50),
    })
    .nullable()
    .default(null),
})
export type RuleSpec = z.infer<typeof ruleSpecSchema>

export const ruleSchema = z.object({
  id: z.int(),
  spec: ruleSpecSchema,
  /** Name of the template it came from, or null. */
  template: z.string().nullable(),
  created_at: z.int(),
  changed_at: z.int(),
  /** Hosts and entities it looks at now. */
  subjects: z.int(),
  firing: z.int(),
  /** Alerts that wait because their host has begun so many. */
  held: z.int(),
})
export type Rule = z.infer<typeof ruleSchema>

const ruleParams = z.object({ id: integerText() })
const ruleProblems = ['rule_invalid'] as const

export const listRules = route({
  method: 'GET',
  path: '/api/alerts/rules',
  auth: 'session',
  summary: 'All alert rules',
  answer: z.object({ rules: z.array(ruleSchema) }),
})

export const createRule = route({
  method: 'POST',
  path: '/api/alerts/rules',
  auth: 'session',
  summary: 'Add an alert rule',
  body: ruleSpecSchema,
  answer: z.object({ rule: ruleSchema }),
  problems: ruleProblems,
})

export const changeRule = route({
  method: 'PUT',
  path: '/api/alerts/rules/:id',
  auth: 'session',
  summary: 'Replace an alert rule; what it no longer covers resolves with that reason',
  params: ruleParams,
  body: ruleSpecSchema,
  answer: z.object({ rule: ruleSchema }),
  problems: ['rule_unknown', ...ruleProblems],
})

export const deleteRule = route({
  method: 'DELETE',
  path: '/api/alerts/rules/:id',
  auth: 'session',
  summary: 'Delete an alert rule; its alerts resolve with that reason',
  params: ruleParams,
  problems: ['rule_unknown'],
})

/** What a rule looks at, as it stands now. */
export const ruleMatchSchema = z.object({
  host_id: z.int().nullable(),
  host: z.string(),
  entity: z.string(),
  key: z.string(),
  /** In the condition's unit; null: unknown now, or a condition without a number. */
  value: z.number().nullable(),
  /** What it would be at once, without its duration; null: nothing. */
  level: alertLevelSchema.nullable(),
})
export type RuleMatch = z.infer<typeof ruleMatchSchema>

export const previewRule = route({
  method: 'POST',
  path: '/api/alerts/rules/preview',
  auth: 'session',
  summary: 'What a rule would look at now and how that stands; nothing is stored',
  body: ruleSpecSchema,
  answer: z.object({
    /** The first 500, those in trouble first. */
    matches: z.array(ruleMatchSchema),
    total: z.int(),
  }),
  problems: ruleProblems,
})
