import { Database } from 'bun:sqlite'
import { afterEach, expect, spyOn, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { COLD_STEP_MS } from './cold/cold-series.ts'
import { FaultInjector } from './fault-point.ts'
import { HotTier } from './hot/hot-tier.ts'
import { gridRange } from './plan/grid.ts'
import { D0, dayFrames, foldedDirectory, foldedFrames } from './testing/cold-days.ts'
import { metric, sampleOf, scratchDir } from './testing/samples.ts'
import { sealDay } from './testing/seal-day.ts'
import { writeFrames } from './testing/write-frames.ts'

const CPU = metric('host.cpu_pct')
const ENTITIES = ['host', 'disk', 'filesystem'] as const
const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

/** A day of one host in the hot tier. */
function filled(fault: string | null = null): { dir: string; tier: HotTier } {
  dirs.push(scratchDir())
  const { dir } = dirs.at(-1)!
  const tier = new HotTier({ dir, faults: new FaultInjector(fault) })
  writeFrames(tier, 1, dayFrames(1))
  return { dir, tier }
}

const filesOf = (dir: string, entity: string) => readdirSync(join(dir, 'cold', entity))
const late = sampleOf(1_000, D0 + HOUR + 1, 90)

/** Sum and count of `host.cpu_pct` over the day. */
function total(tier: HotTier, host = 1): { count: number; sum: number } {
  const grid = { start: D0, stepMs: COLD_STEP_MS, buckets: DAY / COLD_STEP_MS }
  const selections = [{ entity: 'host' as const, key: '', fields: [CPU.index] }]
  const add = (cells: Float64Array) => cells.reduce((sum, cell) => sum + cell, 0)
  return tier
    .answer({ host, grid, selections, framesWithin: gridRange(grid) })
    .columns.reduce(
      (sum, column) => ({ count: sum.count + add(column.count), sum: sum.sum + add(column.sum) }),
      { count: 0, sum: 0 },
    )
}

test('a flush into the day while its file is written makes the file stale, and the next one has all (T1, T4)', () => {
  const { dir, tier } = filled()
  const before = total(tier)
  expect(sealDay(dir, tier, 'host', D0, () => writeFrames(tier, 1, [late])).outcome).toBe('stale')
  expect(filesOf(dir, 'host')).toEqual([])
  expect(total(tier)).toEqual({ count: before.count + 1, sum: before.sum + 9_000 })
  expect(sealDay(dir, tier, 'host', D0).outcome).toBe('committed')
  expect(total(tier)).toEqual({ count: before.count + 1, sum: before.sum + 9_000 })
  tier.close()
  expect(foldedDirectory(dir)).toEqual(foldedFrames([{ host: 1, samples: [...dayFrames(1), late] }]))
})

test('a flush of another day or entity does not', () => {
  const { dir, tier } = filled()
  const meanwhile = () => writeFrames(tier, 1, [sampleOf(1_000, D0 + DAY, 5)])
  expect(sealDay(dir, tier, 'host', D0, meanwhile).outcome).toBe('committed')
  expect(sealDay(dir, tier, 'disk', D0, () => writeFrames(tier, 1, [late])).outcome).toBe('committed')
  tier.close()
})

test('entities whose day is still in the hot tier are read from there, whatever became of the others (T4)', () => {
  const { dir, tier } = filled()
  const grid = { start: D0, stepMs: COLD_STEP_MS, buckets: DAY / COLD_STEP_MS }
  const selections = [{ entity: 'disk' as const, key: 'sda', fields: [metric('disk.read_iops').index] }]
  const before = tier.answer({ host: 1, grid, selections, framesWithin: gridRange(grid) }).columns
  expect(before.length).toBe(1)
  sealDay(dir, tier, 'host', D0)
  expect(tier.answer({ host: 1, grid, selections, framesWithin: gridRange(grid) }).columns).toEqual(before)
  tier.close()
})

test('a host deleted while its day is sealed is in no file', () => {
  const { dir, tier } = filled()
  writeFrames(tier, 2, dayFrames(2))
  expect(sealDay(dir, tier, 'host', D0, () => tier.deleteHost(1)).outcome).toBe('stale')
  for (const entity of ENTITIES) sealDay(dir, tier, entity, D0)
  expect(total(tier).count).toBe(0)
  tier.close()
  expect(foldedDirectory(dir)).toEqual(foldedFrames([{ host: 2, samples: dayFrames(2) }]))
})

test('frames that come after their day was sealed count, in every order of steps (T4, T7)', () => {
  const { dir, tier } = filled()
  const sent = [...dayFrames(1)]
  let seq = 1_000
  const expectAll = () =>
    expect(total(tier).count).toBe(sent.filter((each) => !Number.isNaN(cpuOf(each))).length)
  const late = (frames: number) => {
    const batch = Array.from({ length: frames }, () => {
      seq += 1
      return sampleOf(seq, D0 + ((seq * 11) % 1_440) * MINUTE, seq % 100)
    })
    sent.push(...batch)
    writeFrames(tier, 1, batch)
    expectAll()
  }
  // A small flush is staged, one of many rows makes the day's table anew; retain merges what is staged.
  const steps = [
    () => late(1),
    () => late(300),
    () => {
      for (const _ of tier.retain({ ...NOTHING_TO_RETAIN })) expectAll()
    },
    () => expect(sealDay(dir, tier, 'host', D0).outcome).toBe('committed'),
  ]
  for (let order = 0; order < steps.length ** 2; order++) {
    late(1)
    steps[order % steps.length]!()
    expectAll()
    steps[Math.floor(order / steps.length)]!()
    expectAll()
  }
  tier.close()
  expect(foldedDirectory(dir)).toEqual(foldedFrames([{ host: 1, samples: sent }]))
})

test('a file stays when its commit failed in a way that leaves open what is on the disk (T1)', () => {
  const { dir, tier } = filled()
  const before = total(tier)
  const run = Database.prototype.run
  const disk = spyOn(Database.prototype, 'run').mockImplementation(function (this: Database, sql, ...rest) {
    const done = run.call(this, sql, ...rest)
    if (sql === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' })
    return done
  })
  try {
    expect(() => sealDay(dir, tier, 'host', D0)).toThrow('disk I/O error')
  } finally {
    disk.mockRestore()
  }
  expect(total(tier)).toEqual(before)
  tier.close()
  expect(foldedDirectory(dir)).toEqual(foldedFrames([{ host: 1, samples: dayFrames(1) }]))
})

test('a file that is listed stays when the list cannot be read again after its commit (T1)', () => {
  const { dir, tier } = filled()
  const before = total(tier)
  const reading = spyOn(tier.commits, 'reload').mockImplementationOnce(() => {
    throw new Error('disk I/O error')
  })
  expect(() => sealDay(dir, tier, 'host', D0)).toThrow('disk I/O error')
  reading.mockRestore()
  tier.commits.sealBegin({ entity: 'disk', day: D0, level: 'day' })
  tier.commits.reload()
  expect(total(tier)).toEqual(before)
  tier.close()
  expect(foldedDirectory(dir)).toEqual(foldedFrames([{ host: 1, samples: dayFrames(1) }]))
})

test('a series is not taken for empty because its rows are moved while retain looks for the newest of each', () => {
  // Retain cannot merge what is staged, a job beside it can.
  const { dir, tier } = filled('merge.before-commit:fail')
  expect(sealDay(dir, tier, 'host', D0).outcome).toBe('committed')
  const many = Array.from({ length: 300 }, (_, minute) => sampleOf(minute, D0 + DAY + minute * MINUTE, 5))
  writeFrames(tier, 2, many)
  writeFrames(tier, 3, [late])
  const retaining = tier.retain(NOTHING_TO_RETAIN)
  expect(retaining.next().done).toBe(false)
  for (const _ of tier.purge());
  let answer = retaining.next()
  while (!answer.done) answer = retaining.next()
  const own = tier.contents().series.find(({ host, entity }) => host === 3 && entity === 'host')!
  expect(answer.value.lastMinutes.map(([series]) => series)).toContain(own.id)
  tier.close()
})

const NOTHING_TO_RETAIN = {
  before: [],
  eventsBefore: 0,
  seqsFrom: 0,
  hostSeqsFrom: [],
  durable: [],
  streams: [],
  survey: true,
}

function cpuOf({ rows }: { rows: { entity: string; values: Float64Array }[] }): number {
  return rows.find(({ entity }) => entity === 'host')!.values[CPU.index]!
}
