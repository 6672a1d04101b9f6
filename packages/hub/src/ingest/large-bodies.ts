import { Turnstile } from '@lumen/std/turnstile'
import { ByteBudget } from '../body/byte-budget.ts'
import { tooMany } from '../refusal.ts'

const RETRY_AFTER_S = 2

export interface LargeBodiesOptions {
  atOnce: number
  waiting: number
  /** Of bodies in line and under way, as they came. */
  bytes: number
  /** After so many decoded bytes what is left of them in memory is cleared away. */
  sweepEveryBytes: number
  sweep(): void
}

/** The line of large pushes: decoded they take ten times their size and parsed ten times that, so few are at once and the
 * others wait as they came. Frames live a moment too long for a collector of young objects: without a sweep now and then the
 * backlog of a fleet leaves 100 MB of them before the collector looks at old ones. */
export class LargeBodies {
  readonly #turnstile: Turnstile
  readonly #budget: ByteBudget
  readonly #options: LargeBodiesOptions
  #unsweptBytes = 0

  constructor(options: LargeBodiesOptions) {
    const { atOnce, waiting, bytes } = options
    this.#turnstile = new Turnstile({ atOnce, waiting })
    this.#budget = new ByteBudget(bytes)
    this.#options = options
  }

  /** Decodes a body and runs `work` on it when it is its turn.
   * @throws {Refusal} 429 `push_rate` when too many wait already */
  async run<T>(
    { length: bytes }: Uint8Array,
    decode: () => Uint8Array,
    work: (decoded: Uint8Array) => Promise<T>,
  ): Promise<T> {
    if (this.#turnstile.isFull || !this.#budget.take(bytes)) {
      throw tooMany('push_rate', 'Too many large pushes wait already', RETRY_AFTER_S)
    }
    try {
      return await this.#turnstile.run(() => {
        const decoded = decode()
        this.#unsweptBytes += decoded.length
        return work(decoded)
      })
    } finally {
      this.#budget.give(bytes)
      if (this.#unsweptBytes >= this.#options.sweepEveryBytes) {
        this.#unsweptBytes = 0
        this.#options.sweep()
      }
    }
  }
}
