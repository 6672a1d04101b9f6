import type { EntityName } from '@lumen/model/catalog'
import { layoutOf } from '@lumen/model/metric'
import type { Sample } from '@lumen/model/sample'
import { MINUTE, SECOND } from '@lumen/model/time'
import { FUTURE_LIMIT_MS } from '../options.ts'
import type { DurableAtOpen } from '../pending/directory.ts'
import { GAP_INTERVALS } from '../plan/gaps.ts'
import { Column } from './column.ts'

/** Frames are kept this much longer than the window, so that a query for exactly the window, sent a moment
 * ago, still finds all of it. */
export const WINDOW_SLACK_MS = MINUTE
/** Room for values of one host, of four bytes each until one is large. A thousand containers read every second take 13
 * million; whoever has more series has a shorter window. */
export const MOST_VALUES = 16_000_000

interface Group {
  /** By field position; undefined until the field has a value. */
  columns: (Column | undefined)[]
  lastTs: number
}

/** One host's raw frames of the last minutes. Frames may arrive in any order: a slot each, in order of arrival,
 * and `#order` lists the slots by time. Columns hold integers; nothing is kept per value. */
export class HostRing {
  #keepMs: number
  #maxSlots: number
  readonly #groups = new Map<EntityName, Map<string, Group>>()
  readonly #seen = new Map<string, Set<number>>()
  #columnCount = 0
  #capacity = 0
  #ts = new Float64Array(0)
  #seq = new Float64Array(0)
  #intervalMs = new Float64Array(0)
  #stream: string[] = []
  #order: number[] = []
  #free: number[] = []
  #latest: Sample | undefined
  #sweptAt = Number.NEGATIVE_INFINITY
  #droppedTo = Number.NEGATIVE_INFINITY

  constructor(windowMs: number) {
    this.#keepMs = windowMs + WINDOW_SLACK_MS
    this.#maxSlots = Math.ceil(this.#keepMs / SECOND) * 2
  }

  /** Keeps frames for another time from now on. A longer window is complete only from where the shorter one began. */
  setWindow(windowMs: number, now: number): void {
    this.#droppedTo = Math.max(this.#droppedTo, now - this.#keepMs)
    this.#keepMs = windowMs + WINDOW_SLACK_MS
    this.#maxSlots = Math.ceil(this.#keepMs / SECOND) * 2
    this.expire(now)
  }

  /** False when the frame is in already (T2) or older than the window. */
  append(stream: string, sample: Sample, now: number): boolean {
    this.expire(now)
    const { ts, seq } = sample
    if (ts < now - this.#keepMs || this.#seen.get(stream)?.has(seq)) return false
    const most = this.#mostSlots(sample)
    while (this.#order.length >= most) {
      const oldest = this.#ts[this.#order[0]!]!
      if (ts < oldest) return false
      this.#droppedTo = Math.max(this.#droppedTo, oldest)
      this.#dropOldest()
    }
    if (this.#capacity > most) this.#relay(most)
    const slot = this.#takeSlot(sample.intervalMs, most)
    this.#ts[slot] = ts
    this.#seq[slot] = seq
    this.#intervalMs[slot] = Math.max(SECOND, sample.intervalMs)
    this.#stream[slot] = stream
    this.#order.splice(this.#firstAtOrAfter(ts + 1), 0, slot)
    this.#remember(stream, seq)
    this.#write(slot, sample)
    // A frame ahead of the clock is of a time before the clock was set back: what comes now is newer.
    const isNewest = this.#latest === undefined || ts >= this.#latest.ts
    if (isNewest || this.#latest!.ts > now + FUTURE_LIMIT_MS) this.#latest = sample
    return true
  }

  /** Forgets what left the window, and series that have no value in it any more. */
  expire(now: number): void {
    const limit = now - this.#keepMs
    while (this.#order.length > 0 && this.#ts[this.#order[0]!]! < limit) this.#dropOldest()
    if (this.#latest !== undefined && this.#latest.ts < limit) this.#latest = undefined
    if (now - this.#sweptAt < MINUTE) return
    this.#sweptAt = now
    for (const [entity, groups] of this.#groups) {
      for (const [key, group] of groups) {
        if (group.lastTs >= limit) continue
        groups.delete(key)
        for (const column of group.columns) if (column !== undefined) this.#columnCount -= 1
      }
      if (groups.size === 0) this.#groups.delete(entity)
    }
    if (this.#capacity > 2 * this.#order.length + 32) this.#relay(this.#order.length + 8)
  }

  get latest(): Sample | undefined {
    return this.#latest
  }

  get oldestTs(): number | undefined {
    const slot = this.#order[0]
    return slot === undefined ? undefined : this.#ts[slot]
  }

  get isEmpty(): boolean {
    return this.#order.length === 0
  }

  /** Interval of the newest frame, undefined when there is none. */
  get intervalMs(): number | undefined {
    return this.#latest === undefined ? undefined : Math.max(SECOND, this.#latest.intervalMs)
  }

  /** Earliest instant from which on this ring is known to hold every frame the store ever took.
   * What came since the store opened came through here; what was on disk then is here only as far as it was
   * sent again: all of it (a host younger than the window), or followed back from the newest frame by frame. */
  completeFrom(now: number, atOpen: DurableAtOpen | null): number {
    const windowStart = Math.max(now - this.#keepMs, this.#droppedTo + 1)
    if (atOpen === null || atOpen.newestTs < windowStart || this.#holdsAll(atOpen)) return windowStart
    const durableTo = atOpen.newestTs
    let from = durableTo + 1
    for (let index = this.#firstAtOrAfter(durableTo + 1) - 1; index >= 0; index--) {
      const slot = this.#order[index]!
      if (from - this.#ts[slot]! > GAP_INTERVALS * this.#intervalMs[slot]!) return from
      from = this.#ts[slot]!
    }
    const oldest = this.#order[0]
    if (oldest === undefined || from > durableTo) return from
    return from - windowStart <= GAP_INTERVALS * this.#intervalMs[oldest]! ? windowStart : from
  }

  /** Times and intervals of all frames, in order. */
  frames(): { ts: number; intervalMs: number }[] {
    return this.#order.map((slot) => ({ ts: this.#ts[slot]!, intervalMs: this.#intervalMs[slot]! }))
  }

  /** Slots of the frames in `[from, to)`, in order of time. */
  slots(from: number, to: number): number[] {
    return this.#order.slice(this.#firstAtOrAfter(from), this.#firstAtOrAfter(to))
  }

  tsOf(slot: number): number {
    return this.#ts[slot]!
  }

  keys(entity: EntityName): string[] {
    return [...(this.#groups.get(entity)?.keys() ?? [])]
  }

  hasSeries(entity: EntityName, key: string): boolean {
    return this.#groups.get(entity)?.has(key) ?? false
  }

  seriesCount(entity: EntityName): number {
    return this.#groups.get(entity)?.size ?? 0
  }

  column(entity: EntityName, key: string, field: number): Column | undefined {
    return this.#groups.get(entity)?.get(key)?.columns[field]
  }

  get bytes(): number {
    let bytes = this.#capacity * 24
    for (const groups of this.#groups.values()) {
      for (const group of groups.values()) {
        for (const column of group.columns) bytes += column?.bytes ?? 0
      }
    }
    return bytes
  }

  #write(slot: number, sample: Sample): void {
    for (const groups of this.#groups.values()) {
      for (const group of groups.values()) {
        for (const column of group.columns) column?.set(slot, Number.NaN)
      }
    }
    for (const { entity, key, values } of sample.rows) {
      const group = this.#group(entity, key)
      group.lastTs = Math.max(group.lastTs, sample.ts)
      for (let field = 0; field < group.columns.length; field++) {
        const value = values[field] ?? Number.NaN
        if (Number.isNaN(value)) continue
        let column = group.columns[field]
        if (column === undefined) {
          column = new Column(this.#capacity)
          group.columns[field] = column
          this.#columnCount += 1
        }
        column.set(slot, value)
      }
    }
  }

  #group(entity: EntityName, key: string): Group {
    let groups = this.#groups.get(entity)
    if (groups === undefined) {
      groups = new Map()
      this.#groups.set(entity, groups)
    }
    let group = groups.get(key)
    if (group === undefined) {
      const columns = new Array<Column | undefined>(layoutOf(entity).metrics.length).fill(undefined)
      group = { columns, lastTs: Number.NEGATIVE_INFINITY }
      groups.set(key, group)
    }
    return group
  }

  /** How many frames there may be with this one: each has a place in every column. */
  #mostSlots({ rows }: Sample): number {
    const least = (columns: number) => Math.max(1, Math.floor(MOST_VALUES / Math.max(1, columns)))
    // most often there is room even if all of its fields were new
    const guessed = least(rows.reduce((sum, { values }) => sum + values.length, this.#columnCount))
    if (guessed >= this.#maxSlots) return this.#maxSlots
    let columns = this.#columnCount
    for (const { entity, key, values } of rows) {
      const known = this.#groups.get(entity)?.get(key)?.columns
      for (let field = 0; field < values.length; field++) {
        if (!Number.isNaN(values[field]!) && known?.[field] === undefined) columns += 1
      }
    }
    return Math.min(this.#maxSlots, least(columns))
  }

  #takeSlot(intervalMs: number, most: number): number {
    const slot = this.#free.pop()
    if (slot !== undefined) return slot
    const wanted = Math.ceil(this.#keepMs / Math.max(SECOND, intervalMs)) + 2
    const doubled = Math.max(16, this.#capacity * 2)
    this.#relay(Math.min(most, this.#capacity < wanted ? Math.min(wanted, doubled) : this.#capacity + 16))
    return this.#free.pop()!
  }

  /** Moves every frame to slots 0, 1, 2… of a new capacity. */
  #relay(capacity: number): void {
    const old = this.#order
    const move = (from: Float64Array) => {
      const to = new Float64Array(capacity)
      for (let index = 0; index < old.length; index++) to[index] = from[old[index]!]!
      return to
    }
    this.#ts = move(this.#ts)
    this.#seq = move(this.#seq)
    this.#intervalMs = move(this.#intervalMs)
    this.#stream = old.map((slot) => this.#stream[slot]!)
    for (const groups of this.#groups.values()) {
      for (const group of groups.values()) for (const column of group.columns) column?.relay(old, capacity)
    }
    this.#order = old.map((_, index) => index)
    this.#free = []
    for (let slot = capacity - 1; slot >= old.length; slot--) this.#free.push(slot)
    this.#capacity = capacity
  }

  #dropOldest(): void {
    const slot = this.#order.shift()!
    const stream = this.#stream[slot]!
    const seen = this.#seen.get(stream)
    seen?.delete(this.#seq[slot]!)
    if (seen?.size === 0) this.#seen.delete(stream)
    this.#free.push(slot)
  }

  #holdsAll({ streams }: DurableAtOpen): boolean {
    let frames = 0
    for (const { ranges } of streams.values()) for (const { from, to } of ranges) frames += to - from + 1
    if (frames > this.#order.length) return false
    for (const [stream, { ranges }] of streams) {
      const seen = this.#seen.get(stream)
      for (const { from, to } of ranges) {
        for (let seq = from; seq <= to; seq++) if (!seen?.has(seq)) return false
      }
    }
    return true
  }

  #remember(stream: string, seq: number): void {
    const seen = this.#seen.get(stream)
    if (seen === undefined) this.#seen.set(stream, new Set([seq]))
    else seen.add(seq)
  }

  /** Position in `#order` of the first frame at or after `ts`. */
  #firstAtOrAfter(ts: number): number {
    let low = 0
    let high = this.#order.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#ts[this.#order[middle]!]! < ts) low = middle + 1
      else high = middle
    }
    return low
  }
}
