import { z } from 'zod'
import { factsSchema } from '../agent/facts.ts'
import { collectorWishesSchema, intervalSchema } from '../agent/policy.ts'
import { tagSchema } from './alerts/scope.ts'
import { integerText } from './integer-text.ts'
import { hostLinkSchema } from './proxmox/machine-links.ts'
import { route } from './route.ts'

/** waiting: never pushed · up · stale: late by a few intervals · down: silent for longer, or stopped. */
export const HOST_STATES = ['waiting', 'up', 'stale', 'down'] as const

/** agent: a machine that pushes · proxmox-node: one the hub asks its cluster about · proxmox-cluster: what a Proxmox
 * cluster has in common: its guests and shared storages. */
export const HOST_KINDS = ['agent', 'proxmox-node', 'proxmox-cluster'] as const

export const hostNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  // names are printed in terminals and tables: no escapes, no line breaks, nothing that turns text around, and no
  // half characters, which the disk would not give back as they were
  .regex(
    /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+$/u,
    'no control characters or half characters',
  )

const number = z.number().nullable()

/** The few numbers the fleet page shows of a host, in catalogue units; null = unknown. */
export const hostNowSchema = z.object({
  ts: z.int(),
  cpu_pct: number,
  mem_pct: number,
  mem_used_bytes: number,
  mem_total_bytes: number,
  swap_pct: number,
  disk_pct: number,
  net_rx_bytes_per_s: number,
  net_tx_bytes_per_s: number,
  temp_celsius: number,
  load1: number,
  uptime_s: number,
})
export type HostNow = z.infer<typeof hostNowSchema>

/** What a host's agent is asked for. What it permits and what is in force it tells itself: `facts.collectors`. */
export const hostPolicySchema = z.object({
  /** Fleet and host together. */
  interval_ms: intervalSchema,
  collectors: collectorWishesSchema,
  /** Set for this host alone; null: the fleet's. */
  own_interval_ms: intervalSchema.nullable(),
  own_collectors: collectorWishesSchema.nullable(),
})
export type HostPolicy = z.infer<typeof hostPolicySchema>

/** What a Proxmox cluster has, counted. */
export const clusterCountsSchema = z.object({
  nodes_online: z.int(),
  nodes_total: z.int(),
  guests_running: z.int(),
  /** Without templates. */
  guests_total: z.int(),
  /** Null: not known. */
  is_quorate: z.boolean().nullable(),
})
export type ClusterCounts = z.infer<typeof clusterCountsSchema>

/** A host as lists show it. */
export const hostSummarySchema = z.object({
  id: z.int(),
  name: z.string(),
  kind: z.enum(HOST_KINDS),
  state: z.enum(HOST_STATES),
  /** Why it is in this state, in words; null when up. */
  reason: z.string().nullable(),
  /** When the hub last received anything from it, epoch ms. */
  last_seen: z.int().nullable(),
  created_at: z.int(),
  /** What people group it by: in lower case, sorted. */
  tags: z.array(z.string()),
  /** Alerts of it that fire now, by level. */
  firing: z.object({ warning: z.int(), critical: z.int() }),
  /** Which agent talks for it; null before the first push. `v1` is the older Go agent. */
  protocol: z.enum(['native', 'v1']).nullable(),
  agent_version: z.string().nullable(),
  /** Its agent is older than this hub. */
  outdated: z.boolean(),
  /** Of its newest reading. */
  interval_ms: z.int(),
  policy: hostPolicySchema,
  /** What the agent's own clock is off by, ms (positive: ahead), or null when unknown. */
  clock_offset_ms: z.int().nullable(),
  facts: factsSchema.nullable(),
  /** Newest numbers from the RAM tier; null when it has none. */
  now: hostNowSchema.nullable(),
  /** CPU of the last 15 minutes in 30 buckets of 30 s, oldest first, null = unknown. */
  spark: z.array(number),
  /** Of a `proxmox-cluster` that is connected and was read; null for all others. */
  cluster: clusterCountsSchema.nullable(),
})
export type HostSummary = z.infer<typeof hostSummarySchema>

const hostIdParams = z.object({ id: integerText() })
const tokenAnswer = z.object({ host: hostSummarySchema, token: z.string() })

export const listHosts = route({
  method: 'GET',
  path: '/api/hosts',
  auth: 'session',
  summary: 'All hosts with state and newest numbers',
  answer: z.object({ hosts: z.array(hostSummarySchema) }),
})

export const createHost = route({
  method: 'POST',
  path: '/api/hosts',
  auth: 'session',
  summary: 'Register a host; the token is answered this once',
  body: z.object({ name: hostNameSchema }),
  answer: tokenAnswer,
  problems: ['host_name_taken'],
})

export const getHost = route({
  method: 'GET',
  path: '/api/hosts/:id',
  auth: 'session',
  summary: 'One host',
  params: hostIdParams,
  answer: z.object({
    host: hostSummarySchema,
    /** Run on the host as root; null when its agent is not outdated or this hub has no build for Linux. */
    update_command: z.string().nullable(),
    /** The same machine seen from its hypervisor, or by its own agent; null where only one of them is known. */
    link: hostLinkSchema.nullable(),
  }),
  problems: ['host_unknown'],
})

export const changeHost = route({
  method: 'PATCH',
  path: '/api/hosts/:id',
  auth: 'session',
  summary:
    'Rename or tag a host, or ask its agent for another interval or fewer collectors than the fleet (null: as the fleet); what is left out stays',
  params: hostIdParams,
  body: z.object({
    name: hostNameSchema.optional(),
    /** All it shall have. */
    tags: z.array(tagSchema).max(32).optional(),
    interval_ms: intervalSchema.nullable().optional(),
    collectors: collectorWishesSchema.nullable().optional(),
  }),
  answer: z.object({ host: hostSummarySchema }),
  problems: ['host_unknown', 'host_name_taken'],
})

export const deleteHost = route({
  method: 'DELETE',
  path: '/api/hosts/:id',
  auth: 'session',
  summary: 'Delete a host, its token and its history',
  params: hostIdParams,
  problems: ['host_unknown'],
})

export const rotateToken = route({
  method: 'POST',
  path: '/api/hosts/:id/rotate',
  auth: 'session',
  summary: 'Give a host a new token; the old one ends at once',
  params: hostIdParams,
  answer: tokenAnswer,
  problems: ['host_unknown', 'host_without_agent'],
})
