import { HOUR, type TimeRange } from '@lumen/model/time'
import { BoundedCache } from '../bounded-cache.ts'
import { addRollup, type BucketColumn, type BucketSet } from '../plan/bucket-set.ts'
import type { FrameCells } from '../plan/gaps.ts'
import type { Selection } from '../tier.ts'
import { COLD_STEP_MS, type ColdColumn, type ColdSeries } from './cold-series.ts'

/** A metric of 200 hosts over a month, or ten charts of a year. */
const MAX_BYTES = 6 * 1024 ** 2
const OVERHEAD_BYTES = 500

/** One field of one series of a file, by the hour. */
export interface HourColumn {
  key: string
  /** Start of the first hour, epoch ms. */
  start: number
  count: Uint32Array
  sum: Float64Array
  max: Float64Array
}

/** The frames of a host in a file, by its buckets. */
export interface FrameRow {
  /** Start of the first bucket, epoch ms. */
  start: number
  n: Uint16Array | Float64Array
}

/** What was read of cold files lately, as charts of weeks want it. Files never change and names do not come again, so what
 * is kept is right as long as the manifest lists its file. */
export class HourCache {
  readonly #columns = new BoundedCache<HourColumn[]>(MAX_BYTES)
  readonly #frames = new BoundedCache<FrameRow | null>(MAX_BYTES)

  /** Of each key the selection names; undefined when it is not known. */
  columns(file: string, host: number, { key }: Selection, field: number): HourColumn[] | undefined {
    return this.#columns.get(columnName(file, host, key, field))
  }

  keepColumns(file: string, host: number, { key }: Selection, field: number, columns: HourColumn[]): void {
    const bytes = columns.reduce((sum, { count }) => sum + OVERHEAD_BYTES + count.length * 20, OVERHEAD_BYTES)
    this.#columns.put(columnName(file, host, key, field), columns, bytes)
  }

  /** null: the host has none; undefined: not known. */
  frames(file: string, host: number): FrameRow | null | undefined {
    return this.#frames.get(`${file} ${host}`)
  }

  keepFrames(file: string, host: number, row: FrameRow | null): void {
    this.#frames.put(`${file} ${host}`, row, OVERHEAD_BYTES + (row?.n.byteLength ?? 0))
  }

  drop(file: string): void {
    for (const cache of [this.#columns, this.#frames]) {
      for (const name of [...cache.names()]) if (name.startsWith(`${file} `)) cache.drop(name)
    }
  }
}

/** Whether buckets of this length are whole hours, aligned as they are. */
export function isHourly(stepMs: number): boolean {
  return stepMs % HOUR === 0
}

export function hourColumn({ key, time }: ColdSeries, { count, sum, max }: ColdColumn): HourColumn {
  const start = Math.floor((time[0] ?? 0) / HOUR) * HOUR
  const hours = time.length === 0 ? 0 : Math.floor((time.at(-1)! - start) / HOUR) + 1
  const column: HourColumn = {
    ...{ key, start },
    count: new Uint32Array(hours),
    sum: new Float64Array(hours),
    max: new Float64Array(hours).fill(Number.NEGATIVE_INFINITY),
  }
  for (let row = 0; row < time.length; row++) {
    const hour = Math.floor((time[row]! - start) / HOUR)
    column.count[hour]! += count[row]!
    column.sum[hour]! += sum[row]!
    if (max !== null && max[row]! > column.max[hour]!) column.max[hour] = max[row]!
  }
  return column
}

/** The column is made with its first value (T5). */
export function addHours(
  set: BucketSet,
  { start, count, sum, max }: HourColumn,
  columnOf: () => BucketColumn,
): void {
  const { grid } = set
  let column: BucketColumn | undefined
  const first = Math.max(0, Math.floor((grid.start - start) / HOUR))
  const end = Math.min(count.length, Math.ceil((grid.start + grid.buckets * grid.stepMs - start) / HOUR))
  for (let hour = first; hour < end; hour++) {
    if (count[hour] === 0) continue
    column ??= columnOf()
    addRollup(column, set.bucketOf(start + hour * HOUR), count[hour]!, sum[hour]!, max[hour]!)
  }
}

export function frameRow({ time, n }: Pick<ColdSeries, 'time' | 'n'>): FrameRow | null {
  if (time.length === 0) return null
  const start = time[0]!
  const cells = (time.at(-1)! - start) / COLD_STEP_MS + 1
  const isSmall = n.every((frames) => frames <= 0xffff)
  const row = { start, n: isSmall ? new Uint16Array(cells) : new Float64Array(cells) }
  for (let at = 0; at < time.length; at++) row.n[(time[at]! - start) / COLD_STEP_MS] = n[at]!
  return row
}

/** Counts the frames in the range, as far as they lie in the cells. Answers whether there are any in that range. */
export function countRow({ start, n }: FrameRow, range: TimeRange, cells: FrameCells): boolean {
  const first = Math.max(0, Math.ceil((range.from - start) / COLD_STEP_MS))
  const end = Math.min(n.length, Math.ceil((range.to - start) / COLD_STEP_MS))
  const { counts, cellMs } = cells
  const shift = (start - cells.start) / cellMs
  const perCell = COLD_STEP_MS / cellMs
  let isAny = false
  for (let at = first; at < end; at++) {
    const frames = n[at]!
    if (frames === 0) continue
    isAny = true
    const cell = shift + at * perCell
    if (cell >= 0 && cell < counts.length) counts[cell]! += frames
  }
  return isAny
}

function columnName(file: string, host: number, key: string | null, field: number): string {
  return `${file} ${host} ${field} ${key === null ? '' : `=${key}`}`
}
