import { Database } from 'bun:sqlite'
import { afterEach, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sample } from '@lumen/model/sample'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { errorCode } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { inspectTsdb } from './inspect.ts'
import { openTsdb } from './open.ts'
import type { TsdbOptions } from './options.ts'
import { D0, dayFrame, dayFrames, foldedDirectory, foldedFrames } from './testing/cold-days.ts'
import { metric, rowOf, sampleOf, scratchDir, testClock } from './testing/samples.ts'
import { testOnSmallDisk } from './testing/small-disk.ts'
import { undivide } from './testing/undivide.ts'

const CPU = metric('host.cpu_pct')
const JULY_2 = Date.UTC(2026, 6, 2)
const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

function scratch(): string {
  dirs.push(scratchDir())
  return dirs.at(-1)!.dir
}

function open(dir: string, clock = testClock(D0 + 3 * DAY), options: Partial<TsdbOptions> = {}) {
  return openTsdb({ dir, clock, log: silentLog, autoFlush: false, ...options })
}

type Opened = Awaited<ReturnType<typeof open>>

async function send(store: Opened, host: number, samples: readonly Sample[]): Promise<void> {
  for (const each of samples) expect(store.append(host, 's', each).kind).toBe('taken')
  await store.flush('all')
}

function filesOf(dir: string, entity: string): string[] {
  const folder = join(dir, 'cold', entity)
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

/** Values of `host.cpu_pct` over the two days. */
async function cpuOf(store: Opened, host: number): Promise<number> {
  const range = { from: D0, to: D0 + 2 * DAY }
  const { series } = await store.query({ host, metrics: [CPU], key: null, range, points: 5_000 })
  return series[0]?.avg.filter((value) => !Number.isNaN(value)).length ?? 0
}

test('a month becomes one file once its days are sealed, and takes in what comes later (T3, T7)', async () => {
  const dir = scratch()
  const clock = testClock(D0 + 3 * DAY)
  const sent = [1, 2].map((host) => ({ host, samples: dayFrames(host, 2) }))
  {
    await using store = await open(dir, clock)
    for (const { host, samples } of sent) await send(store, host, samples)
    await store.compact()
    expect(filesOf(dir, 'host').length).toBe(2)
    clock.time = JULY_2 - 1
    await store.compact()
    expect(filesOf(dir, 'host').length).toBe(2)
    clock.time = JULY_2
    await store.compact()
    expect(filesOf(dir, 'host')).toEqual([expect.stringMatching(/^2026-06-\d+\.parquet$/)])
    const late = [sampleOf(900, D0 + DAY + 1, 7), sampleOf(901, D0 + 5 * DAY, 8)]
    sent.push({ host: 2, samples: late })
    await send(store, 2, late)
    clock.time += DAY
    await store.compact()
    expect(filesOf(dir, 'host')).toEqual([expect.stringMatching(/^2026-06-\d+\.parquet$/)])
    const [host] = store.coldCoverage.filter(({ entity }) => entity === 'host')
    expect(host!.ranges).toEqual([{ from: D0, to: D0 + 6 * DAY }])
  }
  expect(foldedDirectory(dir)).toEqual(foldedFrames(sent))
  using inspection = inspectTsdb(dir)
  expect([...inspection.rollups()]).toEqual([])
})

test('a deleted host is hidden in files at once, gone from them after the next round, and may come back', async () => {
  const dir = scratch()
  const clock = testClock(D0 + 3 * DAY)
  const back = dayFrame(1, 3)
  {
    await using store = await open(dir, clock)
    for (const host of [1, 2]) await send(store, host, dayFrames(host, 2))
    await store.compact()
    const before = filesOf(dir, 'host')
    await store.deleteHost(1)
    await send(store, 1, [back])
    expect(await cpuOf(store, 1)).toBe(1)
    expect(await cpuOf(store, 2)).toBeGreaterThan(1)
    expect(filesOf(dir, 'host')).toEqual(before)
    await store.compact()
    expect(filesOf(dir, 'host').length).toBe(2)
    expect(filesOf(dir, 'host').filter((name) => before.includes(name))).toEqual([])
    expect(await cpuOf(store, 1)).toBe(1)
    clock.time += DAY
    await store.compact()
    expect(await cpuOf(store, 1)).toBe(1)
  }
  const sent = [
    { host: 1, samples: [back] },
    { host: 2, samples: dayFrames(2, 2) },
  ]
  expect(foldedDirectory(dir)).toEqual(foldedFrames(sent))
  const db = new Database(join(dir, 'hot.db'))
  expect(db.query('SELECT * FROM cold_tombstone').all()).toEqual([])
  db.close()
})

test('files that held only a deleted host are gone', async () => {
  const dir = scratch()
  await using store = await open(dir)
  await send(store, 1, dayFrames(1))
  await store.compact()
  await store.deleteHost(1)
  await store.compact()
  expect([filesOf(dir, 'host'), store.coldCoverage]).toEqual([[], []])
})

test('each entity is kept as long as its own retention says, in both tiers', async () => {
  const dir = scratch()
  const clock = testClock(D0 + DAY)
  const retention = { coldMs: 10 * DAY, coldMsByEntity: { container: 2 * DAY } }
  await using store = await open(dir, clock, { retention })
  const samples = [0, 1].map((day) =>
    sampleOf(day, D0 + day * DAY, 5, [rowOf('container', 'web', { pids: 3 })]),
  )
  await send(store, 1, samples)
  clock.time = D0 + 2 * DAY
  await store.compact()
  expect([filesOf(dir, 'host').length, filesOf(dir, 'container').length]).toEqual([1, 1])
  clock.time = D0 + 3 * DAY + HOUR
  await store.retain()
  expect([filesOf(dir, 'host').length, filesOf(dir, 'container').length]).toEqual([1, 0])
  // The second day was never sealed: its container rows are too old for a file by now, those of the host are not.
  clock.time = D0 + 4 * DAY
  await store.retain()
  await store.compact()
  expect([filesOf(dir, 'host').length, filesOf(dir, 'container').length]).toEqual([2, 0])
  clock.time = D0 + 11 * DAY
  await store.retain()
  expect(filesOf(dir, 'host').length).toBe(1)
})

test('seqs are known as long as a frame of theirs could be taken, twice over (T2)', async () => {
  const clock = testClock(D0 + DAY)
  await using store = await open(scratch(), clock, { retention: { coldMs: 5 * DAY } })
  await send(store, 1, dayFrames(1))
  clock.time = D0 + 5 * DAY
  await store.compact()
  await store.retain()
  expect(store.append(1, 's', dayFrame(1, 20)).kind).toBe('duplicate')
  clock.time = D0 + 10 * DAY
  await store.retain()
  expect(store.durableRanges(1, 's')).toEqual([[0, 47]])
  clock.time = D0 + 11 * DAY + HOUR
  await store.retain()
  expect(store.durableRanges(1, 's')).toEqual([])
  expect(store.append(1, 's', dayFrame(1, 20)).kind).toBe('too-old')
})

test('frames whose seqs were forgotten are not taken again when retention becomes longer (T2)', async () => {
  const dir = scratch()
  const clock = testClock(D0 + DAY)
  const short = { coldMs: DAY }
  const long = { ramMs: 15 * MINUTE, hotMs: DAY, coldMs: 30 * DAY, coldMsByEntity: {} }
  {
    await using store = await open(dir, clock, { retention: short })
    await send(store, 1, dayFrames(1))
    clock.time = D0 + 4 * DAY
    await store.retain()
    expect(store.durableRanges(1, 's')).toEqual([])
    store.configure({ retention: long, budget: { maxBytes: null, minFreeBytes: 0 } })
    expect(store.append(1, 's', dayFrame(1, 20)).kind).toBe('too-old')
    expect(store.append(1, 's', sampleOf(500, D0 + DAY, 1)).kind).toBe('taken')
  }
  await using store = await open(dir, clock, { retention: long })
  expect(store.append(1, 's', dayFrame(1, 20)).kind).toBe('too-old')
})

test('while files are held nothing becomes of them, flushes go on, and the work is done afterwards', async () => {
  const dir = scratch()
  await using store = await open(dir)
  await send(store, 1, dayFrames(1, 2))
  const held = await store.holdFiles()
  let isCompacted = false
  const compacted = store.compact().then(() => {
    isCompacted = true
  })
  await send(store, 1, [sampleOf(500, D0 + 2 * DAY, 1)])
  expect(await cpuOf(store, 1)).toBeGreaterThan(1)
  expect([isCompacted, filesOf(dir, 'host')]).toEqual([false, []])
  held[Symbol.dispose]()
  await compacted
  expect(filesOf(dir, 'host').length).toBe(2)
})

test('a store that is closed gives up the job under way, and the next one does it', async () => {
  const dir = scratch()
  {
    const store = await open(dir, testClock(D0 + 3 * DAY), { faultPoint: 'seal.mid-file:stall=2000' })
    await send(store, 1, dayFrames(1, 2))
    const compacted = store.compact().catch(errorCode)
    for (let turn = 0; turn < 1_000 && filesOf(dir, 'host').length === 0; turn++) await Bun.sleep(5)
    await store[Symbol.asyncDispose]()
    expect(await compacted).toBe('cold_closed')
  }
  expect(filesOf(dir, 'host')).toEqual([expect.stringMatching(/\.tmp$/)])
  await using store = await open(dir)
  expect([filesOf(dir, 'host'), store.health().repairs]).toEqual([[], []])
  await store.compact()
  expect(filesOf(dir, 'host').length).toBe(2)
})

test('who waits for a store that is closed meanwhile gets an answer', async () => {
  const store = await open(scratch(), testClock(D0))
  const waiting = [store.check(), store.retain(), store.deleteHost(1)].map((call) => call.catch(errorCode))
  await store[Symbol.asyncDispose]()
  for (const code of await Promise.all(waiting)) expect(code ?? 'hot_done').toMatch(/^hot_|^store_closed$/)
})

test('the worker that makes files may die: that is in health, and the next round starts it again', async () => {
  const dir = scratch()
  await using store = await open(dir, undefined, {
    coldWorkerUrl: new URL('./testing/dying-cold-worker.ts', import.meta.url),
    onFatal: (error) => {
      throw error
    },
  })
  await send(store, 1, dayFrames(1))
  expect(await store.compact().catch(errorCode)).toBe('cold_ended')
  expect(store.health().compactFault).toContain("the cold tier's worker is gone")
  expect(store.append(1, 's', sampleOf(500, D0 + 2 * DAY, 1)).kind).toBe('taken')
  await store.compact()
  expect(store.health().compactFault).toBeNull()
  expect(filesOf(dir, 'host').length).toBe(1)
})

test('a job that fails keeps no other from being done', async () => {
  const dir = scratch()
  await using store = await open(dir, undefined, { faultPoint: 'seal.before-commit:fail' })
  await send(store, 1, dayFrames(1))
  expect(await store.compact().catch(errorCode)).toBe('fault_injected')
  expect(['disk', 'filesystem', 'host'].map((entity) => filesOf(dir, entity).length).sort()).toEqual([
    0, 1, 1,
  ])
  await store.compact()
  expect(['disk', 'filesystem', 'host'].map((entity) => filesOf(dir, entity).length)).toEqual([1, 1, 1])
})

test.skipIf(process.platform !== 'linux')(
  'on Linux the thread that makes files is of low priority, the others are not',
  async () => {
    await using store = await open(scratch(), undefined, { faultPoint: 'seal.mid-file:stall=500' })
    await send(store, 1, dayFrames(1))
    const compacted = store.compact()
    let nice = niceValues()
    for (let turn = 0; turn < 400 && !nice.has(10); turn++) {
      await Bun.sleep(5)
      nice = niceValues()
    }
    await compacted
    expect([nice.has(10), niceOf(process.pid)]).toEqual([true, niceOf(process.ppid)])
  },
)

testOnSmallDisk(
  'a disk that runs full while a day is sealed loses nothing, and the day is sealed once there is room',
  3 * 1024 * 1024,
  async (path) => {
    const dir = join(path, 'tsdb')
    const ballast = join(path, 'ballast')
    const clock = testClock(D0 + DAY)
    const samples = Array.from({ length: 1_440 }, (_, minute) =>
      sampleOf(minute, D0 + minute * MINUTE, (minute * 7_919) % 100),
    )
    {
      await using store = await open(dir, clock)
      await send(store, 1, samples)
      clock.time = D0 + 2 * DAY
      // Everything the disk has left.
      for (let bytes = 3 * 1024 * 1024; bytes >= 4_096; bytes /= 2) {
        try {
          writeFileSync(ballast, Buffer.alloc(bytes, 1), { flag: 'a' })
        } catch {
          // Half as much may still fit.
        }
      }
      expect(['ENOSPC', 'SQLITE_FULL']).toContain((await store.compact().catch(errorCode)) ?? '')
      expect(store.health().compactFault).not.toBeNull()
      expect(await cpuOf(store, 1)).toBe(1_440)
      rmSync(ballast)
      await store.compact()
      expect(store.health()).toMatchObject({ compactFault: null, repairs: [] })
      expect(await cpuOf(store, 1)).toBe(288)
    }
    expect(foldedDirectory(dir)).toEqual(foldedFrames([{ host: 1, samples }]))
  },
  120_000,
)

test('a database of format 2 is taken over, and its days are sealed', async () => {
  const dir = scratch()
  const samples = dayFrames(1, 2)
  {
    await using store = await open(dir)
    await send(store, 1, samples)
  }
  const db = new Database(join(dir, 'hot.db'))
  undivide(db)
  for (const table of ['cold_file', 'cold_tombstone', 'store', 'host_first']) db.run(`DROP TABLE ${table}`)
  db.run('PRAGMA user_version = 2')
  db.close(true)
  {
    await using store = await open(dir)
    expect(store.health().repairs).toEqual([])
    await store.compact()
    const range = { from: D0 - DAY, to: D0 + 2 * DAY }
    const { gaps } = await store.query({ host: 1, metrics: [CPU], key: null, range, points: 5_000 })
    expect(gaps.every(({ from }) => from >= D0)).toBe(true)
  }
  expect(filesOf(dir, 'host').length).toBe(2)
  expect(foldedDirectory(dir)).toEqual(foldedFrames([{ host: 1, samples }]))
})

/** Of all threads of this process. */
function niceValues(): Set<number> {
  return new Set(readdirSync('/proc/self/task').map((thread) => niceOf(`self/task/${thread}`)))
}

/** proc(5): field 19 of stat, counted behind the name, which may hold spaces. */
function niceOf(task: number | string): number {
  const path = `/proc/${task}/stat`
  if (!existsSync(path)) return 0
  const stat = readFileSync(path, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
}
