import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, rmSync, statfsSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Sample } from '@lumen/model/sample'
import { MINUTE } from '@lumen/model/time'
import { errorCode } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { defaultFloorOf } from './budget/caps.ts'
import { inspectTsdb } from './inspect.ts'
import { openTsdb } from './open.ts'
import { DEFAULT_RETENTION } from './retention.ts'
import {
  MEMORY_FOLDER,
  rowOf,
  sampleOf,
  scratchDir,
  T0,
  type TestClock,
  testClock,
} from './testing/samples.ts'
import { testOnSmallDisk } from './testing/small-disk.ts'

const MIB = 1024 * 1024
const REPLAY_MS = 15 * MINUTE

type Store = Awaited<ReturnType<typeof openTsdb>>

const ROWS = [
  ...Array.from({ length: 6 }, (_, index) => rowOf('disk', `sd${index}`, { read_iops: 9e9 + index })),
  ...Array.from({ length: 14 }, (_, index) =>
    rowOf('container', `c${index}`, { mem_used_bytes: 9e9 + index }),
  ),
]

/** An agent that keeps what is not durable, and the last 15 minutes besides. */
class Agent {
  readonly host: number
  readonly held = new Map<number, Sample>()
  #seq = 0

  constructor(host: number) {
    this.host = host
  }

  /** Reads once, sends that and what the hub asks for again, forgets what it need not keep. */
  push(store: Store, now: number): void {
    this.held.set(++this.#seq, sampleOf(this.#seq, now - 1, 50, ROWS))
    const from = store.replayFrom(this.host, 's') ?? this.#seq
    for (const sample of this.held.values()) {
      if (sample.seq >= from) expect(store.append(this.host, 's', sample).kind).toMatch(/taken|duplicate/)
    }
    for (const { seq, ts } of this.held.values()) {
      if (ts < now - REPLAY_MS && this.isDurable(store, seq)) this.held.delete(seq)
    }
  }

  isDurable(store: Store, seq: number): boolean {
    return store.durableRanges(this.host, 's').some(([from, to]) => seq >= from && seq <= to)
  }
}

const agentsOf = (hosts: number) => Array.from({ length: hosts }, (_, index) => new Agent(index + 1))

/** A minute of all agents, then the flush the timer would do. */
async function passMinute(
  store: Store,
  clock: TestClock,
  agents: readonly Agent[],
): Promise<string | undefined> {
  clock.time += MINUTE
  for (const agent of agents) agent.push(store, clock.time)
  return store.flush().then(() => 'flushed', errorCode)
}

/** Takes every byte that is left. */
function fillUp(path: string): void {
  const { bavail, bsize } = statfsSync(dirname(path))
  try {
    writeFileSync(path, Buffer.alloc(bavail * bsize, 1))
  } catch {}
}

const openOn = (dir: string, clock: TestClock, minFreeBytes: number) =>
  openTsdb({ dir, clock, log: silentLog, autoFlush: false, budget: { maxBytes: null, minFreeBytes } })

testOnSmallDisk(
  'Budget: a disk that others fill for ten minutes costs no sample an agent still holds, and needs nobody',
  8 * MIB,
  async (path) => {
    const dir = join(path, 'tsdb')
    const clock = testClock(T0)
    const agents = agentsOf(20)
    {
      await using store = await openOn(dir, clock, defaultFloorOf(path))
      for (let minute = 0; minute < 90; minute++)
        expect(await passMinute(store, clock, agents)).toBe('flushed')
      const ballast = join(path, 'ballast')
      for (let minute = 0; minute < 10; minute++) {
        fillUp(join(path, `ballast${minute}`))
        await passMinute(store, clock, agents)
      }
      for (let minute = 0; minute < 10; minute++) rmSync(`${ballast}${minute}`, { force: true })
      for (let minute = 0; minute < 2; minute++) await passMinute(store, clock, agents)
      expect(store.health()).toMatchObject({ flushFault: null, pendingFrames: 0 })
      for (const agent of agents) {
        const lost = [...agent.held.keys()].filter((seq) => !agent.isDurable(store, seq))
        expect(lost).toEqual([])
      }
    }
    using inspection = inspectTsdb(dir)
    const newest = inspection.frames().filter(({ t }) => t >= clock.time - 60 * MINUTE)
    expect(newest).toHaveLength(agents.length * 60)
    expect(newest.every(({ frames }) => frames === 1)).toBe(true)
  },
  120_000,
)

testOnSmallDisk(
  'on a disk that stays full the store goes on in its own space, giving up the oldest containers first',
  8 * MIB,
  async (path) => {
    const clock = testClock(T0)
    const agents = agentsOf(20)
    await using store = await openOn(join(path, 'tsdb'), clock, defaultFloorOf(path))
    for (let minute = 0; minute < 200; minute++) await passMinute(store, clock, agents)
    const before = (await store.report()).budget.usedBytes
    let refused = 0
    for (let minute = 0; minute < 90; minute++) {
      fillUp(join(path, `ballast${minute}`))
      if ((await passMinute(store, clock, agents)) !== 'flushed') refused += 1
    }
    const { budget, coverage } = await store.report()
    expect(refused).toBe(0)
    expect(budget.usedBytes).toBeLessThanOrEqual(before + 64 * 1024)
    expect(budget.stage).toBe('containers')
    expect(budget.given).toEqual([expect.stringMatching(/gave up the hot tier's container history from/)])
    expect(store.health()).toMatchObject({ flushFault: null, pendingFrames: 0 })
    const oldest = Object.fromEntries(coverage.map(({ entity, ranges }) => [entity, ranges[0]!.from]))
    expect(oldest.host).toBe(T0)
    expect(oldest.container).toBeGreaterThan(T0)
  },
  120_000,
)

test('a budget that is changed holds from the next flush on, and one that is taken away leaves nothing behind', async () => {
  const scratch = scratchDir()
  using _scratch = { [Symbol.dispose]: scratch.remove }
  const clock = testClock(T0)
  const agents = agentsOf(3)
  await using store = await openOn(scratch.dir, clock, 1)
  await passMinute(store, clock, agents)
  const reserve = join(scratch.dir, 'reserve')
  const large = statSync(reserve).size
  const retention = DEFAULT_RETENTION
  store.configure({ retention, budget: { maxBytes: 16 * MIB, minFreeBytes: 0 } })
  expect(await passMinute(store, clock, agents)).toBe('flushed')
  expect(statSync(reserve).size).toBeLessThan(Math.min(large, 2 * MIB))
  store.configure({ retention, budget: { maxBytes: null, minFreeBytes: 0 } })
  expect(await passMinute(store, clock, agents)).toBe('flushed')
  expect(existsSync(reserve)).toBe(false)
})

test('what the folder takes may be impossible to tell: minutes that are on the disk are not written twice (T2)', async () => {
  const scratch = scratchDir()
  using _scratch = { [Symbol.dispose]: scratch.remove }
  const clock = testClock(T0)
  const agents = agentsOf(1)
  {
    await using store = await openOn(scratch.dir, clock, 1)
    mkdirSync(join(scratch.dir, 'quarantine'))
    symlinkSync('endless', join(scratch.dir, 'quarantine', 'endless'))
    for (let minute = 0; minute < 3; minute++) expect(await passMinute(store, clock, agents)).toBe('flushed')
    expect(store.health()).toMatchObject({ flushFault: null, pendingFrames: 0 })
  }
  using inspection = inspectTsdb(scratch.dir)
  expect(inspection.frames().map(({ frames }) => frames)).toEqual([1, 1, 1])
})

test('a floor of free space that cannot be had keeps the newest hour rather than refuse it', async () => {
  const scratch = scratchDir(MEMORY_FOLDER)
  using _scratch = { [Symbol.dispose]: scratch.remove }
  const clock = testClock(T0)
  const agents = agentsOf(2)
  await using store = await openOn(scratch.dir, clock, Number.MAX_SAFE_INTEGER)
  for (let minute = 0; minute < 90; minute++) expect(await passMinute(store, clock, agents)).toBe('flushed')
  const { coverage, budget } = await store.report()
  const oldest = coverage.find(({ entity }) => entity === 'host')!.ranges[0]!.from
  expect(oldest).toBeGreaterThan(T0)
  expect(oldest).toBeLessThanOrEqual(clock.time - 60 * MINUTE)
  expect(budget.stage).toBe('oldest-days')
}, 120_000)
