import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { layoutOf } from '@lumen/model/metric'
import { tempDir } from '@lumen/testkit/temp-dir'
import { COLD_DAY, coldMeta, hostNameOf, noisySeries, withoutEmpty } from '../../testing/cold-samples.ts'
import type { ColdFile } from '../cold-file.ts'
import { iterateColdFile } from './iterate.ts'
import { mergeColdFiles } from './merge.ts'
import { readColdSeries } from './read.ts'
import { writeColdFile } from './write.ts'

const SERIES = noisySeries('disk', { host: 1, key: 'sda', rows: 20 })

/** The file as if its columns of one name had been called something else: to this catalogue the one is missing and
 * the other unknown. */
function renamed(file: ColdFile, from: string, to: string): ColdFile {
  const index = Buffer.from(file.index)
  for (const ending of ['', '_rem', '_n', '_max']) {
    const at = index.indexOf(`${from}${ending} INT`)
    index.write(to, at)
  }
  index.writeUInt32LE(Bun.hash.crc32(index.subarray(0, -4)), index.length - 4)
  return { ...file, index }
}

test('a field that an older catalogue did not have is missing, and one that is not known any more is passed over', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, 'disk', 'a.parquet')
  const written = writeColdFile({ path, meta: coldMeta('disk'), hostName: hostNameOf, series: [SERIES] })
  const file = renamed(written, 'write_iops', 'other_iops')
  const field = layoutOf('disk').indexOf.get('write_iops')!
  const known = withoutEmpty({
    ...SERIES,
    columns: SERIES.columns.filter((column) => column.field !== field),
  })
  expect([...iterateColdFile(dir.path, file)]).toEqual([known])
  const read = readColdSeries({
    folder: dir.path,
    file,
    host: 1,
    selections: [{ entity: 'disk', key: null, fields: [field] }],
    range: COLD_DAY,
  })
  expect(read).toEqual([{ ...SERIES, columns: [] }])
})

test('a merge takes a field from the files that know it', async () => {
  await using dir = await tempDir()
  const write = (name: string) =>
    writeColdFile({
      path: join(dir.path, 'disk', `${name}.parquet`),
      meta: coldMeta('disk'),
      hostName: hostNameOf,
      series: [SERIES],
    })
  const files = [renamed(write('old'), 'write_iops', 'other_iops'), write('new')]
  const merged = mergeColdFiles({
    folder: dir.path,
    path: join(dir.path, 'disk', 'merged.parquet'),
    meta: coldMeta('disk'),
    hostName: hostNameOf,
    files: files.map((file) => ({ file, dropHosts: new Set() })),
  })
  const [series] = [...iterateColdFile(dir.path, merged!)]
  const field = layoutOf('disk').indexOf.get('write_iops')!
  expect(series!.n).toEqual(SERIES.n.map((n) => 2 * n))
  for (const column of withoutEmpty(SERIES).columns) {
    const times = column.field === field ? 1 : 2
    const found = series!.columns.find((each) => each.field === column.field)!
    expect(found.sum).toEqual(column.sum.map((sum) => times * sum))
    expect(found.max).toEqual(column.max)
  }
})

test('a maximum that an older catalogue did not keep is unknown, not zero, and stays so when written again', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, 'disk', 'a.parquet')
  const columns = SERIES.columns.map((column) => ({ ...column, max: null }))
  const series = { ...SERIES, columns }
  const file = writeColdFile({ path, meta: coldMeta('disk'), hostName: hostNameOf, series: [series] })
  const [read] = [...iterateColdFile(dir.path, file)]
  for (const column of read!.columns) {
    expect(column.max).toEqual(new Float64Array(20).fill(Number.NEGATIVE_INFINITY))
    expect(column.sum).toEqual(columns.find((each) => each.field === column.field)!.sum)
  }
})
