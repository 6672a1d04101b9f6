import type { Facts } from '@lumen/protocol/agent/facts'
import type { HOST_KINDS } from '@lumen/protocol/http/hosts'
import type { HostWishes } from './host-wishes.ts'

export type HostKind = (typeof HOST_KINDS)[number]

/** A registered host as control.db keeps it. */
export interface HostRecord {
  readonly id: number
  name: string
  readonly kind: HostKind
  /** SHA-256 of the token; the token was answered once. */
  tokenHash: string
  readonly createdAt: number
  wishes: HostWishes
  /** In lower case, sorted, each once. */
  tags: readonly string[]
  /** What its agent told about itself; null before the first push. */
  protocol: 'native' | 'v1' | null
  agentVersion: string | null
  intervalMs: number | null
  facts: Facts | null
}

/** The part of a record that its agent tells. */
export type HostProfile = Pick<HostRecord, 'protocol' | 'agentVersion' | 'intervalMs' | 'facts'>
