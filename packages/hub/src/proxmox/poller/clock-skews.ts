import { SECOND } from '@lumen/model/time'

/** What a node tells is this old on the average: half of pvestatd's ten seconds, and its own time. */
const MEAN_AGE_MS = 6 * SECOND
/** A clock that is off by less is right. */
const TOLERATED_MS = 8 * SECOND

/** How far each node's clock is from the hub's, from the newest points it gives. Points of a node whose clock is wrong
 * are moved by as much, or they would be too late to count or lie in the future. */
export class ClockSkews {
  readonly #byNode = new Map<string, { skewMs: number; newestS: number }>()

  /** The newest point of a node, given just now. One that is not newer than the last says nothing about its clock: its
   * pvestatd stands still. */
  learn(node: string, newestS: number, nowMs: number): void {
    const known = this.#byNode.get(node) ?? { skewMs: 0, newestS: 0 }
    const measuredMs = newestS * SECOND - nowMs + MEAN_AGE_MS
    const isFresh = newestS !== known.newestS
    const isOff = Math.abs(measuredMs - known.skewMs) > TOLERATED_MS
    // The very first may be old for other reasons: one more shows.
    const isProven = known.newestS > 0
    const skewMs = isFresh && isOff && isProven ? Math.round(measuredMs / SECOND) * SECOND : known.skewMs
    this.#byNode.set(node, { skewMs, newestS })
  }

  /** Ahead is positive; 0 when unknown. */
  of(node: string | undefined): number {
    return node === undefined ? 0 : (this.#byNode.get(node)?.skewMs ?? 0)
  }

  toHubMs(node: string | undefined, atS: number): number {
    return atS * SECOND - this.of(node)
  }

  /** Of the clock that is furthest behind, 0 at most. */
  get leastMs(): number {
    return Math.min(0, ...Array.from(this.#byNode.values(), ({ skewMs }) => skewMs))
  }
}
