/** How far apart two readings of a counter may lie and still say something about the time between, s. */
const LONGEST_S = 120
/** How much the start of a run may seem to move: uptimes are whole seconds and read at slightly different times. */
const SAME_RUN_S = 20
/** What has not been read for so long is gone, s. */
const FORGET_S = 3_600

interface Seen {
  startedAtS: number | null
  readonly last: Map<string, { atS: number; value: number }>
  atS: number
}

/** Bytes a second from counters that begin anew whenever a guest starts or comes to another node. The first reading of
 * a run has no rate; neither has one whose counter went back. */
export class CounterRates {
  readonly #seen = new Map<string, Seen>()

  /** Readings of one thing in the order of their time; at one time all its counters. `uptimeS` tells runs apart.
   * @param atS when it was read, seconds of the machine that did
   * @returns rates by counter; missing where there is none yet */
  read(
    id: string,
    atS: number,
    uptimeS: number | undefined,
    counters: Readonly<Record<string, number | undefined>>,
  ): Record<string, number> {
    const seen = this.#of(id)
    if (uptimeS !== undefined) {
      const startedAtS = atS - uptimeS
      if (seen.startedAtS !== null && Math.abs(startedAtS - seen.startedAtS) > SAME_RUN_S) seen.last.clear()
      seen.startedAtS = startedAtS
    }
    seen.atS = atS
    const rates: Record<string, number> = {}
    for (const [name, value] of Object.entries(counters)) {
      if (value === undefined) continue
      const last = seen.last.get(name)
      if (last !== undefined && atS <= last.atS) continue
      seen.last.set(name, { atS, value })
      if (last === undefined || value < last.value || atS - last.atS > LONGEST_S) continue
      rates[name] = (value - last.value) / (atS - last.atS)
    }
    return rates
  }

  /** As `read`, for readings whose age is not known: what they are of is told by the uptime that comes along. The same
   * reading again has no rate. */
  readByUptime(
    id: string,
    uptimeS: number,
    counters: Readonly<Record<string, number | undefined>>,
  ): Record<string, number> {
    const seen = this.#of(id)
    if (uptimeS < seen.atS) seen.last.clear()
    return this.read(id, uptimeS, undefined, counters)
  }

  /** Lets go of what has not been read for an hour. */
  forget(nowS: number): void {
    for (const [id, { atS }] of this.#seen) if (nowS - atS > FORGET_S) this.#seen.delete(id)
  }

  #of(id: string): Seen {
    let seen = this.#seen.get(id)
    if (seen === undefined) {
      seen = { startedAtS: null, last: new Map(), atS: 0 }
      this.#seen.set(id, seen)
    }
    return seen
  }
}
