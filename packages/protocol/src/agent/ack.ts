import { z } from 'zod'
import { policySchema } from './policy.ts'

export const refusedFrameSchema = z.object({ seq: z.int().nullable(), reason: z.string() })
export type RefusedFrame = z.infer<typeof refusedFrameSchema>

/** A newer build for an agent whose owner lets it update itself (`auto_update` of its facts), at the hub's
 * `/download/` + that name. */
export const updateOfferSchema = z.object({
  version: z.string().max(64),
  /** Of the build, hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(1),
})
export type UpdateOffer = z.infer<typeof updateOfferSchema>

/** The hub's answer to a push. Answered with 200, or with 422 inside a problem when it took none of the frames. */
export const ackSchema = z.object({
  /** Frames taken now. They are durable once `durable` covers them, within 75 s. */
  accepted: z.int().min(0),
  /** Frames taken before. */
  duplicate: z.int().min(0),
  rejected: z.array(refusedFrameSchema),
  /** Inclusive ranges of this stream's seqs that are on the hub's disk. */
  durable: z.array(z.tuple([z.int(), z.int()])),
  /** New at every start of the hub. */
  epoch: z.string(),
  /** The hub's clock when it answered, epoch ms. */
  time: z.int(),
  /** Ask to resend from this seq on, or null. */
  replay_from: z.int().nullable(),
  policy: policySchema,
  /** Left out where there is nothing newer, or nobody wants it. */
  update: updateOfferSchema.optional(),
})
export type Ack = z.infer<typeof ackSchema>
