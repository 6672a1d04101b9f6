import { afterEach, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from './open.ts'
import type { TsdbOptions } from './options.ts'
import { metric, rowOf, sampleOf, scratchDir, T0, testClock } from './testing/samples.ts'

const CPU = metric('host.cpu_pct')
const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

function scratch(): string {
  dirs.push(scratchDir())
  return dirs.at(-1)!.dir
}

function open(dir: string, clock = testClock(T0), options: Partial<TsdbOptions> = {}) {
  return openTsdb({ dir, clock, log: silentLog, autoFlush: false, ...options })
}

const lastHour = { from: T0 - HOUR, to: T0 + HOUR }

test('a frame counts once however often it comes (T2)', async () => {
  await using store = await open(scratch())
  const sample = sampleOf(1, T0 - 1, 50)
  expect(store.append(1, 's', sample).kind).toBe('taken')
  expect(store.append(1, 's', sample).kind).toBe('duplicate')
  await store.flush()
  expect(store.append(1, 's', sample).kind).toBe('duplicate')
  const answer = await store.query({ host: 1, metrics: [CPU], key: null, range: lastHour, points: 200 })
  expect([...answer.series[0]!.avg].filter((value) => !Number.isNaN(value))).toEqual([5_000])
  expect(store.health().pendingFrames).toBe(0)
})

test('seqs are durable only after the flush that holds their values (T8)', async () => {
  const dir = scratch()
  const clock = testClock(T0 + 30 * SECOND)
  {
    await using store = await open(dir, clock)
    store.append(1, 's', sampleOf(1, T0 - 1, 10))
    store.append(1, 's', sampleOf(2, T0 + 1, 20))
    expect(store.durableRanges(1, 's')).toEqual([])
    await store.flush('complete')
    expect(store.durableRanges(1, 's')).toEqual([[1, 1]])
    await store.flush('all')
    expect(store.durableRanges(1, 's')).toEqual([[1, 2]])
  }
  await using again = await open(dir, clock)
  expect(again.durableRanges(1, 's')).toEqual([[1, 2]])
  expect(again.append(1, 's', sampleOf(2, T0 + 1, 20)).kind).toBe('duplicate')
  expect(again.lastSampleTimes().get(1)).toBe(T0 + 1)
})

test('a replay after a restart refills the RAM tier and counts nothing twice', async () => {
  const dir = scratch()
  const clock = testClock(T0 + MINUTE)
  const frames = Array.from({ length: 24 }, (_, index) =>
    sampleOf(index, T0 - MINUTE + index * 5 * SECOND, index),
  )
  const recent = {
    host: 1,
    metrics: [CPU],
    key: null,
    range: { from: T0 - MINUTE, to: T0 + MINUTE },
    points: 600,
  }
  {
    await using store = await open(dir, clock)
    for (const frame of frames) store.append(1, 's', frame)
    expect((await store.query(recent)).stepMs).toBe(5 * SECOND)
  }
  await using again = await open(dir, clock)
  expect((await again.query(recent)).stepMs).toBe(MINUTE)
  for (const frame of frames.toReversed()) expect(again.append(1, 's', frame).kind).toBe('duplicate')
  const raw = await again.query(recent)
  expect(raw.stepMs).toBe(5 * SECOND)
  expect([...raw.series[0]!.avg]).toEqual(frames.map((_, index) => index * 100))
  const minutes = await again.query({ ...recent, range: { from: T0 - HOUR, to: T0 + MINUTE } })
  expect([...minutes.series[0]!.avg].slice(-2)).toEqual([550, 1750])
  expect([...minutes.series[0]!.max!].slice(-2)).toEqual([1100, 2300])
})

test('late and future frames are refused with the rule they break (T7)', async () => {
  await using store = await open(scratch(), testClock(T0))
  expect(store.append(1, 's', sampleOf(1, T0 - 30 * DAY - 1, 1)).kind).toBe('too-old')
  expect(store.append(1, 's', sampleOf(1, T0 - 30 * DAY, 1)).kind).toBe('taken')
  expect(store.append(1, 's', sampleOf(2, T0 + 10 * SECOND + 1, 1)).kind).toBe('in-future')
  expect(store.append(1, 's', sampleOf(2, T0 + 10 * SECOND, 1)).kind).toBe('taken')
})

test('past the series one host may have, known ones go on and new ones are left out and counted', async () => {
  await using store = await open(scratch(), testClock(T0), { maxSeriesPerHost: 3 })
  const disks = (...names: string[]) => names.map((name) => rowOf('disk', name, { read_iops: 1 }))
  const append = (seq: number, rows: ReturnType<typeof disks>) =>
    store.append(1, 's', sampleOf(seq, T0 - 5 + seq, 10, rows))
  expect(append(1, disks('a'))).toEqual({ kind: 'taken', leftOut: 0 })
  expect(append(2, disks('b', 'c', 'a', 'd'))).toEqual({ kind: 'taken', leftOut: 2 })
  expect(append(3, disks('e', 'f'))).toEqual({ kind: 'taken', leftOut: 2 })
  expect(store.latest(1)?.rows.map(({ entity, key }) => `${entity} ${key}`)).toEqual(['host '])
  await store.flush('all')
  const range = { from: T0 - MINUTE, to: T0 + MINUTE }
  const metrics = [CPU, metric('disk.read_iops')]
  const { series } = await store.query({ host: 1, metrics, key: null, range, points: 60 })
  expect(series.map(({ metric: { entity }, key }) => `${entity} ${key}`)).toEqual([
    'host ',
    'disk a',
    'disk b',
  ])
  expect(store.durableRanges(1, 's')).toEqual([[1, 3]])
})

test('a backlog older than the window by less than the slack is in the raw answer that reaches so far', async () => {
  await using store = await open(scratch(), testClock(T0))
  const first = T0 - 15.5 * MINUTE
  const frames = Array.from({ length: 187 }, (_, index) =>
    sampleOf(index + 1, first + index * 5 * SECOND, 50),
  )
  for (const frame of frames) expect(store.append(1, 's', frame).kind).toBe('taken')
  const range = { from: first, to: T0 }
  const { gaps, series, stepMs } = await store.query({
    host: 1,
    metrics: [CPU],
    key: null,
    range,
    points: 1_000,
  })
  expect({ stepMs, gaps }).toEqual({ stepMs: 5 * SECOND, gaps: [] })
  expect([...series[0]!.avg].filter((value) => !Number.isNaN(value))).toHaveLength(frames.length - 1)
})
