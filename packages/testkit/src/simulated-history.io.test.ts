import { expect, test } from 'bun:test'
import { findMetric } from '@lumen/model/metric'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from '@lumen/tsdb/open'
import { FakeClock } from './fake-clock.ts'
import { HistoryCheck } from './history-check.ts'
import { SimulatedHistory } from './simulated-history.ts'
import { ONE_OF_EACH } from './synthetic-readings.ts'
import { tempDir } from './temp-dir.ts'

const START = Date.UTC(2025, 0, 1)
const METRICS = ['host.cpu_pct', 'host.mem_used_bytes', 'filesystem.used_pct', 'nic.rx_bytes_per_s'].map(
  (name) => findMetric(name)!,
)

/** Sets up a store on simulated time with `hosts` hosts, all of which is checked. */
async function newHistory(dir: string, hosts: number, more: { outages?: Outages } = {}) {
  const clock = new FakeClock(START)
  const options = { dir, clock, log: silentLog, autoFlush: false }
  const store = await openTsdb({ ...options, retention: { coldMs: 365 * DAY } })
  const check = new HistoryCheck(METRICS)
  const history = new SimulatedHistory({
    store,
    clock,
    hosts: Array.from({ length: hosts }, (_, index) => ({ id: index + 1, shape: ONE_OF_EACH })),
    onSample: check.count,
    ...more,
  })
  return { store, clock, check, history }
}
type Outages = NonNullable<ConstructorParameters<typeof SimulatedHistory>[0]['outages']>

test('four days of three hosts are answered as they were sent, on both sides of every seam', async () => {
  await using data = await tempDir()
  const outages = [
    { host: 2, during: { from: START + 30 * HOUR, to: START + 33 * HOUR }, isBackfilled: false },
    { host: 3, during: { from: START + 20 * HOUR, to: START + 50 * HOUR }, isBackfilled: true },
  ]
  const { store, clock, check, history } = await newHistory(data.path, 3, { outages })
  await using _ = store
  const days: number[] = []
  await history.run({ to: START + 4 * DAY - 10 * MINUTE, intervalMs: MINUTE, onDay: (at) => days.push(at) })
  await history.run({ to: START + 4 * DAY, intervalMs: 5_000, flushEveryMs: MINUTE })
  expect(days).toEqual([0, 1, 2, 3].map((day) => START + day * DAY + 10 * MINUTE))
  expect(history.frames).toBe(3 * (4 * 1_440 - 10) - 180 + 3 * 120)

  const now = clock.now()
  const tiers = new Set<string>()
  for (const host of [1, 2, 3]) {
    for (const [from, to, points] of [
      [START, now, 5_000],
      [START + DAY + 7 * MINUTE, START + 2 * DAY + 3 * HOUR, 600],
      [START, START + DAY, 100],
      [now - 3 * HOUR, now, 60],
      [now - 8 * MINUTE, now, 8],
    ] as const) {
      const answer = await store.query({ host, metrics: METRICS, key: null, range: { from, to }, points })
      for (const tier of answer.tiers) tiers.add(tier)
      expect(answer.series.length).toBe(METRICS.length)
      expect(check.differences(host, answer)).toEqual([])
    }
  }
  expect([...tiers].sort()).toEqual(['cold', 'hot', 'ram'])
}, 120_000)

test('forty days of one host are answered as they were sent, a month merged and late days included', async () => {
  await using data = await tempDir()
  const away = { from: START + 10 * DAY, to: START + 13 * DAY }
  const outages = [{ host: 1, during: away, isBackfilled: true }]
  const { store, clock, check, history } = await newHistory(data.path, 1, { outages })
  await using _ = store
  await history.run({ to: START + 40 * DAY, intervalMs: 5 * MINUTE, flushEveryMs: DAY })
  const now = clock.now()
  for (const [from, to, points] of [
    [START, now, 600],
    [START + 5 * DAY, START + 35 * DAY, 600],
    [START + 9 * DAY, START + 14 * DAY, 5_000],
    [now - 3 * DAY, now, 5_000],
  ] as const) {
    const range = { from, to }
    const answer = await store.query({ host: 1, metrics: METRICS, key: null, range, points })
    expect(check.differences(1, answer)).toEqual([])
    expect(answer.gaps).toEqual([])
  }
}, 120_000)

test('the same seed tells the same history', async () => {
  const read = async () => {
    await using data = await tempDir()
    const { store, clock, history } = await newHistory(data.path, 1)
    await using _ = store
    await history.run({ to: START + HOUR, intervalMs: 5 * MINUTE })
    const range = { from: START, to: clock.now() }
    const { t, series } = await store.query({ host: 1, metrics: METRICS, key: null, range, points: 60 })
    return { t, avg: series.map(({ avg }) => [...avg]) }
  }
  expect(await read()).toEqual(await read())
})
