import { afterEach, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { COLD_STEP_MS } from './cold/cold-series.ts'
import { HotTier } from './hot/hot-tier.ts'
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
function filled(): { dir: string; tier: HotTier } {
  dirs.push(scratchDir())
  const { dir } = dirs.at(-1)!
  const tier = new HotTier({ dir })
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
    .answer({ host, grid, selections })
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
  const before = tier.answer({ host: 1, grid, selections }).columns
  expect(before.length).toBe(1)
  sealDay(dir, tier, 'host', D0)
  expect(tier.answer({ host: 1, grid, selections }).columns).toEqual(before)
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

const NOTHING_TO_RETAIN = { before: [], eventsBefore: 0, seqsFrom: 0, durable: [], streams: [], survey: true }

function cpuOf({ rows }: { rows: { entity: string; values: Float64Array }[] }): number {
  return rows.find(({ entity }) => entity === 'host')!.values[CPU.index]!
}
