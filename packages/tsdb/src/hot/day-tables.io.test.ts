import { Database } from 'bun:sqlite'
import { afterEach, expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { FaultInjector } from '../fault-point.ts'
import { gridRange } from '../plan/grid.ts'
import { foldedDirectory, foldedFrames } from '../testing/cold-days.ts'
import { MEMORY_FOLDER, rowOf, sampleOf, scratchDir } from '../testing/samples.ts'
import { sealDay } from '../testing/seal-day.ts'
import { writeFrames } from '../testing/write-frames.ts'
import { DayTables } from './day-tables.ts'
import { HotTier } from './hot-tier.ts'
import { tableOf } from './rollup-table.ts'

const D0 = Date.UTC(2026, 5, 15)
const NUMBER = D0 / DAY
const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

function scratch(): string {
  dirs.push(scratchDir(MEMORY_FOLDER))
  return dirs.at(-1)!.dir
}

/** Enough for a flush not to be staged. */
const frames = (host: number, from = D0, count = 300) =>
  Array.from({ length: count }, (_, minute) => sampleOf(minute, from + minute * MINUTE, host + (minute % 50)))

function withDatabase<T>(dir: string, look: (db: Database) => T): T {
  const db = new Database(join(dir, 'hot.db'))
  try {
    return look(db)
  } finally {
    db.close(true)
  }
}

const daysIn = (dir: string) =>
  withDatabase(dir, (db) => new DayTables(db).of('host').map(({ day }) => day - NUMBER))

test('rows are in a table of their UTC day, and a flush that is rolled back leaves none behind', () => {
  const dir = scratch()
  const tier = new HotTier({ dir, faults: new FaultInjector('flush.before-commit:fail=2') })
  const samples = [...frames(1), ...frames(1, D0 + DAY)]
  for (let attempt = 0; attempt < 2; attempt++) {
    expect(() => writeFrames(tier, 1, samples)).toThrow('Injected failure')
    expect([daysIn(dir), tier.hotDays()]).toEqual([[], []])
  }
  writeFrames(tier, 1, samples)
  expect(tier.hotDays()).toEqual([{ entity: 'host', days: [D0, D0 + DAY], oldest: D0 }])
  tier.close()
  expect(daysIn(dir)).toEqual([0, 1])
  expect(foldedDirectory(dir)).toEqual(foldedFrames([{ host: 1, samples }]))
})

test('the rows of a day go with the listing of its file, or stay with it when that fails (T1, T4)', () => {
  const dir = scratch()
  const tier = new HotTier({ dir, faults: new FaultInjector('seal.before-commit:fail') })
  const samples = [...frames(1), ...frames(1, D0 + DAY)]
  writeFrames(tier, 1, samples)
  expect(() => sealDay(dir, tier, 'host', D0)).toThrow('Injected failure')
  expect([daysIn(dir), tier.manifest.files()]).toEqual([[0, 1], []])
  expect(sealDay(dir, tier, 'host', D0).outcome).toBe('committed')
  expect([daysIn(dir), tier.manifest.files().length]).toEqual([[1], 1])
  expect(tier.hotDays()).toEqual([{ entity: 'host', days: [D0 + DAY], oldest: D0 + DAY }])
  tier.close()
  expect(foldedDirectory(dir)).toEqual(foldedFrames([{ host: 1, samples }]))
})

test('sealing a day writes a few hundredths of what its rows take', () => {
  const dir = scratch()
  const tier = new HotTier({ dir })
  const disks = ['sda', 'sdb', 'sdc', 'sdd', 'sde', 'sdf'].map((key, at) =>
    rowOf('disk', key, { read_iops: 9e9 + at, write_iops: 9e9 - at }),
  )
  for (const host of [1, 2, 3, 4, 5, 6]) {
    const day = Array.from({ length: DAY / MINUTE }, (_, minute) =>
      sampleOf(minute, D0 + minute * MINUTE, host, disks),
    )
    writeFrames(tier, host, day)
  }
  const walBytes = () => statSync(join(dir, 'hot.db-wal')).size
  withDatabase(dir, (db) => db.query('PRAGMA wal_checkpoint(TRUNCATE)').get())
  const rowBytes = statSync(join(dir, 'hot.db')).size
  expect([rowBytes > 2_000_000, walBytes()]).toEqual([true, 0])
  for (const entity of ['host', 'disk'] as const) {
    expect(sealDay(dir, tier, entity, D0).outcome).toBe('committed')
  }
  expect(tier.hotDays()).toEqual([])
  expect(walBytes()).toBeLessThan(rowBytes / 25)
  tier.close()
})

test('giving up minutes spares the others, and takes the table once none are left', () => {
  const dir = scratch()
  const tier = new HotTier({ dir })
  writeFrames(tier, 1, [...frames(1), ...frames(1, D0 + DAY)])
  tier.close()
  const [start, next] = [D0 / MINUTE, (D0 + DAY) / MINUTE]
  withDatabase(dir, (db) => {
    const days = new DayTables(db)
    const counts = () =>
      days
        .of('host')
        .map(({ name }) => db.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${name}`).get()!.n)
    expect(days.isWhole('host', [start + 1, next])).toBe(false)
    days.clear('host', [start + 100, start + 150])
    expect(counts()).toEqual([250, 300])
    days.clear('host', [start, start + 100])
    expect(counts()).toEqual([150, 300])
    expect(days.isWhole('host', [start + 150, next])).toBe(true)
    days.clear('host', [start + 150, next + HOUR / MINUTE])
    expect(counts()).toEqual([240])
    expect(days.find('host', NUMBER)).toBeUndefined()
    expect(days.find('host', NUMBER + 1)?.name).toBe(tableOf('host', NUMBER + 1))
  })
})

test('a deleted host takes the tables of days that only it had', () => {
  const dir = scratch()
  const tier = new HotTier({ dir })
  writeFrames(tier, 1, [...frames(1), ...frames(1, D0 + DAY)])
  writeFrames(tier, 2, frames(2, D0 + DAY))
  tier.deleteHost(1)
  expect(daysIn(dir)).toEqual([1])
  tier.close()
  expect(foldedDirectory(dir)).toEqual(foldedFrames([{ host: 2, samples: frames(2, D0 + DAY) }]))
})

test('a read over more days than statements are kept answers all of them', () => {
  const dir = scratch()
  const tier = new HotTier({ dir })
  const samples = Array.from({ length: 300 }, (_, at) => sampleOf(at, D0 + (at % 75) * DAY + at * MINUTE, 50))
  writeFrames(tier, 1, samples)
  const grid = { start: D0, stepMs: DAY, buckets: 76 }
  for (let turn = 0; turn < 2; turn++) {
    const { frames } = tier.answer({ host: 1, grid, selections: [], framesWithin: gridRange(grid) })
    expect(frames.counts.reduce((sum, n) => sum + n, 0)).toBe(300)
  }
  tier.close()
  expect(daysIn(dir).length).toBe(75)
})
