import { z } from 'zod'
import { COLLECTOR_SWITCHES, COLLECTOR_WISHES } from './collector-switches.ts'

/** Time between readings, ms. */
export const intervalSchema = z.int().min(1_000).max(300_000)

/** What a hub asks of collectors; what is not named is `auto`. */
export const collectorWishesSchema = z.partialRecord(z.enum(COLLECTOR_SWITCHES), z.enum(COLLECTOR_WISHES))
export type CollectorWishes = z.infer<typeof collectorWishesSchema>

/** What the hub asks of an agent. It can ask for less than the machine's owner allowed, never for more. */
export const policySchema = z.object({
  /** Rises whenever the policy changes. */
  rev: z.int().min(0),
  interval_ms: intervalSchema,
  collectors: z.record(z.string().max(64), z.string().max(64)),
})
export type Policy = z.infer<typeof policySchema>
