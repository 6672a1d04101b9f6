import { MINUTE } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { HostProfile, HostRecord } from './host-record.ts'
import type { HostRegistry } from './host-registry.ts'

/** Keeps what agents tell about themselves: in memory at once, on disk at most once a minute and host, so that
 * facts that flicker do not wear the disk. */
export class ProfileKeeper {
  readonly #parts: { registry: HostRegistry; clock: Clock; log: Log }
  readonly #unsaved = new Set<HostRecord>()
  readonly #savedAt = new Map<number, number>()
  /** A host's profile became another. */
  onChange: (hostId: number) => void = () => {}

  constructor(parts: { registry: HostRegistry; clock: Clock; log: Log }) {
    this.#parts = parts
  }

  learn(host: HostRecord, profile: HostProfile): void {
    if (
      host.protocol === profile.protocol &&
      host.agentVersion === profile.agentVersion &&
      host.intervalMs === profile.intervalMs &&
      (host.facts === profile.facts || JSON.stringify(host.facts) === JSON.stringify(profile.facts))
    ) {
      return
    }
    Object.assign(host, profile)
    this.#unsaved.add(host)
    this.onChange(host.id)
  }

  /** Writes what is due; `all` also what was written less than a minute ago. */
  async save(scope: 'due' | 'all' = 'due'): Promise<void> {
    const now = this.#parts.clock.monotonic()
    const due = [...this.#unsaved].filter(
      ({ id }) => scope === 'all' || now - (this.#savedAt.get(id) ?? Number.NEGATIVE_INFINITY) >= MINUTE,
    )
    for (const host of due) {
      this.#unsaved.delete(host)
      this.#savedAt.set(host.id, now)
    }
    try {
      await this.#parts.registry.saveProfiles(due)
    } catch (fault) {
      for (const host of due) this.#unsaved.add(host)
      this.#parts.log.warn('host profiles not saved', { fault: errorMessage(fault) })
    }
  }

  forget(host: HostRecord): void {
    this.#unsaved.delete(host)
    this.#savedAt.delete(host.id)
  }
}
