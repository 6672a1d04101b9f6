import { findMetric, layoutOf } from '@lumen/model/metric'
import { mergeRollups, type Rollup, rollupOf } from '@lumen/model/rollup'
import { bucketStart, MINUTE } from '@lumen/model/time'
import { decodeFrame } from '@lumen/protocol/agent/decode-frame'
import type { WireFrame } from '@lumen/protocol/agent/frame'

/** One minute of one series of one host. `sum` and `max` in fixed point. */
export interface LedgerEntry extends Rollup {
  host: string
  entity: string
  key: string
  field: string
  /** Start of the minute, epoch ms. */
  minute: number
}

/** What simulated agents read, kept apart from everything under test: the truth that history must agree with.
 * Only fields the catalogue persists are counted. */
export class Ledger {
  readonly #entries = new Map<string, LedgerEntry>()
  readonly #times = new Map<string, number[]>()
  #frames = 0

  /** Counts one frame as it left the agent. Call once a frame, not once a delivery. */
  record(host: string, frame: WireFrame): void {
    const decoded = decodeFrame(frame)
    if (decoded.kind === 'fault') {
      throw new Error(
        `Ledger cannot read frame ${decoded.seq} of ${host}: ${decoded.path} ${decoded.message}`,
      )
    }
    this.#frames += 1
    const times = this.#times.get(host)
    if (times === undefined) this.#times.set(host, [decoded.sample.ts])
    else times.push(decoded.sample.ts)
    const minute = bucketStart(decoded.sample.ts, MINUTE)
    for (const row of decoded.sample.rows) {
      for (const metric of layoutOf(row.entity).metrics) {
        const value = row.values[metric.index]!
        if (!metric.spec.isPersisted || Number.isNaN(value)) continue
        this.#count({
          host,
          entity: row.entity,
          key: row.key,
          field: metric.field,
          minute,
          ...rollupOf(value),
        })
      }
    }
  }

  /** Frames recorded. */
  get frames(): number {
    return this.#frames
  }

  /** When each frame of a host was read, epoch ms, in the order they left. */
  times(host: string): readonly number[] {
    return this.#times.get(host) ?? []
  }

  entries(): Iterable<Readonly<LedgerEntry>> {
    return this.#entries.values()
  }

  /** Everything in which `stored` departs from what was read, at most `limit` sentences; empty when they agree.
   * `stored` may hold each minute in several pieces: they are merged first. */
  differences(stored: Iterable<LedgerEntry>, limit = 20): string[] {
    const found = new Map<string, LedgerEntry>()
    for (const piece of stored) {
      const id = idOf(piece)
      const before = found.get(id)
      found.set(id, before === undefined ? piece : { ...piece, ...mergeRollups(before, piece) })
    }
    const faults: string[] = []
    const fault = (id: string, text: string) => {
      if (faults.length < limit) faults.push(`${id}: ${text}`)
    }
    for (const [id, wanted] of this.#entries) {
      const got = found.get(id)
      found.delete(id)
      if (got === undefined) fault(id, `missing, ${wanted.count} values were read`)
      else if (!isSame(got, wanted)) fault(id, `stored ${described(got)}, read ${described(wanted)}`)
    }
    for (const [id, extra] of found) fault(id, `stored ${described(extra)}, nothing was read`)
    return faults
  }

  #count(entry: LedgerEntry): void {
    const id = idOf(entry)
    const before = this.#entries.get(id)
    if (before === undefined) this.#entries.set(id, entry)
    else Object.assign(before, mergeRollups(before, entry))
  }
}

function idOf(entry: LedgerEntry): string {
  const time = new Date(entry.minute).toISOString().slice(0, 16)
  return `${entry.host} ${time} ${entry.entity}.${entry.field}${entry.key === '' ? '' : `[${entry.key}]`}`
}

/** The maximum counts only where the catalogue keeps one. */
function isSame(got: LedgerEntry, wanted: LedgerEntry): boolean {
  const keepsMax = findMetric(`${wanted.entity}.${wanted.field}`)?.spec.keepsMax ?? true
  return got.count === wanted.count && got.sum === wanted.sum && (!keepsMax || got.max === wanted.max)
}

function described({ count, sum, max }: Rollup): string {
  return `count ${count} sum ${sum} max ${max}`
}
