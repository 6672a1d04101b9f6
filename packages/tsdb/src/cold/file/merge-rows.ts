import { type MergePart, type MergeSeries, rowsOf } from './merge-plan.ts'
import type { PageSource } from './page-source.ts'

/** A series among the rows of its row group. */
export interface PlacedSeries {
  host: number
  key: string
  from: number
  to: number
}

/** Rows of one part, by where they are among what is gathered. */
export interface PlacedPart extends MergePart {
  at: number
}

/** Which rows a row group has. What the files hold of a column is gathered part after part, file order within a series;
 * days follow each other, so that these mostly are the rows already. */
export interface MergeRows {
  series: PlacedSeries[]
  rows: number
  /** Rows as gathered. */
  gathered: number
  /** The parts by file, so that a file's columns are read one after the other. */
  bySource: ReadonlyMap<PageSource, PlacedPart[]>
  /** Of each gathered row, the row it adds to; null where each is its own. */
  rowOf: Uint32Array | null
}

/** Where everything is gathered, before anybody knows the times. */
export function gatheredParts(group: readonly MergeSeries[]): Pick<MergeRows, 'bySource' | 'gathered'> {
  const bySource = new Map<PageSource, PlacedPart[]>()
  let at = 0
  for (const { parts } of group)
    for (const part of parts) {
      const known = bySource.get(part.source)
      if (known === undefined) bySource.set(part.source, [{ ...part, at }])
      else known.push({ ...part, at })
      at += part.count
    }
  return { bySource, gathered: at }
}

/** Gives each bucket its row. `time` as gathered becomes the times of the rows. */
export function placeRows(
  group: readonly MergeSeries[],
  parts: Pick<MergeRows, 'bySource' | 'gathered'>,
  time: Float64Array,
): MergeRows {
  const series: PlacedSeries[] = []
  let rowOf: Uint32Array | null = null
  let at = 0
  let row = 0
  for (const each of group) {
    const count = rowsOf(each)
    const times = time.subarray(at, at + count)
    const from = row
    if (rises(times)) {
      for (let i = 0; rowOf !== null && i < count; i++) rowOf[at + i] = row + i
      if (row !== at) time.copyWithin(row, at, at + count)
      row += count
    } else {
      rowOf ??= Uint32Array.from({ length: parts.gathered }, (_, index) => index)
      const buckets = distinct(times)
      for (let i = 0; i < count; i++) rowOf[at + i] = row + placeOf(buckets, times[i]!)
      time.set(buckets, row)
      row += buckets.length
    }
    series.push({ host: each.host, key: each.key, from, to: row })
    at += count
  }
  return { ...parts, series, rows: row, rowOf }
}

function rises(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (times[i]! <= times[i - 1]!) return false
  return true
}

function distinct(times: Float64Array): Float64Array {
  const sorted = times.slice().sort()
  let last = 0
  for (let at = 1; at < sorted.length; at++) if (sorted[at]! !== sorted[last]!) sorted[++last] = sorted[at]!
  return sorted.subarray(0, last + 1)
}

function placeOf(buckets: Float64Array, time: number): number {
  let low = 0
  let high = buckets.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (buckets[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}
