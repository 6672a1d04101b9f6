import { expect, test } from 'bun:test'
import { HOUR, MINUTE } from '@lumen/model/time'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { seededRandom, testSeed } from '@lumen/testkit/random'
import { MemoryTsdb } from '../../testing/memory-tsdb.ts'
import { AlertBench, INTERVAL_MS, type Readings, sampleOf } from '../testing/alert-bench.ts'
import { rehearse } from './rehearse.ts'

const START = Date.UTC(2026, 10, 25, 6)

/** Loads that stay for some minutes each, so that every reading of a minute but its first or last is like its average. */
function plateaus(random: () => number): number[] {
  const loads: number[] = []
  for (let minute = 0; minute < 180; ) {
    const minutes = 2 + Math.floor(random() * 9)
    const load = random() < 0.5 ? 20 : random() < 0.5 ? 85 : 97
    for (let each = 0; each < minutes; each++) loads.push(load)
    minute += minutes
  }
  return loads
}

test('what is rehearsed over the last hours is what the engine told of then, to the minute', async () => {
  const seed = testSeed()
  console.info(`seed ${seed}`)
  const random = seededRandom(seed)
  const clock = new FakeClock(START)
  const tsdb = new MemoryTsdb(clock)
  await using bench = await AlertBench.open(clock)
  const hosts = new Map<number, number[]>()
  for (const name of ['a', 'b', 'c']) hosts.set(await bench.host(name), plateaus(random))
  const rules = []
  for (const minutes of [0, 3, 7]) {
    const condition = {
      kind: 'threshold',
      metric: 'host.cpu_pct',
      direction: 'above',
      warning: 80,
      critical: 95,
    }
    const spec = { name: `for ${minutes} min`, condition, for_ms: minutes * MINUTE }
    rules.push((await bench.rule(spec)).spec)
  }

  const live: { rule: string; host: number; from: number; to: number | null }[] = []
  bench.engine.onFired = ({ ruleName, hostId }) => {
    live.push({ rule: ruleName, host: hostId!, from: clock.now(), to: null })
  }
  bench.engine.onChange = ({ ruleName, hostId, state }) => {
    const open = live.find((each) => each.rule === ruleName && each.host === hostId && each.to === null)
    if (state === 'resolved' && open !== undefined) open.to = clock.now()
  }
  for (let at = 0; at < 3 * HOUR; at += INTERVAL_MS) {
    const readings = new Map<number, Readings>()
    for (const [host, loads] of hosts) {
      const reading: Readings = { host: { cpu_pct: loads[Math.floor(at / MINUTE)]! } }
      readings.set(host, reading)
      tsdb.append(host, 'a', { ...sampleOf(clock.now(), reading), seq: at })
      bench.push(host, reading)
    }
    clock.advance(INTERVAL_MS)
  }
  await bench.engine.book.settled()

  let compared = 0
  for (const spec of rules) {
    const parts = { tsdb, hosts: () => bench.registry.list(), imported: () => [], now: () => clock.now() }
    const { alerts } = await rehearse(spec, parts, AbortSignal.timeout(60_000))
    for (const host of hosts.keys()) {
      const told = live.filter((each) => each.rule === spec.name && each.host === host)
      const rehearsed = alerts.filter(({ host_id }) => host_id === host).reverse()
      expect([spec.name, host, rehearsed.length]).toEqual([spec.name, host, told.length])
      rehearsed.forEach(({ from, to }, index) => {
        const { from: liveFrom, to: liveTo } = told[index]!
        expect(Math.abs(from - liveFrom)).toBeLessThanOrEqual(MINUTE)
        if (liveTo === null || to === null) expect([to]).toEqual([liveTo])
        else expect(Math.abs(to - liveTo)).toBeLessThanOrEqual(MINUTE)
        compared += 1
      })
    }
  }
  expect(compared).toBeGreaterThan(0)
})
