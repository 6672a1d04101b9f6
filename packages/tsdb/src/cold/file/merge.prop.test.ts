import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { tempDir } from '@lumen/testkit/temp-dir'
import fc from 'fast-check'
import { COLD_MONTH, coldMeta, hostNameOf, sortedSeries, withoutEmpty } from '../../testing/cold-samples.ts'
import type { ColdFile } from '../cold-file.ts'
import type { ColdSeries } from '../cold-series.ts'
import { iterateColdFile } from './iterate.ts'
import { compareSeries } from './key-order.ts'
import { mergeColdFiles } from './merge.ts'
import { verifyColdFile } from './verify.ts'
import { writeColdFile } from './write.ts'

/** Sums of three runs stay below 2^53, where they are exact. */
const run = sortedSeries('disk', { most: 4, rows: 12, largest: 4e12 })
const RUNS = { numRuns: 40 }
const NOBODY: ReadonlySet<number> = new Set()

/** Makes files in a folder. */
class Files {
  readonly #folder: string
  #made = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  write(series: readonly ColdSeries[]): ColdFile {
    return writeColdFile({ ...this.#next('day'), series })
  }

  merge(files: readonly ColdFile[], dropHosts = NOBODY): ColdFile | null {
    const merged = mergeColdFiles({
      ...this.#next('month'),
      folder: this.#folder,
      files: files.map((file) => ({ file, dropHosts })),
    })
    if (merged !== null) expect(this.#damageOf(merged)).toBeNull()
    return merged
  }

  read(file: ColdFile | null): ColdSeries[] {
    return file === null ? [] : [...iterateColdFile(this.#folder, file)]
  }

  #damageOf(file: ColdFile): string | null {
    const steps = verifyColdFile(this.#folder, file)
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
    }
  }

  #next(level: 'day' | 'month') {
    const path = join(this.#folder, 'disk', `${this.#made++}.parquet`)
    return { path, meta: coldMeta('disk', { level, span: COLD_MONTH }), hostName: hostNameOf }
  }
}

test('merging commutes and associates, and a file alone stays as it is (T3)', async () => {
  await using dir = await tempDir()
  const files = new Files(dir.path)
  fc.assert(
    fc.property(run, run, run, (...runs) => {
      const [a, b, c] = runs.map((series) => files.write(series)) as [ColdFile, ColdFile, ColdFile]
      const both = (...pair: (ColdFile | null)[]) => files.merge(pair.filter((file) => file !== null))
      const all = files.read(both(a, b, c))
      expect(files.read(both(c, a, b))).toEqual(all)
      expect(files.read(both(both(a, b), c))).toEqual(all)
      expect(files.read(both(a, both(b, c)))).toEqual(all)
      expect(files.read(both(a))).toEqual(runs[0]!.map(withoutEmpty))
      expect(files.read(both(a, files.write([])))).toEqual(runs[0]!.map(withoutEmpty))
    }),
    RUNS,
  )
}, 120_000)

test('every bucket of every series is in the merge, with counts, sums and maxima of all files', async () => {
  await using dir = await tempDir()
  const files = new Files(dir.path)
  fc.assert(
    fc.property(run, run, run, fc.integer({ min: 1, max: 4 }), (a, b, c, gone) => {
      const runs = [a, b, c]
      const written = runs.map((series) => files.write(series))
      const all = files.read(files.merge(written))
      expect([...all].sort(compareSeries)).toEqual(all)
      expect(tally(all)).toEqual(tally(runs.flat()))
      expect(files.read(files.merge(written, new Set([gone])))).toEqual(
        all.filter(({ host }) => host !== gone),
      )
    }),
    RUNS,
  )
}, 120_000)

/** Frames by bucket, rollups by field and bucket: what a naive count over everything gives. */
function tally(all: readonly ColdSeries[]) {
  const frames = new Map<string, number>()
  const fields = new Map<string, { count: number; sum: number; max: number }>()
  for (const { host, key, time, n, columns } of all)
    for (const [row, at] of time.entries()) {
      const bucket = `${host} ${key} ${at}`
      frames.set(bucket, (frames.get(bucket) ?? 0) + n[row]!)
      for (const column of columns) {
        if (column.count[row] === 0) continue
        const id = `${bucket} ${column.field}`
        const before = fields.get(id) ?? { count: 0, sum: 0, max: Number.NEGATIVE_INFINITY }
        fields.set(id, {
          count: before.count + column.count[row]!,
          sum: before.sum + column.sum[row]!,
          max: Math.max(before.max, column.max?.[row] ?? Number.NEGATIVE_INFINITY),
        })
      }
    }
  return { frames, fields }
}
