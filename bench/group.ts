import type { Figure } from './result.ts'
import type { AgentSettings, ProxmoxSettings, StorageSettings } from './settings.ts'

export interface BenchContext {
  /** One line of progress, to stderr. */
  say(line: string): void
  /** The checkout. */
  root: string
  /** Sizes and parts of the storage group. */
  storage: StorageSettings
  /** Length and rounds of the agent group. */
  agent: AgentSettings
  /** Rounds and length of the Proxmox group. */
  proxmox: ProxmoxSettings
}

/** Runs every measurement of one group. It starts and ends its own processes. */
export type BenchGroup = (context: BenchContext) => Promise<Figure[]>
