import type { EntityName } from '@lumen/model/catalog'
import type { Metric } from '@lumen/model/metric'
import { DAY } from '@lumen/model/time'
import fc from 'fast-check'
import { COLD_STEP_MS, type ColdColumn, type ColdSeries } from '../cold/cold-series.ts'
import type { ColdFileMeta } from '../cold/file/cold-file-meta.ts'
import { compareSeries } from '../cold/file/key-order.ts'
import { persistedMetrics } from '../persisted.ts'

/** Start of a month, to count days from. */
export const COLD_T0 = Date.UTC(2026, 10, 1)
export const COLD_DAY = { from: COLD_T0, to: COLD_T0 + DAY }
export const COLD_MONTH = { from: COLD_T0, to: Date.UTC(2026, 11, 1) }

export function coldMeta(entity: EntityName, change: Partial<ColdFileMeta> = {}): ColdFileMeta {
  return {
    store: '00000000-0000-4000-8000-000000000000',
    id: 7,
    level: 'day',
    entity,
    span: COLD_DAY,
    commit: 3,
    replaces: [],
    ...change,
  }
}

export const hostNameOf = (host: number) => `höst-${host}`

/** A series whose values wander within the fields' bounds; about one value in `1 / gaps` is missing. */
export function noisySeries(
  entity: EntityName,
  options: { host: number; key?: string; rows?: number; from?: number; gaps?: number },
): ColdSeries {
  const { host, key = '', rows = 288, from = COLD_T0, gaps = 0.1 } = options
  const random = noise(host * 7_919 + key.length * 31 + rows)
  return {
    host,
    entity,
    key,
    time: Float64Array.from({ length: rows }, (_, row) => from + row * COLD_STEP_MS),
    n: Float64Array.from({ length: rows }, () => 55 + Math.floor(random() * 10)),
    columns: persistedMetrics(entity).map((metric) => noisyColumn(metric, rows, gaps, random)),
  }
}

/** Numbers in [0, 1), the same for the same seed (xorshift). */
function noise(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

function noisyColumn(metric: Metric, rows: number, gaps: number, random: () => number): ColdColumn {
  const column = emptyColumn(metric, rows)
  const [low, high] = metric.spec.bounds
  const scale = 10 ** metric.spec.decimals
  for (let row = 0; row < rows; row++) {
    if (random() < gaps) continue
    const count = 1 + Math.floor(random() * 60)
    const value = Math.round((low + random() * Math.min(high - low, 1e10)) * scale)
    column.count[row] = count
    column.sum[row] = value * count + Math.floor(random() * count)
    if (column.max !== null) column.max[row] = value + Math.floor(random() * 100)
  }
  return column
}

function emptyColumn(metric: Metric, rows: number): ColdColumn {
  return {
    field: metric.index,
    count: new Float64Array(rows),
    sum: new Float64Array(rows),
    max: metric.spec.keepsMax ? new Float64Array(rows).fill(Number.NEGATIVE_INFINITY) : null,
  }
}

/** As a reader answers it: fields without a value are left out. */
export function withoutEmpty(series: ColdSeries): ColdSeries {
  return { ...series, columns: series.columns.filter((column) => column.count.some((count) => count > 0)) }
}

/** Small numbers, numbers past 2^31, and the largest there are, or `most`. */
function stored(metric: Metric, most: number): fc.Arbitrary<number> {
  const small = fc.integer({ min: -1_000, max: 1_000 })
  if (Math.max(...metric.spec.bounds) * 10 ** metric.spec.decimals < 1e9)
    return fc.oneof(small, fc.integer({ min: -999_999_000, max: 999_999_000 }))
  return fc.oneof(
    small,
    fc.integer({ min: -most, max: most }),
    fc.integer({ min: 2 ** 31 - 2, max: 2 ** 31 + 2 }),
  )
}

const rollup = (metric: Metric, most: number) =>
  fc.option(
    fc.record({
      count: fc.oneof(fc.constant(60), fc.integer({ min: 1, max: 700 })),
      value: stored(metric, most),
      rest: fc.nat({ max: 699 }),
      over: fc.nat({ max: 500 }),
    }),
    { freq: 4 },
  )

/** A series of some of the buckets from COLD_T0 on. */
function coldSeries(
  entity: EntityName,
  id: { host: number; key: string },
  rows: number,
  most: number,
): fc.Arbitrary<ColdSeries> {
  const metrics = persistedMetrics(entity)
  return fc
    .record({
      steps: fc.array(
        fc.oneof(
          { weight: 5, arbitrary: fc.constant(1) },
          fc.nat({ max: 3 }).map((n) => n + 1),
        ),
        {
          minLength: 1,
          maxLength: rows,
        },
      ),
      n: fc.oneof(fc.constant(60), fc.integer({ min: 1, max: 2_000 })),
      fields: fc.tuple(
        ...metrics.map((metric) =>
          fc.oneof(fc.constant([]), fc.array(rollup(metric, most), { minLength: rows, maxLength: rows })),
        ),
      ),
    })
    .map(({ steps, n, fields }) => {
      let bucket = 0
      const time = Float64Array.from(steps, (step) => {
        bucket += step
        return COLD_T0 + bucket * COLD_STEP_MS
      })
      const columns = metrics.map((metric, index) => {
        const column = emptyColumn(metric, steps.length)
        for (const [row, value] of fields[index]!.slice(0, steps.length).entries()) {
          if (value === null) continue
          column.count[row] = value.count
          column.sum[row] = value.value * value.count + (value.rest % value.count)
          if (column.max !== null) column.max[row] = value.value + value.over
        }
        return column
      })
      return { ...id, entity, time, n: new Float64Array(steps.length).fill(n), columns }
    })
}

const KEYS = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ minLength: 200, maxLength: 300 }),
  fc.constantFrom('a', 'b', '/', 'ﬀ', '😀'),
)

/** Series of several hosts and keys as a file holds them: sorted, each once. Values up to `largest`. */
export function sortedSeries(
  entity: EntityName,
  options: { most: number; rows: number; largest?: number },
): fc.Arbitrary<ColdSeries[]> {
  const { most, rows, largest = 9e15 } = options
  return fc
    .uniqueArray(fc.record({ host: fc.integer({ min: 1, max: 4 }), key: KEYS }), {
      maxLength: most,
      selector: ({ host, key }) => `${host} ${key}`,
    })
    .chain((ids) => fc.tuple(...ids.map((id) => coldSeries(entity, id, rows, largest))))
    .map((series) => series.sort(compareSeries))
}
