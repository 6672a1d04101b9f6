import type { ColdColumn, ColdSeries } from '../cold-series.ts'
import { compareSeries } from './key-order.ts'
import type { SeriesMemory } from './series-memory.ts'

/** Several runs of series of one entity, each sorted by host and key, as one. Rollups of the same bucket add up: in
 * whatever order they come the result is the same (T3). Holds one series of each; with `memory` what it
 * yields is valid until the next is asked for. */
export function* mergeSeries(
  runs: readonly Iterable<ColdSeries>[],
  memory: SeriesMemory | null = null,
): Generator<ColdSeries, void, void> {
  const heads: { run: Iterator<ColdSeries>; series: ColdSeries }[] = []
  const iterators = runs.map((run) => run[Symbol.iterator]())
  try {
    for (const run of iterators) {
      const next = run.next()
      if (!next.done) heads.push({ run, series: next.value })
    }
    while (heads.length > 0) {
      const first = heads.reduce((least, head) =>
        compareSeries(head.series, least.series) < 0 ? head : least,
      )
      const { series } = first
      const equal = heads.filter((head) => compareSeries(head.series, series) === 0)
      memory?.begin()
      yield addSeries(
        equal.map((head) => head.series),
        memory,
      )
      for (const head of equal) {
        const next = head.run.next()
        if (next.done) heads.splice(heads.indexOf(head), 1)
        else head.series = next.value
      }
    }
  } finally {
    for (const run of iterators) run.return?.()
  }
}

/** Rollups of one (host, key) from several places, added up bucket by bucket, in arrays of `memory` where there is one. */
export function addSeries(parts: readonly ColdSeries[], memory: SeriesMemory | null): ColdSeries {
  const [only] = parts
  if (parts.length === 1) return only!
  const time = timesOf(parts, memory)
  const fields = [...new Set(parts.flatMap((part) => part.columns.map((column) => column.field)))].sort(
    (a, b) => a - b,
  )
  const filled = (value: number) => arrayOf(time.length, memory).fill(value)
  const n = filled(0)
  const columns = fields.map((field): ColdColumn => {
    const keepsMax = parts.some((part) =>
      part.columns.some((each) => each.field === field && each.max !== null),
    )
    return {
      field,
      count: filled(0),
      sum: filled(0),
      max: keepsMax ? filled(Number.NEGATIVE_INFINITY) : null,
    }
  })
  for (const part of parts) {
    const places = placesOf(part.time, time)
    for (const [row, place] of places.entries()) n[place]! += part.n[row]!
    for (const column of part.columns) addColumn(columns[fields.indexOf(column.field)]!, column, places)
  }
  return { host: only!.host, entity: only!.entity, key: only!.key, time, n, columns }
}

function arrayOf(length: number, memory: SeriesMemory | null): Float64Array {
  return memory?.take(length) ?? new Float64Array(length)
}

/** Every bucket that any part has, once, rising. */
function timesOf(parts: readonly ColdSeries[], memory: SeriesMemory | null): Float64Array {
  const rows = parts.reduce((sum, { time }) => sum + time.length, 0)
  const all = arrayOf(rows, memory)
  let end = 0
  for (const { time } of parts) {
    all.set(time, end)
    end += time.length
  }
  all.sort()
  let last = 0
  for (let at = 1; at < all.length; at++) if (all[at]! !== all[last]!) all[++last] = all[at]!
  return all.subarray(0, all.length === 0 ? 0 : last + 1)
}

/** Where each of `times` is in `all`, which holds them; both rise. */
function placesOf(times: Float64Array, all: Float64Array): Uint32Array {
  const places = new Uint32Array(times.length)
  let place = 0
  for (let row = 0; row < times.length; row++) {
    while (all[place]! < times[row]!) place++
    places[row] = place
  }
  return places
}

function addColumn(into: ColdColumn, from: ColdColumn, places: Uint32Array): void {
  for (let row = 0; row < places.length; row++) {
    const place = places[row]!
    into.count[place]! += from.count[row]!
    into.sum[place]! += from.sum[row]!
    if (into.max !== null && from.max !== null && from.max[row]! > into.max[place]!)
      into.max[place] = from.max[row]!
  }
}
