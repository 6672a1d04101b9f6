import type { Clock } from '@lumen/std/clock'
import type { Log } from '@lumen/std/log'
import { TokenBucket } from '../ingest/token-bucket.ts'

/** Alerts one host may begin to fire: two thousand at once, which is more than all its things under a few rules, and one
 * every 30 s on and on. */
const BURST = 2_000
const PER_S = 1 / 30

/** Keeps one host that gives its things ever new names (or whoever has its token) from filling the disk with alerts,
 * people's channels with messages, and from driving other hosts' alerts out of the history. What is held back waits in
 * its state and fires when there is room. */
export class FireLimit {
  readonly #parts: { clock: Clock; log: Log; hostName(hostId: number): string | undefined }
  readonly #hosts = new Map<number, { bucket: TokenBucket; isTold: boolean }>()

  constructor(parts: { clock: Clock; log: Log; hostName(hostId: number): string | undefined }) {
    this.#parts = parts
  }

  /** False: not now. */
  take(hostId: number): boolean {
    const { clock, log, hostName } = this.#parts
    let known = this.#hosts.get(hostId)
    if (known === undefined) {
      known = { bucket: new TokenBucket(clock, { burst: BURST, perS: PER_S }), isTold: false }
      this.#hosts.set(hostId, known)
    }
    if (known.bucket.take(1)) return true
    if (!known.isTold) {
      known.isTold = true
      log.warn('a host begins alerts without end; further ones wait', { host: hostName(hostId) ?? hostId })
    }
    return false
  }

  forget(hostId: number): void {
    this.#hosts.delete(hostId)
  }
}
