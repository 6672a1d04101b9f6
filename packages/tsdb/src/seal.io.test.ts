import { afterEach, expect, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { COLD_STEP_MS } from './cold/cold-series.ts'
import { HotTier } from './hot/hot-tier.ts'
import { inspectTsdb } from './inspect.ts'
import { openTsdb } from './open.ts'
import type { TsdbOptions } from './options.ts'
import { gridRange } from './plan/grid.ts'
import {
  D0,
  dayFrame,
  dayFrames,
  foldedDirectory,
  foldedFrameCounts,
  foldedFrames,
} from './testing/cold-days.ts'
import { metric, sampleOf, scratchDir, testClock } from './testing/samples.ts'

const CPU = metric('host.cpu_pct')
const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

function scratch(): string {
  dirs.push(scratchDir())
  return dirs.at(-1)!.dir
}

function open(dir: string, clock = testClock(D0), options: Partial<TsdbOptions> = {}) {
  return openTsdb({ dir, clock, log: silentLog, autoFlush: false, ...options })
}

const filesOf = (dir: string, entity: string) =>
  existsSync(join(dir, 'cold', entity)) ? readdirSync(join(dir, 'cold', entity)).sort() : []

test('a day is sealed once the hot tier need not keep it, and reads the same before and after (T1, T4)', async () => {
  const dir = scratch()
  const clock = testClock(D0 + DAY)
  const sent = [1, 2].map((host) => ({ host, samples: dayFrames(host) }))
  {
    await using store = await open(dir, clock)
    for (const { host, samples } of sent) for (const each of samples) store.append(host, 's', each)
    await store.flush('all')
    clock.time = D0 + 2 * DAY - 1
    await store.compact()
    expect(store.coldCoverage).toEqual([])
    clock.time = D0 + 2 * DAY
    await store.compact()
    expect(store.coldCoverage.map(({ entity, ranges }) => ({ entity, ranges }))).toEqual(
      (['disk', 'filesystem', 'host'] as const).map((entity) => ({
        entity,
        ranges: [{ from: D0, to: D0 + DAY }],
      })),
    )
    expect(store.health()).toMatchObject({ repairs: [], compactFault: null })
  }
  expect(filesOf(dir, 'disk')).toEqual([expect.stringMatching(/^2026-06-15-\d+\.parquet$/)])
  expect(foldedDirectory(dir)).toEqual(foldedFrames(sent))
  using inspection = inspectTsdb(dir)
  expect([[...inspection.rollups()], inspection.frames()]).toEqual([[], []])
  expect(inspection.coldFiles().map(({ damage }) => damage)).toEqual([null, null, null])
  expect(inspection.durable().map(({ from, to }) => [from, to])).toEqual([
    [0, 47],
    [0, 47],
  ])
})

test('one read answers from hot rows and files together, as of one instant (T4)', async () => {
  const dir = scratch()
  const clock = testClock(D0 + DAY)
  const samples = dayFrames(1, 2)
  {
    await using store = await open(dir, clock)
    clock.time = D0 + 2 * DAY
    for (const each of samples) store.append(1, 's', each)
    await store.flush('all')
    await store.compact()
  }
  const tier = new HotTier({ dir })
  const selections = [{ entity: 'host' as const, key: '', fields: [CPU.index] }]
  const read = (stepMs: number, start = D0 + DAY - HOUR) => {
    const grid = { start, stepMs, buckets: (2 * HOUR) / stepMs }
    return tier.answer({ host: 1, grid, selections, framesWithin: gridRange(grid) })
  }
  const hourly = read(HOUR)
  const sums = [0, 1].map((hour) => {
    const seqs = [46, 47, 48, 49].slice(2 * hour, 2 * hour + 2)
    return seqs.reduce((sum, seq) => sum + (seq % 7 === 0 ? 0 : ((7 + seq) % 100) * 100), 0)
  })
  expect(
    hourly.columns.reduce((sum, column) => sum.map((each, at) => each + column.sum[at]!), [0, 0]),
  ).toEqual(sums)
  const { start, cellMs, counts } = hourly.frames
  const filled = [...counts].flatMap((n, cell) => (n === 0 ? [] : [[start + cell * cellMs, n]]))
  expect(filled).toEqual([-2, -1, 0, 1].map((half) => [D0 + DAY + (half * HOUR) / 2, 1]))
  expect(hourly).toMatchObject({ hasHot: true, hasCold: true, mustCoarsen: false })
  expect(read(COLD_STEP_MS).mustCoarsen).toBe(false)
  expect(read(MINUTE)).toMatchObject({ mustCoarsen: true, columns: [], hasHot: false, hasCold: false })
  expect(read(MINUTE, D0 + DAY)).toMatchObject({ mustCoarsen: false, hasCold: false })
  tier.close()
})

test('late frames of a sealed day count at once, and get a file of their own once a day (T7)', async () => {
  const dir = scratch()
  const clock = testClock(D0 + 2 * DAY)
  const samples = dayFrames(1)
  const late = [sampleOf(100, D0 + HOUR + 1, 40), sampleOf(101, D0 + HOUR + MINUTE, 60)]
  {
    await using store = await open(dir, clock)
    for (const each of samples) store.append(1, 's', each)
    await store.flush('all')
    await store.compact()
    for (const each of late) expect(store.append(1, 's', each).kind).toBe('taken')
    expect(store.append(1, 's', dayFrame(1, 3)).kind).toBe('duplicate')
    await store.flush('all')
    clock.time += HOUR
    await store.compact()
    expect(filesOf(dir, 'host').length).toBe(1)
    clock.time = D0 + 3 * DAY
    await store.compact()
    expect(filesOf(dir, 'host')).toContainEqual(expect.stringMatching(/^2026-06-15-part-\d+\.parquet$/))
  }
  const sent = [{ host: 1, samples: [...samples, ...late] }]
  expect(foldedDirectory(dir)).toEqual(foldedFrames(sent))
  expect(foldedFrameCounts(dir)[`1 ${D0 + HOUR}`]).toBe(3)
  using inspection = inspectTsdb(dir)
  expect([...inspection.rollups()]).toEqual([])
})
