import { z } from 'zod'
import { TIERS } from './query.ts'
import { route } from './route.ts'
import { budgetSchema, retentionSchema } from './settings.ts'

const tier = z.enum(TIERS)
const range = z.object({ from: z.int(), to: z.int() })

export const storageSchema = z.object({
  tiers: z.array(z.object({ tier, bytes: z.int(), from: z.int().nullable(), to: z.int().nullable() })),
  /** Where each tier has data, by entity. */
  coverage: z.array(
    z.object({
      entity: z.string(),
      tier,
      ranges: z.array(range),
      bytes: z.int(),
      rows: z.int(),
    }),
  ),
  /** What each UTC day wrote to disk, oldest first. `day` is its start. */
  wear: z.array(z.object({ day: z.int(), tier, bytes: z.int(), commits: z.int(), fsyncs: z.int() })),
  budget: budgetSchema.extend({
    used_bytes: z.int(),
    free_bytes: z.int(),
    /** The furthest step of giving up in force: `containers`, `devices`, `oldest-days`; null: none. */
    stage: z.enum(['containers', 'devices', 'oldest-days']).nullable(),
    /** What was given up so far, one sentence each. */
    given: z.array(z.string()),
  }),
  health: z.object({
    /** Why nothing reaches the disk at present; null when all is well. */
    fault: z.string().nullable(),
    /** Why days could not be sealed or files merged; null when nothing was left. */
    compact_fault: z.string().nullable(),
    /** The hub’s clock jumped ahead by more than a day: nothing is deleted by it before it has stayed there for a day. */
    is_deleting_held: z.boolean(),
    /** What was found wrong on disk and what was done, one sentence each. */
    repairs: z.array(z.string()),
    /** Damaged files that were set aside. */
    quarantine: z.array(z.object({ file: z.string(), reason: z.string() })),
    pending_frames: z.int(),
    given_up_frames: z.int(),
    too_old_frames: z.int(),
    last_flush_at: z.int().nullable(),
  }),
})
export type StorageAnswer = z.infer<typeof storageSchema>

export const getStorage = route({
  method: 'GET',
  path: '/api/storage',
  auth: 'session',
  summary: 'What the store holds, writes and found wrong',
  answer: storageSchema,
  problems: ['storage_unreadable'],
})

export const forecastSchema = z.object({
  tiers: z.array(z.object({ tier, bytes_now: z.int(), bytes: z.int() })),
  /** The cold tier once it is full, by entity. */
  entities: z.array(z.object({ entity: z.string(), bytes_per_day: z.int(), bytes: z.int() })),
  /** What saving would delete at once. `entity` null: all of the tier. */
  deletes: z.array(
    z.object({ tier, entity: z.string().nullable(), from: z.int(), to: z.int(), bytes: z.int() }),
  ),
  /** What the figures rest on: this many hosts and days of this hub's own data. */
  basis: z.object({ hosts: z.int(), days: z.number() }),
})
export type Forecast = z.infer<typeof forecastSchema>

export const forecastRetention = route({
  method: 'POST',
  path: '/api/storage/forecast',
  auth: 'session',
  summary: 'What a retention would cost and delete, from this hub’s own data; changes nothing',
  body: z.object({ retention: retentionSchema, budget: budgetSchema.optional() }),
  answer: forecastSchema,
  faultCodes: { retention: 'retention_invalid' },
  problems: ['retention_invalid', 'storage_unreadable'],
})
