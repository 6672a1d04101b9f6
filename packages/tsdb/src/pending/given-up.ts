import { bucketStart, HOUR } from '@lumen/model/time'
import { IntervalSet } from '@lumen/std/interval-set'

/** Seqs of one stream that were taken and then given up, until they are seen again or too old to be taken.
 * Kept by the hour of their minutes: at most a retention's worth of sets. */
export class GivenUp {
  readonly #hours = new Map<number, IntervalSet>()

  add(minute: number, seqs: IntervalSet): void {
    const hour = bucketStart(minute, HOUR)
    const known = this.#hours.get(hour)
    if (known === undefined) this.#hours.set(hour, IntervalSet.from(seqs.ranges()))
    else known.addAll(seqs)
  }

  get isEmpty(): boolean {
    return this.#hours.size === 0
  }

  /** The lowest seq still missing from `seen`; null when none is. Forgets what is not missing any more, and hours
   * that ended before `keptFrom`. */
  lowest(seen: IntervalSet, keptFrom: number): number | null {
    let lowest: number | null = null
    for (const [hour, seqs] of this.#hours) {
      const missing = hour + HOUR <= keptFrom ? null : firstMissing(seqs, seen)
      if (missing === null) {
        this.#hours.delete(hour)
        continue
      }
      seqs.dropBelow(missing)
      lowest = Math.min(lowest ?? missing, missing)
    }
    return lowest
  }
}

function firstMissing(seqs: IntervalSet, seen: IntervalSet): number | null {
  for (const [from, to] of seqs.ranges()) {
    for (let seq = from; seq <= to; seq++) if (!seen.has(seq)) return seq
  }
  return null
}
