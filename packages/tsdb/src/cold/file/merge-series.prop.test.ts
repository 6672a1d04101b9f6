import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { COLD_T0, sortedSeries } from '../../testing/cold-samples.ts'
import { COLD_STEP_MS, type ColdSeries } from '../cold-series.ts'
import { compareSeries } from './key-order.ts'
import { mergeSeries } from './merge-series.ts'
import { SeriesMemory } from './series-memory.ts'

/** Sums of three runs stay below 2^53, where they are exact. */
const run = sortedSeries('disk', { most: 4, rows: 12, largest: 4e12 })

const merged = (...runs: Iterable<ColdSeries>[]) => [...mergeSeries(runs)]

test('merging commutes and associates, and a run alone stays as it is (T3)', () => {
  fc.assert(
    fc.property(run, run, run, (a, b, c) => {
      const all = merged(a, b, c)
      expect(merged(c, a, b)).toEqual(all)
      expect(merged(merged(a, b), c)).toEqual(all)
      expect(merged(a, merged(b, c))).toEqual(all)
      expect(merged(a)).toEqual(a)
      expect(merged(a, [])).toEqual(a)
    }),
  )
})

test('every bucket of every series is in the merge, with counts, sums and maxima of all runs', () => {
  fc.assert(
    fc.property(run, run, run, (...runs) => {
      const all = merged(...runs)
      expect([...all].sort(compareSeries)).toEqual(all)
      expect(tally(all)).toEqual(tally(runs.flat()))
    }),
  )
})

test('a merge that uses its memory again yields the same, one series at a time', () => {
  fc.assert(
    fc.property(run, run, run, (...runs) => {
      const yielded: ColdSeries[] = []
      for (const series of mergeSeries(runs, new SeriesMemory())) yielded.push(structuredClone(series))
      expect(yielded).toEqual(merged(...runs))
    }),
  )
})

test('a merge that is not read to its end closes the runs it reads', () => {
  let isClosed = false
  function* source(): Generator<ColdSeries, void, void> {
    try {
      for (let host = 1; ; host++) yield oneRow(host)
    } finally {
      isClosed = true
    }
  }
  for (const series of mergeSeries([source(), []])) if (series.host === 3) break
  expect(isClosed).toBe(true)
})

function oneRow(host: number): ColdSeries {
  const one = () => new Float64Array([1])
  return {
    host,
    entity: 'disk',
    key: '',
    time: new Float64Array([COLD_T0 + COLD_STEP_MS]),
    n: one(),
    columns: [],
  }
}

/** By field and bucket: what a naive count over everything gives. */
function tally(
  series: readonly ColdSeries[],
): Map<string, { n: number; count: number; sum: number; max: number }> {
  const found = new Map<string, { n: number; count: number; sum: number; max: number }>()
  for (const { host, key, time, n, columns } of series)
    for (const [row, at] of time.entries())
      for (const column of columns) {
        const id = `${host} ${key} ${at} ${column.field}`
        const before = found.get(id) ?? { n: 0, count: 0, sum: 0, max: Number.NEGATIVE_INFINITY }
        found.set(id, {
          n: before.n + n[row]!,
          count: before.count + column.count[row]!,
          sum: before.sum + column.sum[row]!,
          max: Math.max(before.max, column.max?.[row] ?? Number.NEGATIVE_INFINITY),
        })
      }
  return found
}
