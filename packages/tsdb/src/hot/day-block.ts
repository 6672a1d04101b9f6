import type { EntityName } from '@lumen/model/catalog'
import { MINUTE } from '@lumen/model/time'
import { addRollup, type BucketColumn, type BucketSet } from '../plan/bucket-set.ts'
import { countFrames, type FrameCells } from '../plan/gaps.ts'
import { DAY_MINUTES, type MinuteRange } from './rollup-table.ts'

/** Rows of a day are read, and forgotten, so many minutes at a time. */
export const SPAN_MINUTES = 5
const DAY_SPANS = DAY_MINUTES / SPAN_MINUTES

/** `minutes` and `spans`: one field's rollups by the minute or by five; `frames`: how many frames each minute counts. */
export type BlockKind = 'minutes' | 'spans' | 'frames'

/** What the rows of one series and UTC day say of one field, as far as they were read. */
export class DayBlock {
  readonly entity: EntityName
  /** Since the epoch. */
  readonly day: number
  readonly #cellMinutes: number
  readonly #count: Uint32Array
  readonly #sum: Float64Array
  readonly #max: Float64Array
  readonly #isRead = new Uint8Array(DAY_SPANS)

  constructor(kind: BlockKind, entity: EntityName, day: number) {
    this.entity = entity
    this.day = day
    this.#cellMinutes = cellMinutesOf(kind)
    const cells = DAY_MINUTES / this.#cellMinutes
    this.#count = new Uint32Array(cells)
    this.#sum = new Float64Array(kind === 'frames' ? 0 : cells)
    this.#max = new Float64Array(this.#sum.length)
  }

  /** Which of these minutes' spans were not read yet, as runs of whole spans. */
  unread(minutes: MinuteRange): MinuteRange[] {
    const start = this.day * DAY_MINUTES
    const end = Math.ceil((minutes[1] - start) / SPAN_MINUTES)
    const runs: MinuteRange[] = []
    for (let span = Math.floor((minutes[0] - start) / SPAN_MINUTES); span < end; span++) {
      if (this.#isRead[span] === 1) continue
      const from = start + span * SPAN_MINUTES
      const last = runs.at(-1)
      if (last?.[1] === from) last[1] = from + SPAN_MINUTES
      else runs.push([from, from + SPAN_MINUTES])
    }
    return runs
  }

  /** Before all rows of whole spans are added. */
  begin([from, to]: MinuteRange): void {
    const start = this.day * DAY_MINUTES
    const cells = [(from - start) / this.#cellMinutes, (to - start) / this.#cellMinutes] as const
    this.#count.fill(0, ...cells)
    this.#sum.fill(0, ...cells)
    this.#max.fill(Number.NEGATIVE_INFINITY, ...cells)
    this.#isRead.fill(1, (from - start) / SPAN_MINUTES, (to - start) / SPAN_MINUTES)
  }

  add(minute: number, count: number, sum: number, max: number): void {
    const cell = Math.floor((minute - this.day * DAY_MINUTES) / this.#cellMinutes)
    this.#count[cell]! += count
    if (this.#sum.length === 0) return
    this.#sum[cell]! += sum
    if (max > this.#max[cell]!) this.#max[cell] = max
  }

  /** The minute's rows are to be read again. */
  forget(minute: number): void {
    this.#isRead[Math.floor((minute - this.day * DAY_MINUTES) / SPAN_MINUTES)] = 0
  }

  /** Adds what these minutes hold to the set's column, which is made with the first value (T5). */
  addTo(set: BucketSet, minutes: MinuteRange, columnOf: () => BucketColumn): void {
    let column: BucketColumn | undefined
    for (const cell of this.#filled(minutes)) {
      const bucket = set.bucketOf(this.#startOf(cell))
      if (bucket < 0) continue
      column ??= columnOf()
      addRollup(column, bucket, this.#count[cell]!, this.#sum[cell]!, this.#max[cell]!)
    }
  }

  /** Of a block of frames. Answers whether any came in these minutes, within the cells or not. */
  countInto(cells: FrameCells, minutes: MinuteRange): boolean {
    let isAny = false
    for (const cell of this.#filled(minutes)) {
      isAny = true
      countFrames(cells, this.#startOf(cell), this.#count[cell]!)
    }
    return isAny
  }

  #startOf(cell: number): number {
    return (this.day * DAY_MINUTES + cell * this.#cellMinutes) * MINUTE
  }

  *#filled([from, to]: MinuteRange): Generator<number> {
    const start = this.day * DAY_MINUTES
    const end = Math.ceil((to - start) / this.#cellMinutes)
    for (let cell = Math.floor((from - start) / this.#cellMinutes); cell < end; cell++) {
      if (this.#count[cell] !== 0) yield cell
    }
  }
}

/** Of memory, about. */
export function blockBytes(kind: BlockKind): number {
  const cells = DAY_MINUTES / cellMinutesOf(kind)
  return 600 + DAY_SPANS + cells * (kind === 'frames' ? 4 : 20)
}

function cellMinutesOf(kind: BlockKind): number {
  return kind === 'spans' ? SPAN_MINUTES : 1
}
