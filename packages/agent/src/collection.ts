import type { WireReadings } from '@lumen/protocol/agent/frame'
import { errorMessage } from '@lumen/std/error'
import { removeUnbelievable } from './believable.ts'
import type { Collector, Readings } from './collectors/collector.ts'

/** A collector began or stopped failing. */
export interface FaultChange {
  collector: string
  /** null when it works again. */
  fault: string | null
}

/** Runs collectors one after the other; one that throws adds nothing of its own and does not stop the rest. */
export class Collection {
  readonly #collectors: readonly Collector[]
  readonly #faults = new Map<string, string>()
  readonly #isOff: (collector: Collector) => boolean
  #faultCount = 0
  #unbelievableCount = 0

  /** @param isOff asked in each round */
  constructor(collectors: readonly Collector[], isOff: (collector: Collector) => boolean = () => false) {
    this.#collectors = collectors
    this.#isOff = isOff
  }

  /** @param at monotonic milliseconds */
  collect(at: number): { readings: WireReadings; changes: FaultChange[] } {
    const readings: Readings = { host: {} }
    const changes: FaultChange[] = []
    for (const collector of this.#collectors) {
      const { name } = collector
      try {
        if (!this.#isOff(collector)) collector.collect(readings, at)
        if (this.#faults.delete(name)) changes.push({ collector: name, fault: null })
      } catch (error) {
        const fault = errorMessage(error).slice(0, 256)
        this.#faultCount += 1
        if (!this.#faults.has(name)) changes.push({ collector: name, fault })
        this.#faults.set(name, fault)
      }
    }
    this.#unbelievableCount += removeUnbelievable(readings)
    return { readings, changes }
  }

  /** Collectors that failed in the last round, by name, with the reason. */
  get faults(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#faults)
  }

  /** Failed readings since the start. */
  get faultCount(): number {
    return this.#faultCount
  }

  /** Values taken out because no hub would believe them, since the start. */
  get unbelievableCount(): number {
    return this.#unbelievableCount
  }
}
