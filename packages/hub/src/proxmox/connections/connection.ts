import { randomUUID } from 'node:crypto'
import {
  PROXMOX_PORTS,
  type ProxmoxKind,
  type ProxmoxSpec,
  proxmoxSpecSchema,
} from '@lumen/protocol/http/proxmox/connections'
import type { Clock } from '@lumen/std/clock'
import type { sleep } from '@lumen/std/sleep'
import { z } from 'zod'
import { type Address, parseAddress } from '../client/address.ts'
import { ApiClient, type Introduction } from '../client/api-client.ts'
import type { Answer } from '../client/call.ts'
import { PVE } from '../client/pve-calls.ts'

/** A connection as control.db keeps it, without its secret. */
export interface Connection {
  readonly id: number
  readonly kind: ProxmoxKind
  readonly createdAt: number
  name: string
  spec: ProxmoxSpec
  /** Names its streams and what its secret was sealed for; never used twice. */
  readonly uid: string
}

export const storedSpecSchema = proxmoxSpecSchema.extend({ uid: z.string() })
export const newUid = () => randomUUID()

/** What of it the client needs. */
export function clientOf(
  { kind, spec }: Pick<Connection, 'kind' | 'spec'>,
  secret: string,
  clock: Clock,
  pause?: typeof sleep,
): ApiClient {
  return new ApiClient({
    addresses: addressesOf(kind, spec.addresses),
    trust: spec.trust,
    authorization: authorizationOf(kind, spec.token_id, secret),
    clock,
    ...(kind === 'pve' && { introduction: INTRODUCTION }),
    ...(pause !== undefined && { pause }),
  })
}

/** The cluster's status says which of its nodes answers. */
const INTRODUCTION: Introduction = {
  call: PVE.clusterStatus,
  nameOf(answer) {
    const rows = answer as Answer<typeof PVE.clusterStatus>
    return rows.find(({ type, local }) => type === 'node' && local === true)?.name
  },
}

export function addressesOf(kind: ProxmoxKind, texts: readonly string[]): Address[] {
  return texts.flatMap((text) => parseAddress(text, PROXMOX_PORTS[kind]) ?? [])
}

/** Proxmox VE writes `=` before the secret, Backup Server a colon. */
function authorizationOf(kind: ProxmoxKind, tokenId: string, secret: string): string {
  return kind === 'pve' ? `PVEAPIToken=${tokenId}=${secret}` : `PBSAPIToken=${tokenId}:${secret}`
}
