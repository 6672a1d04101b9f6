import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { EntityName } from '@lumen/model/catalog'
import { tempDir } from '@lumen/testkit/temp-dir'
import { PERSISTED_ENTITIES } from '../../persisted.ts'
import { COLD_T0, coldMeta, hostNameOf, noisySeries, withoutEmpty } from '../../testing/cold-samples.ts'
import { COLD_STEP_MS, type ColdSeries } from '../cold-series.ts'
import { entityColumns } from './columns.ts'
import { iterateColdFile } from './iterate.ts'
import { mergeColdFiles } from './merge.ts'
import { writeColdFile } from './write.ts'

/** A DuckDB that may not fetch or load anything beside itself. */
async function bareDuckDb() {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  return async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson()
}

function seriesOf(entity: EntityName): ColdSeries[] {
  const keys = entity === 'host' ? [''] : ['sd "a"', 'ä/b', '文']
  return [1, 2, 40].flatMap((host) =>
    keys.map((key) => noisySeries(entity, { host, key, rows: 700, gaps: key === '文' ? 1 : 0.1 })),
  )
}

const CASES = [...PERSISTED_ENTITIES].flatMap((entity) => [
  { entity, isMerged: false },
  { entity, isMerged: true },
])

for (const { entity, isMerged } of CASES) {
  test(`DuckDB reads ${isMerged ? 'merged ' : ''}${entity} without an extension and agrees on every column`, async () => {
    await using dir = await tempDir()
    const query = await bareDuckDb()
    const make = { meta: coldMeta(entity), hostName: hostNameOf }
    const parts = [seriesOf(entity).slice(0, 2), seriesOf(entity).slice(2)].map((series, part) =>
      writeColdFile({ ...make, path: join(dir.path, entity, `part-${part}.parquet`), series }),
    )
    const path = join(dir.path, entity, 'all.parquet')
    const files = parts.map((part) => ({ file: part, dropHosts: new Set<number>() }))
    const merged = isMerged ? mergeColdFiles({ ...make, path, folder: dir.path, files }) : null
    const file = merged ?? writeColdFile({ ...make, path, series: seriesOf(entity) })
    const series = [...iterateColdFile(dir.path, file)]
    expect(series).toEqual(seriesOf(entity).map(withoutEmpty))

    const [rows] = await query(
      `SELECT count(*) AS rows, sum(n) AS n, count(DISTINCT host) AS hosts, count(DISTINCT key) AS keys,
              epoch_ms(min(time)) AS first, epoch_ms(max(time)) AS last FROM '${path}'`,
    )
    expect(rows).toEqual({
      rows: String(file.rows),
      n: String(total(series.flatMap((each) => [...each.n]))),
      hosts: '3',
      keys: entity === 'host' ? '1' : '3',
      first: String(COLD_T0),
      last: String(COLD_T0 + 699 * COLD_STEP_MS),
    })
    for (const { metric, avg, rem, n, max } of entityColumns(entity)) {
      const columns = series.flatMap((each) => each.columns.filter((column) => column.field === metric.index))
      const scale = 10 ** metric.spec.decimals
      const unscaled = `(${avg.name} * ${scale})::HUGEINT`
      const [found] = await query(
        `SELECT count(${avg.name}) AS rows, sum(${n.name}) AS count,
                sum(${unscaled} * ${n.name} + ${rem.name})::VARCHAR AS sum,
                ${max === null ? 'NULL' : `(max(${max.name}) * ${scale})::HUGEINT::VARCHAR`} AS max FROM '${path}'`,
      )
      const counted = columns.flatMap((column) => [...column.count].filter((count) => count > 0))
      expect([avg.name, found]).toEqual([
        avg.name,
        {
          rows: String(counted.length),
          count: String(total(counted)),
          sum: String(
            columns.flatMap((column) => [...column.sum]).reduce((sum, each) => sum + BigInt(each), 0n),
          ),
          max:
            max === null ? null : String(Math.max(...columns.flatMap((column) => [...(column.max ?? [])]))),
        },
      ])
    }
  })
}

test('DuckDB finds statistics, DECIMAL types and what the columns mean', async () => {
  await using dir = await tempDir()
  const query = await bareDuckDb()
  const path = join(dir.path, 'disk', 'all.parquet')
  const meta = coldMeta('disk', { replaces: ['2026-11-01-5'] })
  writeColdFile({ path, meta, hostName: hostNameOf, series: seriesOf('disk') })
  expect(
    await query(`SELECT DISTINCT typeof(util_pct) AS util, typeof(read_bytes_per_s) AS read FROM '${path}'`),
  ).toEqual([{ util: 'DECIMAL(9,1)', read: 'DECIMAL(18,0)' }])
  const statistics = await query(
    `SELECT path_in_schema AS name, stats_min_value AS low, stats_max_value AS high, stats_null_count AS nulls
     FROM parquet_metadata('${path}') WHERE path_in_schema IN ('host', 'host_id', 'key', 'time') ORDER BY name`,
  )
  expect(statistics).toEqual([
    { name: 'host', low: 'höst-1', high: 'höst-40', nulls: '0' },
    { name: 'host_id', low: '1', high: '40', nulls: '0' },
    { name: 'key', low: 'sd "a"', high: '文', nulls: '0' },
    { name: 'time', low: '2026-11-01 00:00:00+00', high: '2026-11-03 10:15:00+00', nulls: '0' },
  ])
  // What a filter on host and time leaves out by them is not missed.
  expect(await query(`SELECT count(*) AS n FROM '${path}' WHERE host_id = 2 AND key = '文'`)).toEqual([
    { n: '700' },
  ])
  const pairs = await query(
    `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('${path}') ORDER BY 1`,
  )
  expect(pairs.map(({ key, value }) => `${key}=${value}`)).toEqual([
    'lumen.commit=3',
    'lumen.entity=disk',
    'lumen.format=1',
    'lumen.from=2026-11-01T00:00:00.000Z',
    'lumen.id=7',
    expect.stringMatching(/^lumen\.index=\d+ \d+$/),
    'lumen.level=day',
    'lumen.replaces=["2026-11-01-5"]',
    'lumen.store=00000000-0000-4000-8000-000000000000',
    'lumen.to=2026-11-02T00:00:00.000Z',
  ])
  const [util] = await query(
    `SELECT key_value_metadata::VARCHAR AS meaning FROM parquet_metadata('${path}')
     WHERE path_in_schema = 'util_pct_max' AND row_group_id = 0`,
  )
  expect(util!.meaning).toBe(
    "{title='Busy, maximum', unit=percent, source='/proc/diskstats: growth of time doing I/O'}",
  )
})

test('DuckDB finds rows by keys and names longer than its statistics', async () => {
  await using dir = await tempDir()
  const query = await bareDuckDb()
  const path = join(dir.path, 'container', 'all.parquet')
  const keys = ['a'.repeat(300), `${'a'.repeat(299)}ё`, '\u{10ffff}'.repeat(40)]
  const series = [1, 2].flatMap((host) => keys.map((key) => noisySeries('container', { host, key, rows: 5 })))
  const hostName = (host: number) => `${'文'.repeat(200)}${host}`
  writeColdFile({ path, meta: coldMeta('container'), hostName, series })
  for (const key of keys)
    expect(await query(`SELECT count(*) AS n FROM '${path}' WHERE key = '${key}'`)).toEqual([{ n: '10' }])
  expect(await query(`SELECT count(*) AS n FROM '${path}' WHERE host >= '${hostName(2)}'`)).toEqual([
    { n: '15' },
  ])
})

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}
