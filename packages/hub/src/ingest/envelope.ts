import { MAX_FRAMES_PER_PUSH, type PushEnvelope, pushEnvelopeSchema } from '@lumen/protocol/agent/push'
import { type FieldFault, faultsOf } from '../field-fault.ts'
import { Refusal } from '../refusal.ts'

export interface ParsedEnvelope {
  envelope: PushEnvelope
  /** What was wrong with facts and events; those parts are left out, the frames stay. */
  faults: FieldFault[]
}

const core = pushEnvelopeSchema.pick({ protocol: true, agent: true, frames: true })
const { facts: factsPart, events: eventsPart } = pushEnvelopeSchema.shape

/** Checks everything of a push but its frames. Bad facts or events cost only themselves.
 * @throws {Refusal} 400 `push_malformed` naming the field, 413 `too_many_frames` */
export function parseEnvelope(body: unknown): ParsedEnvelope {
  const whole = pushEnvelopeSchema.safeParse(body)
  if (whole.success) return { envelope: whole.data, faults: [] }
  const frames = body !== null && typeof body === 'object' && 'frames' in body ? body.frames : undefined
  if (Array.isArray(frames) && frames.length > MAX_FRAMES_PER_PUSH) {
    const message = `has ${frames.length} frames, the limit is ${MAX_FRAMES_PER_PUSH}`
    throw new Refusal(413, 'too_many_frames', `The push ${message}`, {
      errors: [{ path: 'frames', message }],
    })
  }
  const needed = core.safeParse(body)
  if (!needed.success) {
    const errors = faultsOf(needed.error)
    const first = errors[0]
    throw new Refusal(400, 'push_malformed', `The push is malformed: ${first?.path} ${first?.message}`, {
      errors,
    })
  }
  const optional = body as { facts?: unknown; events?: unknown }
  const facts = factsPart.safeParse(optional.facts)
  const events = eventsPart.safeParse(optional.events)
  return {
    envelope: {
      ...needed.data,
      ...(facts.data === undefined ? {} : { facts: facts.data }),
      ...(events.data === undefined ? {} : { events: events.data }),
    },
    faults: [
      ...(facts.success ? [] : faultsOf(facts.error, 'facts')),
      ...(events.success ? [] : faultsOf(events.error, 'events')),
    ],
  }
}
