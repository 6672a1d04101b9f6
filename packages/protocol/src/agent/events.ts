import { z } from 'zod'

/** Lifecycle of an agent and its machine; they become the gap ledger.
 * start: the agent began a stream · stop: it was told to stop · boot: the machine started (at that moment) ·
 * resume: the machine slept (`asleep_ms`) · drop: frames were discarded (`frames`, `from`, `to`, `cause`) ·
 * outage: the hub did not answer (`from`, `to`, `reason`; only `reason` when the agent died before it ended) ·
 * spool: the agent's disk queue cannot be used, can be again, or was damaged (`state`, `reason`) ·
 * rivals: two agents use the host's token (noticed by the hub) · collector: one began or stopped failing ·
 * update: the agent replaces itself (`state` is started, done, failed or rolled-back; `from`, `to`, `reason`) ·
 * container: one changed (`container`, `id`, `change`, `from`, `to`; `change` is name, state, health, image, restarts or
 * started_at; `more` with a `count` stands for those left out) · unit: a unit of systemd failed or is no longer failed
 * (`unit`, `state`: failed or recovered; `change` `more` with a `count` as above). */
export const AGENT_EVENT_TYPES = [
  'start',
  'stop',
  'boot',
  'resume',
  'drop',
  'outage',
  'spool',
  'rivals',
  'collector',
  'update',
  'container',
  'unit',
] as const

const MAX_DETAILS = 32

export const agentEventSchema = z.object({
  at: z.int().min(0),
  /** One of AGENT_EVENT_TYPES, or a newer agent's word. */
  type: z.string().min(1).max(64),
  detail: z
    .record(z.string().max(64), z.union([z.string().max(1024), z.number(), z.boolean(), z.null()]))
    .refine((detail) => Object.keys(detail).length <= MAX_DETAILS, {
      message: `has more than ${MAX_DETAILS} members`,
    })
    .default({}),
})
export type AgentEvent = z.infer<typeof agentEventSchema>
