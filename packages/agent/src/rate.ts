/** Growth of one row's counters since its last reading. */
export interface Growth {
  /** How much each counter grew, in its own unit. */
  by: readonly number[]
  elapsedMs: number
}

interface Baseline {
  counters: readonly number[]
  at: number
  round: number
}

/** Turns rising counters into growth. The first reading of a row is its baseline and has no growth; nor has one
 * where any counter went back (device replaced, counter reset): that is the new baseline, so the result is never
 * negative and never a spike. Time is monotonic milliseconds. Rows not read in a round are forgotten, so that a
 * device which went and came starts anew. */
export class GrowthBook {
  #rows = new Map<string, Baseline>()
  #round = 0

  /** Growth of the row, or undefined when there is no baseline to compare with. */
  read(key: string, counters: readonly number[], at: number): Growth | undefined {
    const last = this.#rows.get(key)
    this.#rows.set(key, { counters, at, round: this.#round })
    return last === undefined ? undefined : growthSince(last, counters, at)
  }

  /** Whether the row was read in the last round: no growth then means that its counters began anew. */
  has(key: string): boolean {
    return this.#rows.has(key)
  }

  /** Ends a round of reading: rows that were not read in it lose their baseline. */
  endRound(): void {
    for (const [key, row] of this.#rows) if (row.round !== this.#round) this.#rows.delete(key)
    this.#round += 1
  }
}

/** The counters of one row of a {@link GrowthBook} by themselves, for who keeps its rows and numbers its rounds: without
 * looking the row up each time. */
export class Growing {
  #last: Baseline | undefined

  /** @param round one more with each round; one that was left out begins a new baseline */
  read(counters: readonly number[], at: number, round: number): Growth | undefined {
    const last = this.#last
    this.#last = { counters, at, round }
    return last === undefined || round - last.round > 1 ? undefined : growthSince(last, counters, at)
  }
}

function growthSince(last: Baseline, counters: readonly number[], at: number): Growth | undefined {
  if (last.counters.length !== counters.length || !(at > last.at)) return undefined
  const by: number[] = []
  for (let i = 0; i < counters.length; i += 1) {
    const grown = counters[i]! - last.counters[i]!
    if (!(grown >= 0)) return undefined
    by.push(grown)
  }
  return { by, elapsedMs: at - last.at }
}

/** Growth per second. */
export function perSecond(grown: number, elapsedMs: number): number {
  return (grown * 1_000) / elapsedMs
}
