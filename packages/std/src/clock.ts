/** Time as a dependency: everything that reads the clock or waits takes one of these. */
export interface Clock {
  /** Wall-clock time, epoch milliseconds. May step when the machine's clock is set. */
  now(): number
  /** Milliseconds from an arbitrary origin; never steps back while the process lives. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}
