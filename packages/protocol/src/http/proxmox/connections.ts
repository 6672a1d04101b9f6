import { z } from 'zod'
import { hostNameSchema } from '../hosts.ts'
import { integerText } from '../integer-text.ts'
import { route } from '../route.ts'
import { shownCertificateSchema } from './certificate.ts'
import { trustSchema } from './trust.ts'

/** pve: a cluster or a single node · pbs: a backup server. */
export const PROXMOX_KINDS = ['pve', 'pbs'] as const
export const proxmoxKindSchema = z.enum(PROXMOX_KINDS)
export type ProxmoxKind = z.infer<typeof proxmoxKindSchema>

/** Ports where nothing else is said. */
export const PROXMOX_PORTS: Readonly<Record<ProxmoxKind, number>> = { pve: 8006, pbs: 8007 }

/** Name or IP address, with a port where it is not the usual one; IPv6 in brackets. */
export const proxmoxAddressSchema = z
  .string()
  .trim()
  .max(260)
  .regex(/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)(:\d{1,5})?$/, {
    message: 'is no address: a name or IP address, with a port if need be',
  })

const addressesSchema = z.array(proxmoxAddressSchema).min(1).max(32)

export const tokenIdSchema = z
  .string()
  .trim()
  .max(256)
  .regex(/^[^\s:/!=]+@[A-Za-z][A-Za-z0-9._-]*![A-Za-z][A-Za-z0-9._-]*$/, {
    message: 'is no token: USER@REALM!NAME, as in lumen@pve!hub',
  })

/** Goes into a header as it is. */
const secretSchema = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,256}$/, { message: 'is no secret of a token' })

export const proxmoxSpecSchema = z.object({
  /** Of one cluster; the next is asked when one does not answer. */
  addresses: addressesSchema,
  token_id: tokenIdSchema,
  trust: trustSchema,
  /** Disks are asked for health and wear each hour, which wakes those that sleep; not unless said. */
  smart: z.boolean().optional(),
})
export type ProxmoxSpec = z.output<typeof proxmoxSpecSchema>

export const proxmoxInputSchema = proxmoxSpecSchema.extend({
  name: hostNameSchema,
  kind: proxmoxKindSchema,
  secret: secretSchema,
})
export type ProxmoxInput = z.output<typeof proxmoxInputSchema>

/** A right the token does not have, and what is not shown without it. */
export const missingRightSchema = z.object({
  path: z.string(),
  privilege: z.string(),
  lost: z.string(),
  /** All else works without it: a hint, which does not make the connection limited. */
  is_extra: z.boolean().optional(),
})
export type MissingRight = z.infer<typeof missingRightSchema>

/** A certificate that was shown in place of the one that is trusted. Nothing was sent. */
export const wrongCertificateSchema = z.object({
  address: z.string(),
  /** In words. */
  why: z.string(),
  /** SHA-256 of what was trusted; empty where an authority is. */
  trusted: z.array(z.string()),
  shown: shownCertificateSchema.nullable(),
})
export type WrongCertificate = z.infer<typeof wrongCertificateSchema>

/** starting: nothing was heard yet · up: it answers · limited: it answers, not everything may be seen · failing: it
 * does not answer, or not what it should · halted: it showed another certificate, nothing is asked until a person has
 * confirmed it · sealed: its secret cannot be read with this data directory's key. */
export const CONNECTION_STATES = ['starting', 'up', 'limited', 'failing', 'halted', 'sealed'] as const

/** History that is being taken over. */
export const importProgressSchema = z.object({
  /** Archives of nodes, guests and storages. */
  done: z.int(),
  total: z.int(),
  /** Why it waits, in words; null when it does not. */
  fault: z.string().nullable(),
})
export type ImportProgress = z.infer<typeof importProgressSchema>

export const connectionStateSchema = z.object({
  state: z.enum(CONNECTION_STATES),
  /** What is wrong, in words; null when nothing is. */
  fault: z.string().nullable(),
  certificate: wrongCertificateSchema.nullable(),
  /** When it last answered, epoch ms. */
  last_ok: z.int().nullable(),
  /** The address that is asked at present. */
  address: z.string().nullable(),
  version: z.string().nullable(),
  /** Its clock less the hub's, ms. */
  clock_offset_ms: z.int().nullable(),
  /** Requests sent in the last minute. */
  requests_per_minute: z.int(),
  missing_rights: z.array(missingRightSchema),
  /** Calls that fail at present, in words. */
  faults: z.array(z.string()),
  /** Null when none is under way. */
  import: importProgressSchema.nullable(),
})
export type ConnectionState = z.infer<typeof connectionStateSchema>

export const connectionSchema = z.object({
  id: z.int(),
  name: z.string(),
  kind: proxmoxKindSchema,
  ...proxmoxSpecSchema.shape,
  created_at: z.int(),
  ...connectionStateSchema.shape,
})
export type ProxmoxConnection = z.output<typeof connectionSchema>

const idParams = z.object({ id: integerText() })
const connectionAnswer = z.object({ connection: connectionSchema })

export const listProxmox = route({
  method: 'GET',
  path: '/api/proxmox',
  auth: 'session',
  summary: 'Connections to Proxmox clusters and backup servers, and how they fare',
  answer: z.object({ connections: z.array(connectionSchema) }),
})

export const createProxmox = route({
  method: 'POST',
  path: '/api/proxmox',
  auth: 'session',
  summary: 'Connect a cluster or backup server; the secret is kept sealed and never answered',
  body: proxmoxInputSchema,
  answer: connectionAnswer,
  problems: ['connection_name_taken'],
})

export const changeProxmox = route({
  method: 'PATCH',
  path: '/api/proxmox/:id',
  auth: 'session',
  summary:
    'Change a connection; what is left out stays. A new address needs the secret again. Trust given anew is how a changed certificate is confirmed',
  params: idParams,
  body: proxmoxInputSchema.omit({ kind: true }).partial(),
  answer: connectionAnswer,
  problems: ['connection_unknown', 'connection_name_taken', 'secret_needed'],
})

export const deleteProxmox = route({
  method: 'DELETE',
  path: '/api/proxmox/:id',
  auth: 'session',
  summary:
    'End a connection and forget its secret; its nodes stay as hosts with their history, or go with it (history=delete)',
  params: idParams,
  query: z.object({ history: z.enum(['keep', 'delete']).default('keep') }),
  problems: ['connection_unknown'],
})

export const proxmoxTestSchema = z.object({
  ok: z.boolean(),
  /** What is wrong, in words; null when nothing is. */
  fault: z.string().nullable(),
  certificate: wrongCertificateSchema.nullable(),
  address: z.string().nullable(),
  version: z.string().nullable(),
  clock_offset_ms: z.int().nullable(),
  missing_rights: z.array(missingRightSchema),
  /** What it would show; null where it may not be seen, or is not kept there. */
  nodes: z.int().nullable(),
  guests: z.int().nullable(),
  datastores: z.int().nullable(),
  /** Whether it keeps points of ten seconds; null when that is not known. */
  has_history: z.boolean().nullable(),
})
export type ProxmoxTest = z.infer<typeof proxmoxTestSchema>

export const testProxmox = route({
  method: 'POST',
  path: '/api/proxmox/test',
  auth: 'session',
  summary:
    'Try a connection without saving it: reach it, check its certificate, name each right the token lacks',
  body: proxmoxInputSchema.omit({ name: true }),
  answer: proxmoxTestSchema,
})

export const testSavedProxmox = route({
  method: 'POST',
  path: '/api/proxmox/:id/test',
  auth: 'session',
  summary: 'Try a saved connection as it is',
  params: idParams,
  answer: proxmoxTestSchema,
  problems: ['connection_unknown', 'secret_unreadable'],
})

export const probeProxmox = route({
  method: 'POST',
  path: '/api/proxmox/fingerprint',
  auth: 'session',
  summary: 'Which certificate each address shows; connects and sends nothing',
  body: z.object({ kind: proxmoxKindSchema, addresses: addressesSchema }),
  answer: z.object({
    probes: z.array(
      z.object({
        address: z.string(),
        certificate: shownCertificateSchema.nullable(),
        /** Why there is none, in words. */
        fault: z.string().nullable(),
      }),
    ),
  }),
})

export const proxmoxCommands = route({
  method: 'GET',
  path: '/api/proxmox/commands',
  auth: 'session',
  summary: 'What to run on Proxmox to make a token that may only look, and to see its certificate',
  answer: z.object({
    pve: z.object({ token: z.array(z.string()), authority: z.string(), fingerprint: z.string() }),
    pbs: z.object({ token: z.array(z.string()), fingerprint: z.string() }),
  }),
})
