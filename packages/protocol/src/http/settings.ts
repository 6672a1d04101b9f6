import { z } from 'zod'
import { collectorWishesSchema, intervalSchema } from '../agent/policy.ts'
import { route } from './route.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const coldMs = z
  .int()
  .min(DAY)
  .max(365 * DAY)

/** How long each tier keeps what it holds, ms. */
export const retentionSchema = z.object({
  ram_ms: z
    .int()
    .min(5 * MINUTE)
    .max(60 * MINUTE),
  hot_ms: z
    .int()
    .min(6 * HOUR)
    .max(7 * DAY),
  cold_ms: coldMs,
  /** Entities of the catalogue that the cold tier keeps for another time than `cold_ms`. */
  cold_ms_by_entity: z.record(z.string(), coldMs),
})
export type RetentionSettings = z.infer<typeof retentionSchema>

/** What the store may take of the disk: the folder `tsdb` in the data directory. */
export const budgetSchema = z.object({
  /** Most bytes of that folder; null: no cap. */
  max_bytes: z.int().min(0).nullable(),
  /** Free bytes of the file system below which the folder stops growing. */
  min_free_bytes: z.int().min(0),
})
export type BudgetSettings = z.infer<typeof budgetSchema>

/** Backups the hub makes by itself. */
export const backupScheduleSchema = z.object({
  /** Absolute path on the hub's machine; null: none are made. */
  directory: z.string().min(1).max(4096).nullable(),
  every_hours: z
    .int()
    .min(1)
    .max(24 * 31),
  /** How many of its own files stay there. */
  keep: z.int().min(1).max(365),
})
export type BackupSchedule = z.infer<typeof backupScheduleSchema>

/** An address outside that is called while the hub is well: who watches it hears of a hub that is dead. */
export const heartbeatSchema = z.object({
  /** http or https, without a user in it; null: none is called. */
  url: z.string().max(2048).refine(isPlainHttpUrl, 'is no http or https address without a user').nullable(),
  every_ms: z
    .int()
    .min(30 * 1_000)
    .max(DAY),
})
export type HeartbeatSettings = z.infer<typeof heartbeatSchema>

/** What an admin can change while the hub runs. */
export const settingsSchema = z.object({
  /** How often agents read and push, ms. */
  interval_ms: intervalSchema,
  /** Collectors all agents are asked to leave off; a host can have wishes of its own. */
  collectors: collectorWishesSchema,
  retention: retentionSchema,
  budget: budgetSchema,
  backups: backupScheduleSchema,
  heartbeat: heartbeatSchema,
})
export type Settings = z.infer<typeof settingsSchema>

export const getSettings = route({
  method: 'GET',
  path: '/api/settings',
  auth: 'session',
  summary: 'Settings in force',
  answer: settingsSchema,
})

export const putSettings = route({
  method: 'PUT',
  path: '/api/settings',
  auth: 'session',
  summary:
    'Change some settings, those left out stay; agents hear of interval and collectors with their next push',
  body: settingsSchema.partial(),
  answer: settingsSchema,
  faultCodes: { retention: 'retention_invalid' },
  problems: [
    'retention_invalid',
    'budget_too_small',
    'backup_directory_unusable',
    'backup_directory_hung',
    'storage_unreadable',
  ],
})

function isPlainHttpUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}
