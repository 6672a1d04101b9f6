/** Lets others work in between: pushes must not wait for what somebody tries in an editor. */
export class Breath {
  readonly #signal: AbortSignal
  #since = performance.now()

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** Returns at once until the thread was busy for some milliseconds, then after everything that waits.
   * @throws the signal's reason, once nobody waits for the answer */
  async pause(): Promise<void> {
    this.#signal.throwIfAborted()
    if (performance.now() - this.#since < MOST_BUSY_MS) return
    await new Promise<void>((resolve) => setImmediate(resolve))
    this.#since = performance.now()
    this.#signal.throwIfAborted()
  }
}

const MOST_BUSY_MS = 8
