import { afterEach, expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bucketStart, DAY, HOUR, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from './open.ts'
import { DEFAULT_RETENTION } from './retention.ts'
import { rowOf, sampleOf, scratchDir, T0, testClock } from './testing/samples.ts'

const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

function scratch(): string {
  dirs.push(scratchDir())
  return dirs.at(-1)!.dir
}

const open = (dir: string, clock = testClock(T0)) =>
  openTsdb({ dir, clock, log: silentLog, autoFlush: false })
const containers = [1, 2, 3].map((n) => rowOf('container', `c${n}`, { cpu_pct: n, mem_used_bytes: n * 1e6 }))

test('a report says what each tier holds, from when to when, and how the file is shared among entities', async () => {
  const clock = testClock(T0)
  await using store = await open(scratch(), clock)
  for (let minute = 1; minute <= 40; minute++) {
    clock.time = T0 + minute * MINUTE
    for (const host of [1, 2]) store.append(host, 's', sampleOf(minute, clock.time - 1, 50, containers))
    await store.flush()
  }
  const { tiers, coverage, budget, quarantine } = await store.report()
  const range = { from: T0, to: T0 + 40 * MINUTE }
  expect(tiers).toEqual([
    {
      tier: 'ram',
      bytes: expect.any(Number),
      from: expect.any(Number),
      to: T0 + 40 * MINUTE - 1,
    },
    { tier: 'hot', bytes: expect.any(Number), ...range },
    { tier: 'cold', bytes: 0, from: null, to: null },
  ])
  expect(coverage).toMatchObject([
    { entity: 'host', tier: 'hot', ranges: [range], rows: 80 },
    { entity: 'container', tier: 'hot', ranges: [range], rows: 240 },
  ])
  const [host, container] = coverage
  expect(container!.bytes).toBeGreaterThan(host!.bytes)
  expect(host!.bytes + container!.bytes).toBeLessThanOrEqual(tiers[1]!.bytes)
  expect(budget.usedBytes).toBeGreaterThanOrEqual(tiers[1]!.bytes)
  expect(budget).toMatchObject({ stage: null, given: [], freeBytes: expect.any(Number) })
  expect(quarantine).toEqual([])
})

test('wear is counted by UTC day, kept over a restart, and not written with every flush', async () => {
  const dir = scratch()
  const midnight = bucketStart(T0, DAY) + DAY
  const clock = testClock(midnight - 5 * MINUTE)
  let seq = 0
  const passMinute = async (store: Awaited<ReturnType<typeof open>>) => {
    clock.time += MINUTE
    store.append(1, 's', sampleOf(++seq, clock.time - 1, 50))
    await store.flush()
  }
  {
    await using store = await open(dir, clock)
    for (let minute = 0; minute < 8; minute++) await passMinute(store)
  }
  await using store = await open(dir, clock)
  await passMinute(store)
  const { wear } = await store.report()
  expect(wear.map(({ day, tier }) => ({ day, tier }))).toEqual([
    { day: midnight - DAY, tier: 'hot' },
    { day: midnight, tier: 'hot' },
  ])
  for (const day of wear) {
    // 0 where the folder is in memory (tmpfs).
    expect(day.bytes).toBeGreaterThanOrEqual(0)
    expect(day.commits).toBeGreaterThanOrEqual(4)
    expect(day.fsyncs).toBeGreaterThanOrEqual(day.commits)
  }
})

test('a minute is one commit, however many hosts there are and whatever they have', async () => {
  const commitsOf = async (hosts: number) => {
    const clock = testClock(T0)
    await using store = await open(scratch(), clock)
    for (let minute = 1; minute <= 20; minute++) {
      for (let host = 1; host <= hosts; host++) {
        for (let frame = 0; frame < 4; frame++)
          store.append(
            host,
            's',
            sampleOf(minute * 4 + frame, T0 + (minute - 1) * MINUTE + frame * 15_000, 50, containers),
          )
      }
      clock.time = T0 + minute * MINUTE
      await store.flush('all')
    }
    return { commits: store.health().commits, wear: (await store.report()).wear.map((day) => day.commits) }
  }
  const ofOne = await commitsOf(1)
  expect(ofOne.commits).toBe(20)
  expect(await commitsOf(50)).toEqual(ofOne)
})

test('wear older than 90 days is forgotten', async () => {
  const dir = scratch()
  const clock = testClock(T0)
  for (const day of [0, 1, 89, 90]) {
    clock.time = T0 + day * DAY
    await using store = await open(dir, clock)
    store.append(1, 's', sampleOf(day, clock.time - MINUTE, 50))
    await store.flush('all')
  }
  await using store = await open(dir, clock)
  const days = (await store.report()).wear.map(({ day }) => (day - bucketStart(T0, DAY)) / DAY)
  expect(days).toEqual([1, 89, 90])
})

test('files set aside are listed with why, a database together with its log', async () => {
  const dir = scratch()
  {
    await using _made = await open(dir)
  }
  writeFileSync(join(dir, 'hot.db'), 'this is no database')
  mkdirSync(join(dir, 'quarantine'), { recursive: true })
  writeFileSync(join(dir, 'quarantine', 'unknown'), '')
  await using store = await open(dir)
  expect((await store.report()).quarantine).toEqual([
    { file: `hot.db-${T0}`, reason: 'file is not a database' },
    { file: 'unknown', reason: 'no reason was written down' },
  ])
})

test('frames older than anything kept are counted', async () => {
  await using store = await open(scratch())
  expect(store.append(1, 's', sampleOf(1, T0 - 400 * DAY, 1)).kind).toBe('too-old')
  expect((await store.report()).tooOldFrames).toBe(1)
})

test('a forecast rests on the minutes of the hot tier while there is no cold day', async () => {
  const clock = testClock(T0)
  await using store = await open(scratch(), clock)
  for (let minute = 1; minute <= 60; minute++) {
    clock.time = T0 + minute * MINUTE
    store.append(1, 's', sampleOf(minute, clock.time - 1, 50, containers))
    await store.flush()
  }
  const retention = { ...DEFAULT_RETENTION, hotMs: 6 * HOUR, coldMs: 30 * DAY }
  const budget = { maxBytes: null, minFreeBytes: 0 }
  const month = await store.forecast({ retention, budget })
  const year = await store.forecast({ retention: { ...retention, coldMs: 300 * DAY }, budget })
  expect(month.basis).toEqual({ hosts: 1, days: 0.04 })
  expect(month.entities.map(({ entity }) => entity)).toEqual(['host', 'container'])
  expect(month.entities[0]!.bytes).toBeGreaterThan(0)
  expect(year.tiers[2]!.bytes / month.tiers[2]!.bytes).toBeCloseTo(10, 2)
  expect(month.deletes).toEqual([])
})

test('days in the cold tier are in the report, its forecast rests on them, and its writes are worn', async () => {
  const dir = scratch()
  const start = bucketStart(T0, DAY)
  const clock = testClock(start)
  await using store = await open(dir, clock)
  for (let passed = 0; passed < 2 * DAY; passed += 5 * MINUTE) {
    clock.time += 5 * MINUTE
    store.append(1, 's', sampleOf(passed / MINUTE, clock.time - 1, 50, containers, 5 * MINUTE))
    if (clock.time % HOUR === 0) await store.flush()
  }
  clock.time += 30 * HOUR
  await store.compact()
  const { tiers, coverage, wear, budget } = await store.report()
  const days = { from: start, to: start + 2 * DAY }
  expect(tiers[2]).toEqual({ tier: 'cold', bytes: expect.any(Number), ...days })
  expect(coverage.filter(({ tier }) => tier === 'cold')).toMatchObject([
    { entity: 'container', ranges: [days], rows: 3 * 576 },
    { entity: 'host', ranges: [days], rows: 576 },
  ])
  expect(wear.filter(({ tier }) => tier === 'cold')).toMatchObject([
    { day: start + 3 * DAY, commits: 4, fsyncs: 8 },
  ])
  expect(budget.usedBytes).toBeGreaterThan(tiers[1]!.bytes + tiers[2]!.bytes)

  const retention = { ...DEFAULT_RETENTION, coldMs: DAY, hotMs: 6 * HOUR }
  const shorter = await store.forecast({ retention, budget: { maxBytes: null, minFreeBytes: 0 } })
  expect(shorter.basis).toEqual({ hosts: 1, days: 2 })
  expect(shorter.entities.reduce((sum, { bytesPerDay }) => sum + bytesPerDay, 0)).toBeCloseTo(
    tiers[2]!.bytes / 2,
    -1,
  )
  expect(shorter.deletes).toMatchObject([
    { tier: 'cold', entity: 'container', range: { from: start, to: start + 2 * DAY } },
    { tier: 'cold', entity: 'host', range: { from: start, to: start + 2 * DAY } },
  ])
})
