import { z } from 'zod'
import { integerText } from '../integer-text.ts'
import { route } from '../route.ts'

/** From the strongest on: a MAC address, the UUID of the firmware, an IP address, a name. */
export const EVIDENCE_KINDS = ['mac', 'uuid', 'address', 'name'] as const
export const evidenceSchema = z.object({ kind: z.enum(EVIDENCE_KINDS), value: z.string() })

/** A guest of a cluster, or one of its nodes. */
export const machineSchema = z.object({
  connection_id: z.int(),
  connection: z.string(),
  node: z.string(),
  /** Null: the node itself. */
  vmid: z.int().nullable(),
  kind: z.enum(['qemu', 'lxc', 'node']),
  name: z.string().nullable(),
})
export type Machine = z.infer<typeof machineSchema>

/** proposed: to be confirmed or refused · automatic: taken because a MAC address agrees · confirmed, refused: what a
 * person said. */
export const LINK_STATES = ['proposed', 'automatic', 'confirmed', 'refused'] as const

/** That a host's agent runs inside a guest, or on a node. */
export const machineLinkSchema = z.object({
  host: z.object({ id: z.int(), name: z.string() }),
  machine: machineSchema,
  state: z.enum(LINK_STATES),
  /** The strongest first; empty where a person said so without any. */
  evidence: z.array(evidenceSchema),
})
export type MachineLink = z.infer<typeof machineLinkSchema>

const pair = z.object({
  host_id: z.int(),
  connection_id: z.int(),
  /** One of the two. */
  vmid: z.int().nullable().default(null),
  node: z.string().nullable().default(null),
})

export const listMachineLinks = route({
  method: 'GET',
  path: '/api/machine-links',
  auth: 'session',
  summary: 'Which agents run inside which guests and on which nodes: proposals first',
  query: z.object({ connection: integerText().optional(), host: integerText().optional() }),
  answer: z.object({ links: z.array(machineLinkSchema) }),
})

export const decideMachineLink = route({
  method: 'PUT',
  path: '/api/machine-links',
  auth: 'session',
  summary:
    'Say that an agent runs in a guest or on a node, or that it does not; what was said before about the two is replaced',
  body: pair.extend({ decision: z.enum(['confirmed', 'refused']) }),
  answer: z.object({ link: machineLinkSchema }),
  problems: ['host_unknown', 'host_without_agent', 'machine_unknown', 'machine_taken'],
})

export const undoMachineLink = route({
  method: 'POST',
  path: '/api/machine-links/undo',
  auth: 'session',
  summary: 'Take back what was said about the two: they are proposed anew if something speaks for it',
  body: pair,
  problems: ['link_unknown'],
})

/** The machine behind a host seen from both sides; part of a host's own page. */
export const hostLinkSchema = z.object({
  /** The guest or node this host's agent runs in; null: none is known. Of a node's host: the node. */
  machine: machineSchema.nullable(),
  state: z.enum(LINK_STATES).nullable(),
  /** The other side's host: of an agent's in a guest the one whose rows tell of the guest (the cluster, with the
   * guest's number as key), of an agent's on a node the node's, of a node's the agent's. */
  other_side: z
    .object({
      host: z.object({ id: z.int(), name: z.string() }),
      /** Of the other side's rows; `host` with key '' where the whole host is meant. */
      entity: z.enum(['host', 'guest']),
      key: z.string(),
    })
    .nullable(),
  /** What both say of the memory: `inside` is the agent's, which knows cache from use and is to be preferred. */
  memory: z.object({
    inside_used_bytes: z.number().nullable(),
    outside_used_bytes: z.number().nullable(),
    total_bytes: z.number().nullable(),
  }),
})
export type HostLink = z.infer<typeof hostLinkSchema>
