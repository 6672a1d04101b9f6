import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { Tsdb } from '@lumen/tsdb/api'
import type { Check } from '../check.ts'
import { DERIVED_EVERY_MS } from './derived-every.ts'
import { derivedValues } from './derived-values.ts'

export interface DerivedWatchParts {
  tsdb: Tsdb
  clock: Clock
  log: Log
  /** What is to be worked out, for all hosts that talk. */
  checks(): Iterable<Check>
  /** What came of it. */
  take(check: Check, key: string, value: number): void
}

/** Works out numbers from history for every rule that wants them, each every five minutes, spread evenly, one at a time:
 * charts and ingest never wait for more than one such query. */
export class DerivedWatch {
  readonly #parts: DerivedWatchParts
  /** When the next is due, on the monotonic clock, by rule and host. */
  readonly #dueAt = new Map<string, number>()
  #isBusy = false
  #isFailing = false

  constructor(parts: DerivedWatchParts) {
    this.#parts = parts
  }

  /** Begins what is due; called every second. Resolves when that is done. */
  async sweep(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      for (const check of this.#due()) await this.#workOut(check)
    } finally {
      this.#isBusy = false
    }
  }

  #due(): Check[] {
    const now = this.#parts.clock.monotonic()
    const due: Check[] = []
    const named = new Set<string>()
    for (const check of this.#parts.checks()) {
      const name = `${check.rule.id} ${check.rule.changedAt} ${check.hostId}`
      named.add(name)
      const at = this.#dueAt.get(name)
      // The first of each is spread over the whole time, so that they never come in one heap.
      if (at === undefined) this.#dueAt.set(name, now + DERIVED_EVERY_MS * spread(check))
      if (at === undefined || at > now) continue
      this.#dueAt.set(name, now + DERIVED_EVERY_MS)
      due.push(check)
    }
    for (const name of this.#dueAt.keys()) if (!named.has(name)) this.#dueAt.delete(name)
    return due
  }

  async #workOut(check: Check): Promise<void> {
    const { tsdb, clock, log, take } = this.#parts
    try {
      for (const { key, value } of await derivedValues(tsdb, check, clock.now())) take(check, key, value)
      this.#isFailing = false
    } catch (fault) {
      if (!this.#isFailing) log.warn('history for alert rules not read', { fault: errorMessage(fault) })
      this.#isFailing = true
    }
  }
}

/** 0 to below 1, the same for the same rule and host. */
function spread({ rule, hostId }: Check): number {
  return (((hostId ?? 0) * 61 + rule.id * 17) % 100) / 100
}
