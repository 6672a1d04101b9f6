import type { Metric } from '@lumen/model/metric'
import type { Sample } from '@lumen/model/sample'
import { FUTURE_LIMIT_MS } from '../options.ts'
import { addRollup, type BucketColumn, BucketSet } from '../plan/bucket-set.ts'
import { gridRange } from '../plan/grid.ts'
import type { Tier, TierQuery } from '../tier.ts'
import { HostRing, WINDOW_SLACK_MS } from './host-ring.ts'
import { spreadJitter } from './spread-jitter.ts'

/** Raw frames of all hosts within the window (and its slack, so that rings are complete), in memory only. */
export class RamTier implements Tier {
  #windowMs: number
  readonly #rings = new Map<number, HostRing>()

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  append(host: number, stream: string, sample: Sample, now: number): boolean {
    if (sample.ts < now - this.#windowMs - WINDOW_SLACK_MS || sample.ts > now + FUTURE_LIMIT_MS) return false
    return this.ring(host).append(stream, sample, now)
  }

  /** Keeps frames for another time from now on. */
  setWindow(windowMs: number, now: number): void {
    this.#windowMs = windowMs
    for (const ring of this.#rings.values()) ring.setWindow(windowMs, now)
  }

  /** The host's ring, made on first use. */
  ring(host: number): HostRing {
    let ring = this.#rings.get(host)
    if (ring === undefined) {
      ring = new HostRing(this.#windowMs)
      this.#rings.set(host, ring)
    }
    return ring
  }

  find(host: number): HostRing | undefined {
    return this.#rings.get(host)
  }

  read({ host, grid, selections }: TierQuery): BucketColumn[] {
    const ring = this.#rings.get(host)
    if (ring === undefined) return []
    const set = new BucketSet(grid)
    const { from, to } = gridRange(grid)
    const slots = ring.slots(from, to)
    const buckets = spreadJitter(
      slots.map((slot) => ring.tsOf(slot)),
      grid,
      ring.intervalMs ?? 0,
    )
    for (const { entity, key, fields } of selections) {
      for (const each of key === null ? ring.keys(entity) : [key]) {
        for (const field of fields) {
          const column = ring.column(entity, each, field)
          if (column === undefined) continue
          for (let index = 0; index < slots.length; index++) {
            const value = column.get(slots[index]!)
            if (!Number.isNaN(value)) {
              addRollup(set.column(entity, each, field), buckets[index]!, 1, value, value)
            }
          }
        }
      }
    }
    return set.columns()
  }

  /** Averages of an unkeyed entity's field over `buckets` steps ending at `to`; NaN = missing. */
  averages(host: number, metric: Metric, to: number, stepMs: number, buckets: number): Float64Array {
    const answer = new Float64Array(buckets).fill(Number.NaN)
    const from = to - stepMs * buckets
    const [column] = this.read({
      host,
      grid: { start: from, stepMs, buckets },
      selections: [{ entity: metric.entity, key: '', fields: [metric.index] }],
    })
    if (column === undefined) return answer
    return answer.map((_, index) =>
      column.count[index]! > 0 ? column.sum[index]! / column.count[index]! : NaN,
    )
  }

  deleteHost(host: number): void {
    this.#rings.delete(host)
  }

  /** Forgets what left the window, for hosts that have gone quiet too. */
  expire(now: number): void {
    for (const [host, ring] of this.#rings) {
      ring.expire(now)
      if (ring.isEmpty) this.#rings.delete(host)
    }
  }

  /** Time of the oldest frame of all hosts, null when there is none. */
  get oldestTs(): number | null {
    let oldest: number | null = null
    for (const { oldestTs } of this.#rings.values()) {
      if (oldestTs !== undefined) oldest = Math.min(oldest ?? oldestTs, oldestTs)
    }
    return oldest
  }

  /** Time of the newest frame of all hosts, null when there is none. */
  get newestTs(): number | null {
    let newest: number | null = null
    for (const { latest } of this.#rings.values()) {
      if (latest !== undefined) newest = Math.max(newest ?? latest.ts, latest.ts)
    }
    return newest
  }

  get bytes(): number {
    let bytes = 0
    for (const ring of this.#rings.values()) bytes += ring.bytes
    return bytes
  }
}
