import type { Facts } from '@lumen/protocol/agent/facts'
import type { HostWishes } from './host-wishes.ts'

/** A registered host as control.db keeps it. */
export interface HostRecord {
  readonly id: number
  name: string
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
