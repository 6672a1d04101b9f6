import { heapStats } from 'bun:jsc'
import { expect, test } from 'bun:test'
import { existsSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { layoutOf } from '@lumen/model/metric'
import { tempDir } from '@lumen/testkit/temp-dir'
import {
  COLD_DAY,
  COLD_MONTH,
  COLD_T0,
  coldMeta,
  hostNameOf,
  noisySeries,
  withoutEmpty,
} from '../../testing/cold-samples.ts'
import { COLD_STEP_MS, type ColdSeries } from '../cold-series.ts'
import { indexOf } from './file-index.ts'
import { inspectColdFile } from './inspect-cold-file.ts'
import { iterateColdFile } from './iterate.ts'
import type { WriteStep } from './put-file.ts'
import { readColdFrames, readColdSeries } from './read.ts'
import { writeColdFile } from './write.ts'

const MONTH_ROWS = 30 * 288
const small = () => [noisySeries('disk', { host: 1, key: 'sda', rows: 10 })]

test('the steps come in order, and the file has its name only after its bytes are on the disk', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, 'disk', 'a.parquet')
  const seen: [WriteStep, string[]][] = []
  const reach = (step: WriteStep) => seen.push([step, readdirSync(join(dir.path, 'disk'))])
  writeColdFile({ path, meta: coldMeta('disk'), hostName: hostNameOf, series: small(), reach })
  expect(seen).toEqual([
    ['written', ['a.parquet.tmp']],
    ['fsynced', ['a.parquet.tmp']],
    ['renamed', ['a.parquet']],
    ['folder-fsynced', ['a.parquet']],
  ])
})

test('a fault at any step, or in the rows, leaves nothing behind', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, 'disk', 'a.parquet')
  const base = { path, meta: coldMeta('disk'), hostName: hostNameOf }
  for (const fault of ['written', 'fsynced', 'renamed', 'folder-fsynced'] as const) {
    const reach = (step: WriteStep) => {
      if (step === fault) throw new Error(`fault when ${fault}`)
    }
    expect(() => writeColdFile({ ...base, series: small(), reach })).toThrow(`fault when ${fault}`)
    expect(readdirSync(join(dir.path, 'disk'))).toEqual([])
  }
  function* failing(): Generator<ColdSeries, void, void> {
    yield* small()
    throw new Error('fault in the rows')
  }
  expect(() => writeColdFile({ ...base, series: failing() })).toThrow('fault in the rows')
  expect(readdirSync(join(dir.path, 'disk'))).toEqual([])
})

test.skipIf(!existsSync('/dev/full'))(
  'a full disk ends the writing with ENOSPC and leaves nothing behind (needs /dev/full)',
  async () => {
    await using dir = await tempDir()
    const path = join(dir.path, 'disk', 'a.parquet')
    await mkdir(join(dir.path, 'disk'))
    symlinkSync('/dev/full', `${path}.tmp`)
    const write = () => writeColdFile({ path, meta: coldMeta('disk'), hostName: hostNameOf, series: small() })
    expect(write).toThrow('ENOSPC')
    expect(readdirSync(join(dir.path, 'disk'))).toEqual([])
    expect(write().rows).toBe(10)
  },
)

test('folder and file are for their owner alone', async () => {
  await using dir = await tempDir()
  const folder = join(dir.path, 'cold', 'disk')
  writeColdFile({
    path: join(folder, 'a.parquet'),
    meta: coldMeta('disk'),
    hostName: hostNameOf,
    series: small(),
  })
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'a.parquet')).mode & 0o777).toBe(0o600)
})

test('series that are not sorted, or come twice, are refused', async () => {
  await using dir = await tempDir()
  const base = { path: join(dir.path, 'disk', 'a.parquet'), meta: coldMeta('disk'), hostName: hostNameOf }
  const of = (host: number, key: string) => noisySeries('disk', { host, key, rows: 2 })
  for (const series of [
    [of(2, ''), of(1, '')],
    [of(1, 'b'), of(1, 'a')],
    [of(1, 'a'), of(1, 'a')],
    [of(1, '\u{1f600}'), of(1, '\uffee')],
  ])
    expect(() => writeColdFile({ ...base, series })).toThrow(
      expect.objectContaining({ code: 'cold_series_unsorted' }),
    )
})

test('a number past what the column keeps is refused, not cut', async () => {
  await using dir = await tempDir()
  const series = noisySeries('sensor', { host: 1, rows: 1, gaps: 0 })
  series.columns[0]!.sum[0] = 3e9 * series.columns[0]!.count[0]!
  const base = { path: join(dir.path, 'sensor', 'a.parquet'), meta: coldMeta('sensor'), hostName: hostNameOf }
  expect(() => writeColdFile({ ...base, series: [series] })).toThrow(
    expect.objectContaining({ code: 'cold_value_unfit' }),
  )
})

test('a file without rows can be written, listed and read', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, 'disk', 'none.parquet')
  const file = writeColdFile({ path, meta: coldMeta('disk'), hostName: hostNameOf, series: [] })
  expect(file.rows).toBe(0)
  expect([...iterateColdFile(dir.path, file)]).toEqual([])
  expect(inspectColdFile(path)).toEqual({ kind: 'sound', file, meta: coldMeta('disk') })
})

test('5,000 series of one host are read one by one and all together', async () => {
  await using dir = await tempDir()
  const key = (index: number) => `${String(index).padStart(5, '0')}/${'ключ'.repeat(index % 9)}`
  const series = Array.from({ length: 5_000 }, (_, index) =>
    noisySeries('sensor', { host: 3, key: key(index), rows: 3 }),
  )
  const path = join(dir.path, 'sensor', 'a.parquet')
  const file = writeColdFile({ path, meta: coldMeta('sensor'), hostName: hostNameOf, series })
  const read = (wanted: string | null) =>
    readColdSeries({
      folder: dir.path,
      file,
      host: 3,
      selections: [{ entity: 'sensor', key: wanted, fields: [0, 1] }],
      range: COLD_DAY,
    })
  expect(read(null)).toEqual(series.map(withoutEmpty))
  for (const index of [0, 1, 2_499, 4_999]) expect(read(key(index))).toEqual([withoutEmpty(series[index]!)])
  expect(read('none')).toEqual([])
})

test('rows of a range alone are answered, across pages and row groups', async () => {
  await using dir = await tempDir()
  const series = [1, 2, 3, 4, 5, 6, 7].map((host) => noisySeries('host', { host, rows: MONTH_ROWS }))
  const path = join(dir.path, 'host', 'month.parquet')
  const meta = coldMeta('host', { level: 'month', span: COLD_MONTH })
  const file = writeColdFile({ path, meta, hostName: hostNameOf, series })
  const index = indexOf(file.index)
  expect(index.groupOf(index.pageCount - 1)).toBeGreaterThan(0)
  expect([...iterateColdFile(dir.path, file, { dropHosts: new Set([1, 5]) })]).toEqual(
    series.filter(({ host }) => host !== 1 && host !== 5).map(withoutEmpty),
  )
  const range = { from: COLD_T0 + 4_000 * COLD_STEP_MS - 1, to: COLD_T0 + 4_100 * COLD_STEP_MS }
  const field = layoutOf('host').indexOf.get('mem_used_bytes')!
  const selections = [{ entity: 'host', key: null, fields: [field] }] as const
  for (const whole of series) {
    const [found] = readColdSeries({ folder: dir.path, file, host: whole.host, selections, range })
    expect(found!.time).toEqual(whole.time.slice(4_000, 4_100))
    const column = whole.columns.find((each) => each.field === field)!
    expect(found!.columns).toEqual([
      {
        field,
        count: column.count.slice(4_000, 4_100),
        sum: column.sum.slice(4_000, 4_100),
        max: column.max!.slice(4_000, 4_100),
      },
    ])
    expect(readColdFrames({ folder: dir.path, file, host: whole.host, range })!.n).toEqual(
      whole.n.slice(4_000, 4_100),
    )
  }
}, 120_000)

test('a host, a key, an entity or a time that the file does not have is an empty answer', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, 'disk', 'a.parquet')
  const file = writeColdFile({ path, meta: coldMeta('disk'), hostName: hostNameOf, series: small() })
  const read = (host: number, entity: 'disk' | 'nic', key: string | null, from: number) =>
    readColdSeries({
      folder: dir.path,
      file,
      host,
      selections: [{ entity, key, fields: [0] }],
      range: { from, to: COLD_DAY.to },
    })
  expect(read(1, 'disk', 'sda', COLD_T0)).toHaveLength(1)
  expect(read(2, 'disk', 'sda', COLD_T0)).toEqual([])
  expect(read(1, 'disk', 'sdb', COLD_T0)).toEqual([])
  expect(read(1, 'nic', null, COLD_T0)).toEqual([])
  expect(read(1, 'disk', null, COLD_T0 + 10 * COLD_STEP_MS)).toEqual([])
})

test('what the writer holds beside a series stays below 24 MB, however long the file gets', async () => {
  await using dir = await tempDir()
  const held: number[] = []
  let seriesBytes = 0
  const measure = () => {
    Bun.gc(true)
    const { heapSize, extraMemorySize } = heapStats()
    held.push(heapSize + extraMemorySize)
  }
  function* months(): Generator<ColdSeries, void, void> {
    measure()
    for (let host = 1; host <= 20; host++) {
      const series = noisySeries('host', { host, rows: MONTH_ROWS })
      seriesBytes =
        8 * MONTH_ROWS * (2 + series.columns.reduce((n, { max }) => n + (max === null ? 2 : 3), 0))
      yield series
      measure()
    }
  }
  const path = join(dir.path, 'host', 'month.parquet')
  const meta = coldMeta('host', { level: 'month', span: COLD_MONTH })
  const file = writeColdFile({ path, meta, hostName: hostNameOf, series: months() })
  expect(file.bytes).toBeGreaterThan(24e6)
  expect(Math.max(...held) - held[0]! - seriesBytes).toBeLessThan(24e6)
}, 120_000)
