import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'

interface RepeatedParts {
  log: Log
  /** What is said, with the fault, when it fails; it is tried again the next time. */
  whenFailed: string
  everyMs: number
  run: () => Promise<void>
}

/** Work done again and again, the time between counted from its end. */
export class Repeated {
  readonly #parts: RepeatedParts
  #timer: ReturnType<typeof setTimeout> | undefined
  #isStopped = false

  constructor(parts: RepeatedParts) {
    this.#parts = parts
  }

  /** The next turn is then, whenever it would have been. */
  start(afterMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#turn(), afterMs)
  }

  /** What is under way goes on. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  async #turn(): Promise<void> {
    const { log, whenFailed, everyMs, run } = this.#parts
    this.#timer = undefined
    try {
      await run()
    } catch (thrown) {
      log.warn(whenFailed, { error: errorMessage(thrown) })
    }
    if (!this.#isStopped && this.#timer === undefined) this.start(everyMs)
  }
}
