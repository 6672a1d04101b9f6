import { describe, expect, test } from 'bun:test'
import { chooseStep } from '@lumen/model/time'
import type { QueryAnswer } from '@lumen/protocol/http/query'
import type { LiveFrame } from '@lumen/protocol/live/message'
import {
  closeGaps,
  columnsOf,
  dropBefore,
  LiveAppender,
  maxName,
  mergeAnswer,
  mergeGaps,
  seriesName,
  TAIL_BUCKETS,
  tailRange,
} from './merge-history.ts'
import { SeriesBuffer } from './series-buffer.ts'

const CPU = seriesName('host.cpu_pct', '')

function answer(t: number[], avg: (number | null)[]): QueryAnswer {
  return {
    from: t[0] ?? 0,
    to: (t[t.length - 1] ?? 0) + 5,
    step_ms: 5,
    tiers: ['ram'],
    t,
    series: [{ entity: 'host', key: '', metric: 'cpu_pct', unit: 'percent', avg, max: avg }],
    gaps: [],
  }
}

const frame = (ts: number, cpu: number): LiveFrame => ({ ts, interval_ms: 5, host: { cpu_pct: cpu } })

describe('history and live frames', () => {
  test('meet without a seam, whichever comes first', () => {
    const history = answer([0, 5, 10, 15], [1, 2, 3, null])
    const liveFirst = new SeriesBuffer()
    const early = new LiveAppender(liveFirst, 5, ['host.cpu_pct'])
    for (const at of [10, 15, 20]) early.append(frame(at, at / 5 + 1))
    mergeAnswer(liveFirst, history)

    const historyFirst = new SeriesBuffer()
    mergeAnswer(historyFirst, history)
    const late = new LiveAppender(historyFirst, 5, ['host.cpu_pct'])
    for (const at of [10, 15, 20]) late.append(frame(at, at / 5 + 1))

    for (const buffer of [liveFirst, historyFirst]) {
      expect([...buffer.t]).toEqual([0, 5, 10, 15, 20])
      expect([...buffer.column(CPU)!]).toEqual([1, 2, 3, 4, 5])
      expect([...buffer.column(maxName(CPU))!]).toEqual([1, 2, 3, 4, 5])
    }
  })

  test('a later answer corrects what live frames could not know', () => {
    const buffer = new SeriesBuffer()
    const live = new LiveAppender(buffer, 5, ['host.cpu_pct'])
    live.append(frame(0, 1))
    live.append(frame(10, 3))
    mergeAnswer(buffer, answer([0, 5, 10], [1, 2, 3]))
    expect([...buffer.t]).toEqual([0, 5, 10])
  })

  test('buckets without any reading leave no row', () => {
    expect([...columnsOf(answer([0, 5, 10], [1, null, 3])).t]).toEqual([0, 10])
  })

  test('a series without a single value does not exist', () => {
    const history = answer([0, 5], [1, 2])
    history.series.push({
      entity: 'host',
      key: '',
      metric: 'zfs_arc_bytes',
      unit: 'bytes',
      avg: [null, null],
      max: null,
    })
    expect([...columnsOf(history).columns.keys()]).toEqual([CPU, maxName(CPU)])
  })

  test('an answer with nothing in it takes nothing away', () => {
    const buffer = new SeriesBuffer()
    new LiveAppender(buffer, 5, ['host.cpu_pct']).append(frame(5, 9))
    mergeAnswer(buffer, answer([0, 5], [null, null]))
    expect([...buffer.column(CPU)!]).toEqual([9])
  })

  test('two readings in one bucket are averaged and the higher one is the maximum', () => {
    const buffer = new SeriesBuffer()
    const live = new LiveAppender(buffer, 5, ['host.cpu_pct'])
    for (const [at, cpu] of [
      [10, 2],
      [12, 6],
      [14, 4],
    ] as const)
      live.append(frame(at, cpu))
    expect([...buffer.column(CPU)!]).toEqual([4])
    expect([...buffer.column(maxName(CPU))!]).toEqual([6])
  })

  test('a reading that joins a bucket history has begun is weighed with what is in it', () => {
    const buffer = new SeriesBuffer()
    const steps = (t: number[], avg: number[]) => ({ ...answer(t, avg), step_ms: 30 })
    mergeAnswer(buffer, steps([0, 30], [2, 4]))
    const live = new LiveAppender(buffer, 30, ['host.cpu_pct'])
    live.append(frame(45, 12))
    expect([...buffer.column(CPU)!]).toEqual([2, 6])
    expect([...buffer.column(maxName(CPU))!]).toEqual([2, 12])
  })

  test('a reading that history has as a bucket of its own changes nothing', () => {
    const buffer = new SeriesBuffer()
    mergeAnswer(buffer, answer([0, 5, 10], [1, 2, 3]))
    new LiveAppender(buffer, 5, ['host.cpu_pct']).append(frame(12, 3))
    expect([...buffer.column(CPU)!]).toEqual([1, 2, 3])
  })

  test('the newest bucket of a coarse step grows in place and leaves those before it alone', () => {
    const buffer = new SeriesBuffer()
    const days = (t: number[], avg: (number | null)[]) => ({ ...answer(t, avg), step_ms: 86_400_000 })
    mergeAnswer(buffer, days([0, 86_400_000, 172_800_000], [10, 20, 30]))
    mergeAnswer(buffer, days([86_400_000, 172_800_000], [20, 31]))
    expect([...buffer.t]).toEqual([0, 86_400_000, 172_800_000])
    expect([...buffer.column(CPU)!]).toEqual([10, 20, 31])
  })

  test('a key with dots and bars is a series of its own', () => {
    const buffer = new SeriesBuffer()
    new LiveAppender(buffer, 5, ['filesystem.used_pct']).append({
      ts: 5,
      interval_ms: 5,
      filesystem: { '/srv/a.b|c': { used_pct: 7 } },
    })
    expect([...buffer.column(seriesName('filesystem.used_pct', '/srv/a.b|c'))!]).toEqual([7])
  })
})

describe('tail refetch', () => {
  test('is answered in the step the chart has', () => {
    for (const step of [5_000, 60_000, 120_000, 300_000, 900_000, 43_200_000, 86_400_000]) {
      expect(chooseStep(tailRange(1_790_000_123_456, step), TAIL_BUCKETS, 1_000)).toBe(step)
    }
  })

  test('holds the bucket under way', () => {
    const range = tailRange(1_790_000_123_456, 60_000)
    expect(range.from % 60_000).toBe(0)
    expect(range.to).toBeGreaterThan(1_790_000_123_456)
  })
})

describe('gaps', () => {
  test('one that goes on stays one and takes the newer cause', () => {
    const known = [{ from: 10, to: 50, cause: 'unknown' }]
    expect(mergeGaps(known, [{ from: 40, to: 60, cause: 'agent stopped' }], { from: 40, to: 100 })).toEqual([
      { from: 10, to: 60, cause: 'agent stopped' },
    ])
  })

  test('one that a late reading filled goes away', () => {
    expect(mergeGaps([{ from: 45, to: 50, cause: 'x' }], [], { from: 40, to: 100 })).toEqual([])
  })

  test('two with data between them stay two', () => {
    expect(
      mergeGaps([{ from: 10, to: 20, cause: 'a' }], [{ from: 50, to: 60, cause: 'b' }], {
        from: 40,
        to: 100,
      }),
    ).toEqual([
      { from: 10, to: 20, cause: 'a' },
      { from: 50, to: 60, cause: 'b' },
    ])
  })
})

describe('gaps while live', () => {
  const gap = (from: number, to: number) => ({ from, to, cause: 'agent stopped' })

  test('a reading ends the gap it comes after and leaves earlier ones', () => {
    expect(closeGaps([gap(10, 20), gap(30, 60)], 45)).toEqual([gap(10, 20), gap(30, 45)])
  })

  test('a gap that began with or after a reading is none', () => {
    expect(closeGaps([gap(10, 20), gap(45, 60), gap(50, 70)], 45)).toEqual([gap(10, 20)])
  })

  test('gaps that are over stay the very same list, so that nothing is drawn for them', () => {
    const over = [gap(10, 20), gap(30, 45)]
    expect(closeGaps(over, 45)).toBe(over)
  })

  test('what ended before the oldest row is forgotten', () => {
    expect(dropBefore([gap(10, 20), gap(15, 31)], 30)).toEqual([gap(15, 31)])
  })
})
