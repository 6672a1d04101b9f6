import { describe, expect, test } from 'bun:test'
import type { Sample } from '@lumen/model/sample'
import { bucketStart, MINUTE } from '@lumen/model/time'
import { type BucketColumn, BucketSet } from './plan/bucket-set.ts'
import type { Grid } from './plan/grid.ts'
import { metric, rowOf, sampleOf, T0 } from './testing/samples.ts'
import type { Selection, Tier } from './tier.ts'

/** A tier with a way to get frames into it. Each `write` call is one batch (a flush, where there is one). */
export interface TierUnderTest extends Disposable {
  tier: Tier
  write(host: number, samples: readonly Sample[]): void
}

const CPU = metric('host.cpu_pct')
const IOPS = metric('disk.read_iops')
const cpu: Selection = { entity: 'host', key: '', fields: [CPU.index] }

/** `[count, sum, max]` of each bucket. */
function triples(column: BucketColumn | undefined): (number[] | null)[] | undefined {
  if (column === undefined) return undefined
  return [...column.count].map((count, index) =>
    count === 0 ? null : [count, column.sum[index]!, column.max[index]!],
  )
}

/** What every tier promises (see Tier), run against each of them. Frames lie within four buckets from `start` on.
 * @param bucketMs the shortest buckets it has */
export function tierContract(name: string, make: () => TierUnderTest, bucketMs = MINUTE): void {
  const start = bucketStart(T0, bucketMs)
  const grid: Grid = { start, stepMs: bucketMs, buckets: 4 }
  describe(`${name} keeps the tier contract`, () => {
    test('each value counts once, in the bucket that holds its time (T4)', () => {
      using subject = make()
      subject.write(1, [
        sampleOf(1, start, 10),
        sampleOf(2, start + bucketMs - 1, 30),
        sampleOf(3, start + bucketMs, 5),
      ])
      const [column] = subject.tier.read({ host: 1, grid, selections: [cpu] })
      expect(triples(column)).toEqual([[2, 4_000, 3_000], [1, 500, 500], null, null])
    })

    test('the order of frames and batches changes nothing (T3)', () => {
      const samples = Array.from({ length: 20 }, (_, seq) =>
        sampleOf(seq, start + (seq * 11 * bucketMs) / 60, (seq * 37) % 100),
      )
      const read = (batches: Sample[][]) => {
        using subject = make()
        for (const batch of batches) subject.write(1, batch)
        return subject.tier.read({ host: 1, grid, selections: [cpu] })
      }
      const inOrder = read([samples])
      expect(read([samples.toReversed()])).toEqual(inOrder)
      expect(read([samples.slice(12), samples.slice(0, 5), samples.slice(5, 12)])).toEqual(inOrder)
    })

    test('missing is not zero: a column exists only with values, buckets without stay empty (T5)', () => {
      using subject = make()
      const zero = rowOf('disk', 'sda', { read_iops: 0 })
      subject.write(1, [sampleOf(1, start, Number.NaN), sampleOf(2, start + bucketMs, Number.NaN, [zero])])
      expect(subject.tier.read({ host: 1, grid, selections: [cpu] })).toEqual([])
      const selections = [{ entity: 'disk' as const, key: 'sda', fields: [IOPS.index] }]
      const [column] = subject.tier.read({ host: 1, grid, selections })
      expect(triples(column)).toEqual([null, [1, 0, 0], null, null])
    })

    test('a field missing from some frames of a minute counts only where it was', () => {
      using subject = make()
      const disk = (fields: Record<string, number>) => [rowOf('disk', 'sda', fields)]
      subject.write(1, [
        sampleOf(1, start, 1, disk({ read_iops: 4 })),
        sampleOf(2, start + 1, 1, disk({ write_iops: 9 })),
      ])
      subject.write(1, [sampleOf(3, start + 2, 1, disk({ read_iops: 6, write_iops: 1 }))])
      const selections = [{ entity: 'disk' as const, key: 'sda', fields: [IOPS.index] }]
      const [column] = subject.tier.read({ host: 1, grid, selections })
      expect(triples(column)).toEqual([[2, 1_000, 600], null, null, null])
    })

    test('no key asks for all keys with values, and a key for itself', () => {
      using subject = make()
      const disks = ['sda', 'sdb'].map((key, index) => rowOf('disk', key, { read_iops: index + 1 }))
      subject.write(1, [sampleOf(1, start, 1, disks)])
      const read = (key: string | null) =>
        subject.tier.read({ host: 1, grid, selections: [{ entity: 'disk', key, fields: [IOPS.index] }] })
      expect(read(null).map((column) => column.key)).toEqual(['sda', 'sdb'])
      expect(triples(read('sdb')[0])?.[0]).toEqual([1, 200, 200])
      expect(read('sdc')).toEqual([])
    })

    test('a grid is answered half-open and coarser steps merge its minutes', () => {
      using subject = make()
      subject.write(1, [
        sampleOf(1, start - 1, 90),
        sampleOf(2, start, 10),
        sampleOf(3, start + bucketMs, 20),
        sampleOf(4, start + 2 * bucketMs, 95),
      ])
      const two = { start, stepMs: 2 * bucketMs, buckets: 1 }
      const [column] = subject.tier.read({ host: 1, grid: two, selections: [cpu] })
      expect(triples(column)).toEqual([[2, 3_000, 2_000]])
    })

    test('negative values and values past 32 bits come back exactly', () => {
      using subject = make()
      const rows = [
        rowOf('sensor', 'a', { temp_celsius: -12.5 }),
        rowOf('filesystem', '/', { used_bytes: 9e12 + 1 }),
      ]
      subject.write(1, [sampleOf(1, start, 1, rows), sampleOf(2, start + 1, 1, rows)])
      const set = new BucketSet(grid)
      const selections: Selection[] = [
        { entity: 'sensor', key: null, fields: [metric('sensor.temp_celsius').index] },
        { entity: 'filesystem', key: null, fields: [metric('filesystem.used_bytes').index] },
      ]
      set.addColumns(subject.tier.read({ host: 1, grid, selections }))
      const temp = set.find('sensor', 'a', metric('sensor.temp_celsius').index)
      expect(triples(temp)?.[0]).toEqual([2, -250, -125])
      expect(set.find('filesystem', '/', metric('filesystem.used_bytes').index)?.sum[0]).toBe(2 * (9e12 + 1))
    })

    test('hosts are apart, and a deleted one reads as if it had never been', () => {
      using subject = make()
      subject.write(1, [sampleOf(1, start, 10)])
      subject.write(2, [sampleOf(1, start, 20)])
      subject.tier.deleteHost(1)
      expect(subject.tier.read({ host: 1, grid, selections: [cpu] })).toEqual([])
      expect(triples(subject.tier.read({ host: 2, grid, selections: [cpu] })[0])?.[0]).toEqual([
        1, 2_000, 2_000,
      ])
      subject.write(1, [sampleOf(2, start + bucketMs, 30)])
      expect(triples(subject.tier.read({ host: 1, grid, selections: [cpu] })[0])).toEqual([
        null,
        [1, 3_000, 3_000],
        null,
        null,
      ])
    })

    test('an unknown host has nothing', () => {
      using subject = make()
      expect(subject.tier.read({ host: 9, grid, selections: [cpu] })).toEqual([])
    })
  })
}
