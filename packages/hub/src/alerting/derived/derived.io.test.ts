import { afterEach, beforeEach, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { MemoryTsdb } from '../../testing/memory-tsdb.ts'
import { checksOf } from '../check.ts'
import { AlertBench, sampleOf } from '../testing/alert-bench.ts'
import { DerivedWatch } from './derived-watch.ts'

let bench: AlertBench
let clock: FakeClock
let tsdb: MemoryTsdb
beforeEach(async () => {
  clock = new FakeClock()
  bench = await AlertBench.open(clock)
  tsdb = new MemoryTsdb(clock)
})
afterEach(() => bench[Symbol.asyncDispose]())

function watchOf(): DerivedWatch {
  return new DerivedWatch({
    ...{ tsdb, clock, log: silentLog },
    checks: () => bench.engine.derivedChecks(),
    take: (check, key, value) => bench.engine.derived(check, key, value),
  })
}

async function watched(watch: DerivedWatch, ms: number, hostId: number, used: () => number): Promise<void> {
  for (let minute = 0; minute < ms / MINUTE; minute++) {
    const readings = { filesystem: { '/': { used_pct: used() }, '/tmp': { used_pct: 10 } } }
    tsdb.samples.get(hostId)!.push(sampleOf(clock.now(), readings))
    await bench.pass(MINUTE, new Map([[hostId, readings]]))
    await watch.sweep()
  }
}

test('a disk that fills up fires before it is full, names the hours left, and ends when it stops filling', async () => {
  await bench.rule({
    name: 'fills',
    condition: { kind: 'fills', metric: 'filesystem.used_pct', key: '/', warning: 24, critical: 4 },
    for_ms: 10 * MINUTE,
  })
  const web = await bench.host('web')
  const begin = clock.now() - DAY
  const usedAt = (at: number) => 40 + (at - begin) / HOUR
  tsdb.samples.set(
    web,
    Array.from({ length: DAY / (5 * MINUTE) }, (_, n) => begin + n * 5 * MINUTE).map((at) =>
      sampleOf(at, { filesystem: { '/': { used_pct: usedAt(at) }, '/tmp': { used_pct: 10 } } }),
    ),
  )
  const watch = watchOf()
  await watched(watch, 13 * HOUR, web, () => usedAt(clock.now()))
  expect(bench.told).toEqual(['fired warning web /'])
  expect(bench.notices[0]!.alert).toMatchObject({ metric: 'filesystem.used_pct', threshold: 24 })
  expect(bench.notices[0]!.alert.value).toBeWithin(22, 24)
  expect(bench.notices[0]!.alert.summary).toBe(
    'web: Filesystem /: Used is full in 23 h if it goes on like this',
  )
  await watched(watch, 2 * HOUR, web, () => 20)
  expect(bench.told.slice(1)).toEqual(['resolved warning web /'])
})

test('what differs from the same hour last week fires with by how much', async () => {
  await bench.rule({
    name: 'changes',
    condition: {
      ...{ kind: 'changes', metric: 'host.load1', direction: 'either', warning: 50, critical: 100 },
      least: 0.5,
    },
  })
  const web = await bench.host('web')
  const samples = []
  const weekAgo = clock.now() - 7 * DAY
  for (let at = weekAgo - HOUR; at < weekAgo + HOUR; at += MINUTE)
    samples.push(sampleOf(at, { host: { load1: 4 } }))
  for (let at = clock.now() - HOUR; at < clock.now(); at += MINUTE)
    samples.push(sampleOf(at, { host: { load1: 1 } }))
  tsdb.samples.set(web, samples)
  const watch = watchOf()
  for (let minute = 0; minute < 6; minute++) {
    await bench.pass(MINUTE, new Map([[web, { host: { load1: 1 } }]]))
    await watch.sweep()
  }
  await bench.pass(1_000)
  expect(bench.notices.map(({ kind, alert }) => `${kind} ${alert.summary}`)).toEqual([
    'fired web: Load 1 min differs by 75 % from the same hour last week',
  ])
})

test('each rule and host has its turn once in five minutes, spread over them and one query at a time', async () => {
  const rule = await bench.rule({
    name: 'fills',
    condition: { kind: 'fills', metric: 'host.disk_pct', warning: 24, critical: 4 },
  })
  const hosts = Array.from({ length: 100 }, (_, id) => ({ id, name: `host-${id}`, tags: [] }))
  for (const { id } of hosts) tsdb.samples.set(id, [sampleOf(clock.now(), { host: { disk_pct: 1 } })])
  const turns: { second: number; host: number }[] = []
  let second = 0
  let underWay = 0
  tsdb.query = async (query) => {
    underWay += 1
    expect(underWay).toBe(1)
    turns.push({ second, host: query.host })
    await Promise.resolve()
    underWay -= 1
    return { stepMs: MINUTE, tiers: [], t: [], series: [], gaps: [] }
  }
  const watch = new DerivedWatch({
    ...{ tsdb, clock, log: silentLog, take() {} },
    checks: () => hosts.flatMap((host) => checksOf(rule, host)),
  })
  for (second = 0; second < 1_200; second++) {
    clock.advance(1_000)
    await watch.sweep()
  }
  for (const { id } of hosts) {
    const mine = turns.filter(({ host }) => host === id).map((turn) => turn.second)
    expect(mine.length).toBeGreaterThanOrEqual(3)
    for (let n = 1; n < mine.length; n++) expect(mine[n]! - mine[n - 1]!).toBe(300)
  }
  const bySecond = Map.groupBy(turns, (turn) => turn.second)
  expect(Math.max(...Array.from(bySecond.values(), (each) => each.length))).toBeLessThanOrEqual(2)
})
