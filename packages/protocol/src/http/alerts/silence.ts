import { z } from 'zod'
import { integerText } from '../integer-text.ts'
import { route } from '../route.ts'
import { alertLevelSchema } from './rule.ts'
import { globSchema, hostSelectorSchema } from './scope.ts'
import { clockTimeSchema, weekdaySchema, zoneSchema } from './week-schedule.ts'

/** Which alerts are meant; every member that is there must fit, and one must be there. */
export const alertMatcherSchema = z
  .object({
    hosts: z.array(hostSelectorSchema).min(1).max(200).optional(),
    rule_ids: z.array(z.int()).min(1).max(200).optional(),
    entity: z.string().max(64).optional(),
    key: globSchema.optional(),
    level: alertLevelSchema.optional(),
  })
  .refine((matcher) => Object.values(matcher).some((part) => part !== undefined), 'must name something')
export type AlertMatcher = z.infer<typeof alertMatcherSchema>

const comment = z.string().trim().max(500)

export const silenceSpecSchema = z.object({
  matcher: alertMatcherSchema,
  from: z.int(),
  until: z.int(),
  comment,
})
export type SilenceSpec = z.infer<typeof silenceSpecSchema>

export const silenceSchema = z.object({
  id: z.int(),
  spec: silenceSpecSchema,
  created_by: z.string(),
  created_at: z.int(),
  /** Alerts it keeps quiet now. */
  quiets: z.int(),
})
export type Silence = z.infer<typeof silenceSchema>

const idParams = z.object({ id: integerText() })

export const listSilences = route({
  method: 'GET',
  path: '/api/alerts/silences',
  auth: 'session',
  summary: 'Silences that hold, will hold, or ended in the last week',
  answer: z.object({ silences: z.array(silenceSchema) }),
})
export const createSilence = route({
  method: 'POST',
  path: '/api/alerts/silences',
  auth: 'session',
  summary: 'Keep alerts quiet until a moment',
  body: silenceSpecSchema,
  answer: z.object({ silence: silenceSchema }),
  problems: ['silence_invalid'],
})
export const endSilence = route({
  method: 'DELETE',
  path: '/api/alerts/silences/:id',
  auth: 'session',
  summary: 'End a silence now; what still fires is told',
  params: idParams,
  problems: ['silence_unknown'],
})

/** Once from here to there, or again and again by a zone's wall clock. A recurring window lasts `duration_ms` of real
 * time from its start; a start that a clock change leaves out is taken at the change, one that comes twice the first time. */
export const maintenanceTimeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('once'), from: z.int(), until: z.int() }),
  z.object({
    kind: z.literal('weekly'),
    zone: zoneSchema,
    days: z.array(weekdaySchema).min(1).max(7),
    at: clockTimeSchema,
    duration_ms: z
      .int()
      .min(60_000)
      .max(7 * 86_400_000),
  }),
  z.object({
    kind: z.literal('monthly'),
    zone: zoneSchema,
    /** A month without that day has its last day instead. */
    day: z.int().min(1).max(31),
    at: clockTimeSchema,
    duration_ms: z
      .int()
      .min(60_000)
      .max(7 * 86_400_000),
  }),
])
export type MaintenanceTime = z.infer<typeof maintenanceTimeSchema>

export const maintenanceSpecSchema = z.object({
  name: z.string().trim().min(1).max(128),
  matcher: alertMatcherSchema,
  time: maintenanceTimeSchema,
  is_enabled: z.boolean().default(true),
  comment: comment.default(''),
})
export type MaintenanceSpec = z.infer<typeof maintenanceSpecSchema>

export const maintenanceSchema = z.object({
  id: z.int(),
  spec: maintenanceSpecSchema,
  created_by: z.string(),
  created_at: z.int(),
  /** The window under way or the next one; null: none any more. */
  window: z.object({ from: z.int(), until: z.int() }).nullable(),
})
export type Maintenance = z.infer<typeof maintenanceSchema>

export const listMaintenance = route({
  method: 'GET',
  path: '/api/alerts/maintenance',
  auth: 'session',
  summary: 'Maintenance windows',
  answer: z.object({ maintenance: z.array(maintenanceSchema) }),
})
export const createMaintenance = route({
  method: 'POST',
  path: '/api/alerts/maintenance',
  auth: 'session',
  summary: 'Add a maintenance window, once or recurring',
  body: maintenanceSpecSchema,
  answer: z.object({ maintenance: maintenanceSchema }),
  problems: ['maintenance_invalid'],
})
export const changeMaintenance = route({
  method: 'PUT',
  path: '/api/alerts/maintenance/:id',
  auth: 'session',
  summary: 'Replace a maintenance window',
  params: idParams,
  body: maintenanceSpecSchema,
  answer: z.object({ maintenance: maintenanceSchema }),
  problems: ['maintenance_unknown', 'maintenance_invalid'],
})
export const deleteMaintenance = route({
  method: 'DELETE',
  path: '/api/alerts/maintenance/:id',
  auth: 'session',
  summary: 'Delete a maintenance window; what still fires is told',
  params: idParams,
  problems: ['maintenance_unknown'],
})
