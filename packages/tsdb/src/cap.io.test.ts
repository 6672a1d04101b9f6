import { expect, test } from 'bun:test'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from './open.ts'
import { DEFAULT_RETENTION } from './retention.ts'
import { MEMORY_FOLDER, metric, rowOf, sampleOf, scratchDir, T0, testClock } from './testing/samples.ts'

const CAP_BYTES = 2_000_000
const HOSTS = [1, 2]
const INTERVAL_MS = 5 * MINUTE
const START = T0 - (T0 % DAY)

/** What the folder takes, as `du --apparent-size` says. */
function folderSize(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

/** Numbers that compress as badly as they can, the same in every run. */
function noise(): () => number {
  let state = 1
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state
  }
}

test('under steady load for weeks the store stays under its cap, gives up in the stated order, and takes every frame', async () => {
  const { dir, remove } = scratchDir(MEMORY_FOLDER)
  using _scratch = { [Symbol.dispose]: remove }
  const clock = testClock(START)
  const retention = { ...DEFAULT_RETENTION, hotMs: 6 * HOUR, coldMs: 365 * DAY }
  const budget = { maxBytes: CAP_BYTES, minFreeBytes: 0 }
  const options = { dir, clock, log: silentLog, autoFlush: false, retention, budget }
  await using store = await openTsdb(options)
  const next = noise()
  const rows = () => [
    ...['sda', 'sdb'].map((key) => rowOf('disk', key, { read_iops: next() % 1e6, write_iops: next() % 1e6 })),
    ...['a', 'b', 'c', 'd', 'e'].map((key) => rowOf('container', key, { mem_used_bytes: next() })),
  ]
  let seq = 0
  const sizes: number[] = []
  const stages: (string | null)[] = []
  const passDay = async () => {
    for (let passed = 0; passed < DAY; passed += INTERVAL_MS) {
      clock.time += INTERVAL_MS
      seq += 1
      for (const host of HOSTS) {
        expect(store.append(host, 's', sampleOf(seq, clock.time - 1, 50, rows(), INTERVAL_MS)).kind).toBe(
          'taken',
        )
      }
      if (clock.time % (3 * HOUR) !== 0) continue
      await store.flush()
      sizes.push(folderSize(dir))
    }
    await store.compact()
    sizes.push(folderSize(dir))
    stages.push((await store.report()).budget.stage)
  }
  const oldestDay = async (entity: string) => {
    const { coverage } = await store.report()
    const oldest = coverage.filter((each) => each.entity === entity).map(({ ranges }) => ranges[0]!.from)
    return Math.floor((Math.min(...oldest) - START) / DAY)
  }

  while (stages.at(-1) !== 'devices' && stages.length < 60) await passDay()
  expect(stages[0]).toBeNull()
  expect(stages.indexOf('containers')).toBeGreaterThan(0)
  expect(stages.indexOf('containers')).toBeLessThan(stages.indexOf('devices'))
  expect(await oldestDay('host')).toBe(0)
  expect(await oldestDay('container')).toBeGreaterThan(await oldestDay('disk'))
  const { budget: state } = await store.report()
  expect(state.given[0]).toContain('container')
  expect(state.given.every((text) => !text.includes("tier's host"))).toBe(true)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(CAP_BYTES)

  store.configure({ retention, budget: { ...budget, maxBytes: 1_500_000 } })
  sizes.length = 0
  await passDay()
  await passDay()
  expect(stages.at(-1)).toBe('oldest-days')
  expect(await oldestDay('host')).toBeGreaterThan(0)
  expect(sizes.at(-1)).toBeLessThanOrEqual(1_500_000)
  // What was given up is no gap: a chart begins later, as it does at the end of retention.
  const range = { from: START, to: clock.time }
  const metrics = [metric('host.cpu_pct')]
  expect((await store.query({ host: 1, metrics, key: null, range, points: 600 })).gaps).toEqual([])
  expect(store.health()).toMatchObject({ flushFault: null, givenUpFrames: 0, repairs: [] })
}, 120_000)
