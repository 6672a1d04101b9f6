import { heapStats } from 'bun:jsc'
import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DAY } from '@lumen/model/time'
import { tempDir } from '@lumen/testkit/temp-dir'
import {
  COLD_MONTH,
  COLD_T0,
  coldMeta,
  hostNameOf,
  noisySeries,
  withoutEmpty,
} from '../../testing/cold-samples.ts'
import type { ColdFile } from '../cold-file.ts'
import type { ColdSeries } from '../cold-series.ts'
import { indexOf } from './file-index.ts'
import { iterateColdFile } from './iterate.ts'
import { type MergeOptions, mergeColdFiles } from './merge.ts'
import { writeColdFile } from './write.ts'

const DAYS = 30

/** The same day again and again. */
function shifted(series: readonly ColdSeries[], day: number): ColdSeries[] {
  return series.map((each) => ({ ...each, time: each.time.map((time) => time + day * DAY) }))
}

function writeDays(folder: string, series: readonly ColdSeries[]): ColdFile[] {
  return Array.from({ length: DAYS }, (_, day) =>
    writeColdFile({
      path: join(folder, series[0]!.entity, `day-${day}.parquet`),
      meta: coldMeta(series[0]!.entity, {
        span: { from: COLD_T0 + day * DAY, to: COLD_T0 + (day + 1) * DAY },
      }),
      hostName: hostNameOf,
      series: shifted(series, day),
    }),
  )
}

function merge(
  folder: string,
  files: readonly ColdFile[],
  more: Partial<MergeOptions> = {},
): ColdFile | null {
  const { entity } = files[0]!
  return mergeColdFiles({
    folder,
    path: join(folder, entity, 'month.parquet'),
    meta: coldMeta(entity, { level: 'month', span: COLD_MONTH }),
    hostName: hostNameOf,
    files: files.map((file) => ({ file, dropHosts: new Set<number>() })),
    ...more,
  })
}

test('days of many hosts become a page a host in several row groups', async () => {
  await using dir = await tempDir()
  const series = Array.from({ length: 20 }, (_, index) =>
    noisySeries('sensor', { host: index + 1, key: 'a' }),
  )
  const file = merge(dir.path, writeDays(dir.path, series).toReversed())!
  const index = indexOf(file.index)
  expect([index.pageCount, index.groupOf(index.pageCount - 1)]).toEqual([20, 1])
  const merged = [...iterateColdFile(dir.path, file)]
  expect(merged.map(({ host }) => host)).toEqual(series.map(({ host }) => host))
  const days = Array.from({ length: DAYS }, (_, day) => shifted(series, day)[17]!)
  expect(merged[17]!.time).toEqual(Float64Array.from(days.flatMap(({ time }) => [...time])))
  const expected = withoutEmpty(series[17]!)
  for (const [at, column] of merged[17]!.columns.entries()) {
    expect(column.sum.slice(288, 576)).toEqual(expected.columns[at]!.sum.slice())
    expect(column.count.slice(-288)).toEqual(expected.columns[at]!.count.slice())
  }
}, 120_000)

test('a merge that is ended leaves neither a file nor open ones', async () => {
  await using dir = await tempDir()
  const files = writeDays(dir.path, [noisySeries('sensor', { host: 1 })])
  const open = readdirSync('/proc/self/fd').length
  const checkpoint = () => {
    throw new Error('not wanted any more')
  }
  expect(() => merge(dir.path, files, { checkpoint })).toThrow('not wanted any more')
  expect(readdirSync(join(dir.path, 'sensor'))).toHaveLength(DAYS)
  expect(readdirSync('/proc/self/fd')).toHaveLength(open)
})

test('what a merge of a month holds stays below 24 MB, however many hosts there are', async () => {
  await using dir = await tempDir()
  const series = Array.from({ length: 18 }, (_, index) => noisySeries('host', { host: index + 1 }))
  const files = writeDays(dir.path, series)
  const held: number[] = []
  const measure = () => {
    Bun.gc(true)
    const { heapSize, extraMemorySize } = heapStats()
    held.push(heapSize + extraMemorySize)
  }
  measure()
  merge(dir.path, files, { checkpoint: measure })
  expect(Math.max(...held) - held[0]!).toBeLessThan(24e6)
}, 120_000)
