import { MINUTE } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { MachineLinks } from './machine-links.ts'

/** Agents tell what they are by themselves, so it is looked at now and then even where no guest is new. */
const EVERY_MS = MINUTE

/** Looks who could be who, one time after the other. */
export class MachineLinking {
  readonly #parts: { links: MachineLinks; clock: Clock; log: Log }
  #dueAt = Number.NEGATIVE_INFINITY
  #running: Promise<void> | undefined

  constructor(parts: { links: MachineLinks; clock: Clock; log: Log }) {
    this.#parts = parts
  }

  /** Something is known that was not. */
  begin(): void {
    this.#dueAt = Number.NEGATIVE_INFINITY
  }

  tick(): void {
    const now = this.#parts.clock.monotonic()
    if (now < this.#dueAt || this.#running !== undefined) return
    this.#dueAt = now + EVERY_MS
    this.#running = this.#run().finally(() => {
      this.#running = undefined
    })
  }

  async settled(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      await this.#parts.links.refresh()
    } catch (fault) {
      this.#parts.log.error('who runs where could not be written down', { fault: errorMessage(fault) })
    }
  }
}
