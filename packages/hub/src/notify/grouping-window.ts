import { SECOND } from '@lumen/model/time'

export interface GroupingLimits {
  /** Closed once nothing came for so long, ms. */
  quietMs: number
  /** And in any case after so long, ms. */
  mostMs: number
}

/** The hosts behind one switch go down within one another's interval and the time it takes to notice. Grave alerts wait
 * too: the first of a burst is the one that has to name the others. */
export const GROUPING: GroupingLimits = { quietMs: 10 * SECOND, mostMs: 30 * SECOND }

/** When what waits becomes a message. Times are monotonic ms. */
export class GroupingWindow {
  readonly #limits: GroupingLimits
  #firstAt: number | undefined
  #newestAt = 0

  constructor(limits: GroupingLimits) {
    this.#limits = limits
  }

  get isOpen(): boolean {
    return this.#firstAt !== undefined
  }

  /** Something more waits. */
  add(at: number): void {
    this.#firstAt ??= at
    this.#newestAt = at
  }

  isClosed(at: number): boolean {
    if (this.#firstAt === undefined) return false
    const { quietMs, mostMs } = this.#limits
    return at - this.#newestAt >= quietMs || at - this.#firstAt >= mostMs
  }

  /** What waited is a message now. @param isMore there is more; it has waited long enough */
  clear(isMore: boolean): void {
    if (!isMore) this.#firstAt = undefined
  }
}
