import type { Clock } from '@lumen/std/clock'
import { tooMany } from '../refusal.ts'

export interface PushLimits {
  /** A replay of 15 minutes at one second is one push; a backlog of a day comes in some dozens. */
  burstPushes: number
  pushesPerS: number
  burstBytes: number
  bytesPerS: number
  /** Pushes of one host under way at once. */
  concurrent: number
}

export const PUSH_LIMITS: PushLimits = {
  burstPushes: 600,
  pushesPerS: 20,
  burstBytes: 128 * 1024 * 1024,
  bytesPerS: 4 * 1024 * 1024,
  concurrent: 4,
}

interface Bucket {
  pushes: number
  bytes: number
  at: number
  running: number
}

/** Keeps one host from taking the hub for itself. Wide enough for any honest replay. */
export class PushLimiter {
  readonly #clock: Clock
  readonly #limits: PushLimits
  readonly #buckets = new Map<number, Bucket>()

  constructor(clock: Clock, limits: PushLimits = PUSH_LIMITS) {
    this.#clock = clock
    this.#limits = limits
  }

  /** Call before reading a push's body; `end` when it is answered.
   * @throws {Refusal} 429 `push_rate` */
  begin(hostId: number): void {
    const bucket = this.#refill(hostId)
    if (bucket.running >= this.#limits.concurrent) throw tooMany('push_rate', 'Too many pushes at once', 1)
    if (bucket.pushes < 1) throw tooMany('push_rate', 'Too many pushes', 1 / this.#limits.pushesPerS)
    if (bucket.bytes < 0) {
      throw tooMany('push_rate', 'Too many bytes pushed', -bucket.bytes / this.#limits.bytesPerS)
    }
    bucket.pushes -= 1
    bucket.running += 1
  }

  end(hostId: number, decodedBytes: number): void {
    const bucket = this.#buckets.get(hostId)
    if (bucket === undefined) return
    bucket.running -= 1
    bucket.bytes -= decodedBytes
  }

  forget(hostId: number): void {
    this.#buckets.delete(hostId)
  }

  #refill(hostId: number): Bucket {
    const { burstPushes, pushesPerS, burstBytes, bytesPerS } = this.#limits
    const now = this.#clock.monotonic()
    let bucket = this.#buckets.get(hostId)
    if (bucket === undefined) {
      bucket = { pushes: burstPushes, bytes: burstBytes, at: now, running: 0 }
      this.#buckets.set(hostId, bucket)
      return bucket
    }
    const seconds = Math.max(0, now - bucket.at) / 1_000
    bucket.pushes = Math.min(burstPushes, bucket.pushes + seconds * pushesPerS)
    bucket.bytes = Math.min(burstBytes, bucket.bytes + seconds * bytesPerS)
    bucket.at = now
    return bucket
  }
}
