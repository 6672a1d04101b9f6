import { z } from 'zod'

/** RFC 9457 problem, the body of every error answer. `code` is stable; texts are for people. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Seconds to wait, where waiting helps. */
  retry_after_s: z.int().optional(),
})
export type Problem = z.infer<typeof problemSchema>
