import { z } from 'zod'
import { agentEventSchema } from './events.ts'
import { factsSchema } from './facts.ts'
import { frameSchema, type WireFrame } from './frame.ts'
import { MAX_EVENTS_PER_PUSH, MAX_FRAMES_PER_PUSH } from './limits.ts'

export { MAX_FRAMES_PER_PUSH, MAX_PUSH_BYTES, PUSH_PATH } from './limits.ts'

/** Everything of a push but its frames, which are checked one by one with `decodeFrame`. */
export const pushEnvelopeSchema = z.object({
  protocol: z.int().min(1),
  agent: z.object({
    version: z.string().max(64),
    /** Random id of the agent's run of sequence numbers. */
    stream: z.string().min(1).max(64),
    /** The kernel's boot id. */
    boot: z.string().max(64).optional(),
    /** The agent's own idea of the time, epoch ms; only to show how wrong its clock is. */
    sent_at: z.number(),
  }),
  facts: factsSchema.optional(),
  events: z.array(agentEventSchema).max(MAX_EVENTS_PER_PUSH).optional(),
  frames: z.array(z.unknown()).max(MAX_FRAMES_PER_PUSH),
})
export type PushEnvelope = z.infer<typeof pushEnvelopeSchema>

/** The whole body, for the OpenAPI document and the schema hash. */
export const pushSchema = pushEnvelopeSchema.extend({ frames: z.array(frameSchema).max(MAX_FRAMES_PER_PUSH) })

/** A push as an agent writes it. */
export type Push = Omit<PushEnvelope, 'frames'> & { frames: WireFrame[] }
