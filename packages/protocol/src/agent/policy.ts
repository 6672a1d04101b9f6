import { z } from 'zod'

/** What the hub asks of an agent. It can ask for less than the machine's owner allowed, never for more. */
export const policySchema = z.object({
  /** Rises whenever the policy changes. */
  rev: z.int().min(0),
  interval_ms: z.int().min(1_000).max(300_000),
  collectors: z.record(z.string().max(64), z.string().max(64)),
})
export type Policy = z.infer<typeof policySchema>
