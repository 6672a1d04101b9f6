import { MINUTE, SECOND } from '@lumen/model/time'
import { Backoff } from '@lumen/std/backoff'
import type { Clock } from '@lumen/std/clock'
import { type ApiCall, fill } from './call.ts'
import type { Failure, Outcome } from './outcome.ts'

interface Hold {
  backoff: Backoff
  until: number
  after: Failure
}

/** Longest wait after a failure, by its kind: what a person has to mend is looked at now and then. */
const LONGEST_MS: Readonly<Partial<Record<Failure['kind'], number>>> = {
  'missing-right': 10 * MINUTE,
  'not-there': 60 * MINUTE,
}
const FIRST_MS: Readonly<Partial<Record<Failure['kind'], number>>> = {
  'missing-right': 2 * MINUTE,
  'not-there': 10 * MINUTE,
  'too-big': MINUTE,
}
const EVERYTHING = '*'
const MOST_HOLDS = 10_000

/** What failed and until when it is left alone: each call on each thing by itself (a guest without an agent, a node
 * that hangs), and everything where the token itself is not accepted. */
export class Holds {
  readonly #clock: Clock
  readonly #holds = new Map<string, Hold>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  of(call: ApiCall, params: Readonly<Record<string, string | number>>): Failure | undefined {
    const now = this.#clock.monotonic()
    for (const key of [EVERYTHING, keyOf(call, params)]) {
      const hold = this.#holds.get(key)
      if (hold !== undefined && now < hold.until) return { kind: 'held-back', after: hold.after }
    }
    return undefined
  }

  learn(call: ApiCall, params: Readonly<Record<string, string | number>>, outcome: Outcome<unknown>): void {
    const key = keyOf(call, params)
    // Addresses have a back-off of their own, and a halted connection asks nothing.
    if (outcome.kind === 'unreachable' || outcome.kind === 'wrong-certificate') return
    if (outcome.kind === 'ok') {
      this.#holds.delete(key)
      this.#holds.delete(EVERYTHING)
      return
    }
    this.#hold(outcome.kind === 'bad-token' ? EVERYTHING : key, outcome)
  }

  #hold(key: string, after: Failure): void {
    let hold = this.#holds.get(key)
    if (hold === undefined || hold.after.kind !== after.kind) {
      const firstMs = FIRST_MS[after.kind] ?? 20 * SECOND
      hold = {
        backoff: new Backoff({ firstMs, maxMs: LONGEST_MS[after.kind] ?? 5 * MINUTE }),
        until: 0,
        after,
      }
      if (this.#holds.size >= MOST_HOLDS) this.#forgetOldest()
      this.#holds.set(key, hold)
    }
    hold.after = after
    hold.until = this.#clock.monotonic() + hold.backoff.next()
  }

  #forgetOldest(): void {
    for (const key of this.#holds.keys()) {
      this.#holds.delete(key)
      return
    }
  }
}

const keyOf = (call: ApiCall, params: Readonly<Record<string, string | number>>) => fill(call.path, params)
