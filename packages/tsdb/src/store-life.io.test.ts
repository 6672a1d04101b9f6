import { Database } from 'bun:sqlite'
import { afterEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { bucketStart, DAY, HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { errorCode } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { inspectTsdb } from './inspect.ts'
import { openTsdb } from './open.ts'
import type { TsdbOptions } from './options.ts'
import { metric, rowOf, sampleOf, scratchDir, standADay, T0, testClock } from './testing/samples.ts'

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

const allDay = { from: T0 - 23 * HOUR, to: T0 + HOUR }
const cpuOf = (host: number) => ({ host, metrics: [CPU], key: null, range: allDay, points: 5_000 })
const values = (column: Float64Array) => [...column].filter((value) => !Number.isNaN(value))

test('a deleted host is gone from every tier, and starts anew even with a flush on its way', async () => {
  const dir = scratch()
  {
    await using store = await open(dir)
    for (const host of [1, 2]) store.append(host, 's', sampleOf(1, T0 - 2 * MINUTE, 10 * host))
    await store.flush('all')
    for (const host of [1, 2]) store.append(host, 's', sampleOf(2, T0 - 1, 20 * host))
    store.appendEvents(1, [{ at: T0, type: 'start', detail: {} }])
    const flushed = store.flush('all')
    await Promise.resolve()
    await store.deleteHost(1)
    await flushed
    expect(store.durableRanges(1, 's')).toEqual([])
    expect(store.latest(1)).toBeUndefined()
    expect(values((await store.query(cpuOf(1))).series[0]!.avg)).toEqual([])
    expect(await store.events(1, allDay)).toEqual([])
    expect(values((await store.query(cpuOf(2))).series[0]!.avg)).toEqual([2_000, 4_000])
    expect(store.append(1, 's', sampleOf(1, T0 - 2 * MINUTE, 70)).kind).toBe('taken')
    expect(values((await store.query(cpuOf(1))).series[0]!.avg)).toEqual([7_000])
  }
  using inspection = inspectTsdb(dir)
  const left = [...inspection.rollups()].filter(({ host }) => host === 1)
  expect(left).toMatchObject([{ t: T0 - 2 * MINUTE, count: 1, sum: 7_000 }])
})

test('a host deleted while its flush fails does not come back with the retry', async () => {
  await using store = await open(scratch(), testClock(T0), { faultPoint: 'flush.before-commit:fail' })
  store.append(1, 's', sampleOf(1, T0 - 1, 10))
  store.append(2, 's', sampleOf(1, T0 - 1, 20))
  const failed = store.flush('all').catch(() => 'failed')
  await Promise.resolve()
  await store.deleteHost(1)
  expect(await failed).toBe('failed')
  expect(store.health().pendingFrames).toBe(1)
  await store.flush('all')
  expect(values((await store.query(cpuOf(1))).series[0]?.avg ?? new Float64Array())).toEqual([])
  expect(values((await store.query(cpuOf(2))).series[0]!.avg)).toEqual([2_000])
})

test('events are one each, oldest first, before and after their flush', async () => {
  await using store = await open(scratch())
  const start = { at: T0, type: 'start', detail: { a: 1, b: null } }
  const stop = { at: T0 - 5, type: 'stop', detail: {} }
  store.appendEvents(1, [start, stop, { at: T0, type: 'start', detail: { b: null, a: 1 } }])
  expect(await store.events(1, allDay)).toEqual([stop, start])
  await store.flush()
  store.appendEvents(1, [start])
  expect(await store.events(1, allDay)).toEqual([stop, start])
  await store.flush()
  expect(await store.events(1, { from: T0, to: T0 + 1 })).toEqual([start])
  expect(await store.events(2, allDay)).toEqual([])
})

test('of a host with very many events, or large ones, the newest few megabytes stay', async () => {
  await using store = await open(scratch())
  const eventsOf = (count: number, detail: Record<string, string>) =>
    Array.from({ length: count }, (_, n) => ({ at: T0 - count + n, type: 'collector', detail }))
  store.appendEvents(1, eventsOf(19_000, {}))
  await store.flush()
  store.appendEvents(1, eventsOf(5_000, { other: 'x' }))
  store.appendEvents(2, eventsOf(2_000, { reason: 'x'.repeat(5_000) }))
  store.appendEvents(3, eventsOf(100, {}))
  await store.flush()
  await store.retain()
  const kept = await Promise.all([1, 2, 3].map((host) => store.events(host, allDay)))
  expect(kept.map(({ length }) => length)).toEqual([20_000, 1_000, 100])
  expect(kept.map((events) => events.at(-1)?.at)).toEqual([T0 - 1, T0 - 1, T0 - 1])
})

test('live-only fields answer from memory beside minutes from the disk', async () => {
  const dir = scratch()
  await using store = await open(dir, testClock(T0 + MINUTE))
  store.append(1, 's', sampleOf(1, T0 - 2 * HOUR, 10, [rowOf('core', '0', { cpu_pct: 40 })]))
  store.append(1, 's', sampleOf(2, T0, 30, [rowOf('core', '0', { cpu_pct: 60 })]))
  await store.flush('all')
  const metrics = [CPU, metric('core.cpu_pct')]
  const answer = await store.query({ ...cpuOf(1), metrics })
  expect(answer.series.map(({ key, avg }) => [key, values(avg)])).toEqual([
    ['', [1_000, 3_000]],
    ['0', [600]],
  ])
  expect(answer.tiers).toEqual(['hot', 'ram'])
})

test('of a host whose keys come and go an answer too wide is refused before it takes the memory', async () => {
  const clock = testClock(T0)
  await using store = await open(scratch(), clock)
  const newKeys = (seq: number) =>
    Array.from({ length: 1_000 }, (_, n) => rowOf('container', `${seq} ${n}`, { cpu_pct: 1 }))
  for (let seq = 1; seq <= 2; seq++) store.append(1, 's', sampleOf(seq, T0 - seq * MINUTE, 1, newKeys(seq)))
  const wanted = { ...cpuOf(1), metrics: [metric('container.cpu_pct')] }
  const ask = (range: { from: number; to: number }, key: string | null = null) =>
    store.query({ ...wanted, range, key }).then(({ series }) => series.length, errorCode)
  const [day, hour] = [allDay, { from: T0 - HOUR, to: T0 }]
  for (const place of ['memory', 'disk']) {
    expect([place, await ask(day), await ask(day, '2 7'), await ask(hour)]).toEqual([
      place,
      'answer_too_large',
      1,
      2_000,
    ])
    await store.flush('all')
  }
})

test('gaps are where the host delivered nothing: not before its first data, not after now', async () => {
  const clock = testClock(T0)
  await using store = await open(scratch(), clock)
  const present = [-10, -9, -5, -4, -1]
  let seq = 0
  for (const minute of present) {
    for (let tick = 0; tick < 12; tick++) {
      store.append(1, 's', sampleOf(seq++, T0 + minute * MINUTE + tick * 5 * SECOND, 1))
    }
  }
  await store.flush()
  const raw = await store.query({
    ...cpuOf(1),
    range: { from: T0 - 12 * MINUTE, to: T0 + HOUR },
    points: 5_000,
  })
  expect(raw.stepMs).toBe(5 * SECOND)
  expect(raw.gaps).toEqual([
    { from: T0 - 8 * MINUTE, to: T0 - 5 * MINUTE },
    { from: T0 - 3 * MINUTE, to: T0 - MINUTE },
  ])
  clock.time = T0 + 2 * MINUTE + 30 * SECOND
  const minutes = await store.query(cpuOf(1))
  expect(minutes.stepMs).toBe(MINUTE)
  expect(minutes.gaps).toEqual([...raw.gaps, { from: T0, to: T0 + 2 * MINUTE }])
})

test('a host with tens of thousands of holes forgets its oldest seqs and takes nothing older; others keep theirs (T2)', async () => {
  const dir = scratch()
  const clock = testClock(T0)
  const sent = 44_000
  /** Each leaves a hole before the next. */
  const holed = (n: number) => sampleOf(2 * n, T0 - (sent - n) * 5 * SECOND, 1)
  {
    await using store = await open(dir, clock)
    for (let n = 1; n <= sent; n++) store.append(1, 's', holed(n))
    store.append(2, 's', sampleOf(1, T0 - 20 * DAY, 1))
    await store.flush('all')
    expect(store.durableRanges(1, 's')).toHaveLength(sent)
    await store.retain()
  }
  await using store = await open(dir, clock)
  const kept = store.durableRanges(1, 's')
  expect(kept.length).toBeLessThan(40_000)
  expect(kept.length).toBeGreaterThan(30_000)
  expect(kept.at(-1)).toEqual([2 * sent, 2 * sent])
  expect(store.append(1, 's', holed(sent)).kind).toBe('duplicate')
  expect(store.append(1, 's', holed(1)).kind).toBe('too-old')
  expect(store.append(1, 'another', holed(1)).kind).toBe('too-old')
  expect(store.append(1, 's', sampleOf(2 * sent + 1, T0, 1)).kind).toBe('taken')
  expect(store.append(2, 's', sampleOf(1, T0 - 20 * DAY, 1)).kind).toBe('duplicate')
  await store.deleteHost(1)
  expect(store.append(1, 's', holed(1)).kind).toBe('taken')
})

test('a store whose streams have very many holes opens and forgets them', async () => {
  const dir = scratch()
  await (await open(dir))[Symbol.asyncDispose]()
  const db = new Database(join(dir, 'hot.db'))
  db.run("INSERT INTO stream VALUES (1, 1, 's')")
  db.run(
    'WITH RECURSIVE hole(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM hole WHERE n < 1000000) ' +
      'INSERT INTO durable SELECT 1, 2 * n, 2 * n, n FROM hole',
  )
  db.close()
  const clock = testClock(T0)
  await using store = await open(dir, clock)
  expect(store.durableRanges(1, 's')).toHaveLength(1_000_000)
  standADay(clock, store)
  await store.retain()
  expect(store.durableRanges(1, 's')).toEqual([])
}, 120_000)

test('retention deletes rows, seqs and series that nothing refers to, across restarts', async () => {
  const dir = scratch()
  const clock = testClock(T0)
  {
    await using store = await open(dir, clock)
    store.append(1, 'old', sampleOf(1, T0 - 1, 10, [rowOf('container', 'gone', { pids: 3 })]))
  }
  const midnight = bucketStart(T0, DAY)
  clock.time = midnight + 2 * DAY + MINUTE
  {
    await using store = await open(dir, clock, { retention: { coldMs: 24 * HOUR } })
    standADay(clock, store)
    store.append(1, 'new', sampleOf(1, clock.time - 1, 20))
    await store.flush('all')
    await store.retain()
    const answer = await store.query({ ...cpuOf(1), range: { from: T0 - HOUR, to: clock.time } })
    expect(values(answer.series[0]!.avg)).toEqual([2_000])
    expect(store.durableRanges(1, 'old')).toEqual([[1, 1]])
    clock.time = midnight + 4 * DAY
    await store.retain()
    expect(store.durableRanges(1, 'old')).toEqual([])
  }
  using inspection = inspectTsdb(dir)
  expect(inspection.durable().map(({ stream }) => stream)).toEqual(['new'])
  expect([...inspection.rollups()]).toEqual([])
})

test('a clock that jumps ahead deletes nothing before it has stayed there for a day', async () => {
  const dir = scratch()
  const clock = testClock(T0)
  {
    await using store = await open(dir, clock)
    store.append(1, 's', sampleOf(1, T0 - 1, 10))
    await store.flush('all')
    expect(store.health().isDeletingHeld).toBe(false)
  }
  clock.time = T0 + 100 * DAY
  await using store = await open(dir, clock)
  await store.retain()
  expect(store.health().isDeletingHeld).toBe(true)
  clock.time = T0
  expect(values((await store.query(cpuOf(1))).series[0]!.avg)).toEqual([1_000])
  clock.time = T0 + 101 * DAY
  await store.retain()
  expect(store.health().isDeletingHeld).toBe(false)
  clock.time = T0
  expect(values((await store.query(cpuOf(1))).series[0]?.avg ?? new Float64Array())).toEqual([])
})

test('before the first whole bucket of a range nothing is called a gap', async () => {
  await using store = await open(scratch())
  for (let minute = 180; minute > 0; minute--) {
    store.append(1, 's', sampleOf(181 - minute, T0 - minute * MINUTE, 10))
  }
  await store.flush('all')
  for (const points of [8, 12, 60]) {
    const range = { from: T0 - 2 * HOUR + 7 * MINUTE, to: T0 }
    const { stepMs, t, gaps } = await store.query({ ...cpuOf(1), range, points })
    expect(stepMs).toBeGreaterThan(MINUTE)
    expect(t[0]).toBeGreaterThanOrEqual(range.from)
    expect(gaps).toEqual([])
  }
})

test('flushes run by themselves when the timer is on', async () => {
  const store = await openTsdb({
    dir: scratch(),
    clock: { now: Date.now, monotonic: () => performance.now() },
    log: silentLog,
    flushEveryMs: 20,
  })
  store.append(1, 's', sampleOf(1, Date.now(), 10))
  for (let turn = 0; turn < 500 && store.durableRanges(1, 's').length === 0; turn++) await Bun.sleep(10)
  expect(store.durableRanges(1, 's')).toEqual([[1, 1]])
  await store[Symbol.asyncDispose]()
})

test('after a restart a host of ten seconds is answered second by second once it has sent them again', async () => {
  const dir = scratch()
  const range = { from: T0 - MINUTE, to: T0 + 15 * SECOND }
  const frames = Array.from({ length: 10 }, (_, seq) => sampleOf(seq, T0 + seq * SECOND, 10, [], 1_000))
  {
    await using store = await open(dir, testClock(T0 + 10 * SECOND))
    for (const frame of frames) store.append(1, 's', frame)
  }
  await using store = await open(dir, testClock(T0 + 15 * SECOND))
  store.append(1, 's', sampleOf(11, T0 + 14 * SECOND, 10, [], 1_000))
  expect((await store.query({ ...cpuOf(1), range })).stepMs).toBe(MINUTE)
  for (const frame of frames) expect(store.append(1, 's', frame).kind).toBe('duplicate')
  const answer = await store.query({ ...cpuOf(1), range })
  expect({ stepMs: answer.stepMs, tiers: answer.tiers }).toEqual({ stepMs: SECOND, tiers: ['ram'] })
  expect(values(answer.series[0]!.avg)).toEqual(Array(11).fill(1_000))
})

test('a backlog goes to the disk in parts, what an hour brings in one', async () => {
  await using store = await open(scratch(), testClock(T0))
  const minutes = 2_000
  for (let n = 1; n <= minutes; n++) store.append(1, 's', sampleOf(n, T0 - (minutes + 1 - n) * MINUTE, 10))
  await store.flush()
  const { commits, pendingFrames } = store.health()
  expect(commits).toBeGreaterThan(1)
  expect(pendingFrames).toBe(0)
  expect(store.durableRanges(1, 's')).toEqual([[1, minutes]])
  for (let n = 1; n <= 60; n++) store.append(2, 's', sampleOf(n, T0 - (61 - n) * MINUTE, 10))
  await store.flush()
  expect(store.health().commits).toBe(commits + 1)
  expect(store.durableRanges(2, 's')).toEqual([[1, 60]])
})
