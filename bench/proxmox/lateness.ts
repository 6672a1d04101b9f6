import { SECOND } from '@lumen/model/time'
import type { HubClient } from '@lumen/testkit/hub-client'
import { quantile } from '../result.ts'

/** How late the newest reading of each agent's host is, beyond the interval it pushes at. */
export class Lateness {
  readonly #admin: HubClient
  readonly #intervalMs: number
  #lateMs: number[] = []

  constructor(admin: HubClient, intervalMs: number) {
    this.#admin = admin
    this.#intervalMs = intervalMs
  }

  async look(): Promise<void> {
    const hosts = await this.#admin.hosts()
    const now = Date.now()
    for (const { kind, now: newest } of hosts)
      if (kind === 'agent') this.#lateMs.push(Math.max(0, now - (newest?.ts ?? 0) - this.#intervalMs))
  }

  /** The 99th percentile since the last time, s; null of nothing. */
  take(): number | null {
    const p99 = quantile(this.#lateMs, 0.99)
    this.#lateMs = []
    return p99 === null ? null : p99 / SECOND
  }
}
