import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { tempDir } from '@lumen/testkit/temp-dir'
import fc from 'fast-check'
import { coldMeta, hostNameOf, sortedSeries, withoutEmpty } from '../../testing/cold-samples.ts'
import { inspectColdFile } from './inspect-cold-file.ts'
import { iterateColdFile } from './iterate.ts'
import { readColdSeries } from './read.ts'
import { writeColdFile } from './write.ts'

for (const entity of ['disk', 'sensor', 'host'] as const) {
  test(`any series of ${entity} are read as they were written, whole or a host and a field at a time`, async () => {
    await using dir = await tempDir()
    const path = join(dir.path, entity, 'any.parquet')
    fc.assert(
      fc.property(sortedSeries(entity, { most: 6, rows: 40 }), (series) => {
        const meta = coldMeta(entity)
        const file = writeColdFile({ path, meta, hostName: hostNameOf, series })
        const expected = series.map(withoutEmpty)
        expect([...iterateColdFile(dir.path, file)]).toEqual(expected)
        expect(inspectColdFile(path)).toEqual({ kind: 'sound', file, meta })
        for (const host of [1, 2, 3, 4]) {
          const selections = [{ entity, key: null, fields: [0] }]
          const range = { from: meta.span.from, to: meta.span.to }
          const some = expected
            .filter((each) => each.host === host)
            .map((each) => ({ ...each, columns: each.columns.filter((column) => column.field === 0) }))
          expect(readColdSeries({ folder: dir.path, file, host, selections, range })).toEqual(some)
        }
      }),
      { numRuns: entity === 'host' ? 20 : 60 },
    )
  }, 60_000)
}
