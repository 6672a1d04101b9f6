import { MINUTE } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { Log } from '@lumen/std/log'
import { TokenBucket } from '../ingest/token-bucket.ts'
import { RecentNames } from './recent-names.ts'

/** Alerts one host may begin to fire: two thousand at once, which is more than all its things under a few rules, and one
 * every 30 s on and on. */
const BURST = 2_000
const PER_S = 1 / 30
/** What is held back asks again with its next reading; numbers worked out from history come every five minutes. */
const HELD_MS = 6 * MINUTE

/** Alerts of one rule on one host that wait for room. */
export interface HeldBack {
  hostId: number
  ruleId: number
  count: number
}

interface HostLimit {
  bucket: TokenBucket
  /** By rule. */
  held: Map<number, RecentNames>
}

/** Keeps one host that gives its things ever new names (or whoever has its token) from filling the disk with alerts,
 * people's channels with messages, and from driving other hosts' alerts out of the history. What is held back waits in
 * its state and fires when there is room. */
export class FireLimit {
  readonly #parts: { clock: Clock; log: Log; hostName(hostId: number): string | undefined }
  readonly #hosts = new Map<number, HostLimit>()

  constructor(parts: { clock: Clock; log: Log; hostName(hostId: number): string | undefined }) {
    this.#parts = parts
  }

  /** False: not now.
   * @param thing name of what would fire, the same whenever it asks */
  take(hostId: number, ruleId: number, thing: string): boolean {
    const { clock, log, hostName } = this.#parts
    let known = this.#hosts.get(hostId)
    if (known === undefined) {
      known = { bucket: new TokenBucket(clock, { burst: BURST, perS: PER_S }), held: new Map() }
      this.#hosts.set(hostId, known)
    }
    if (known.bucket.take(1)) {
      known.held.get(ruleId)?.delete(thing)
      return true
    }
    if (known.held.size === 0)
      log.warn('a host begins alerts without end; further ones wait', { host: hostName(hostId) ?? hostId })
    const names = known.held.get(ruleId) ?? new RecentNames(clock, HELD_MS)
    known.held.set(ruleId, names)
    names.add(thing)
    return false
  }

  /** What waits just now, as well as readings of the last minutes tell. */
  *held(): Generator<HeldBack> {
    for (const [hostId, { held }] of this.#hosts) {
      for (const [ruleId, names] of held) {
        const count = names.count()
        if (count > 0) yield { hostId, ruleId, count }
        else held.delete(ruleId)
      }
    }
  }

  forget(hostId: number): void {
    this.#hosts.delete(hostId)
  }
}
