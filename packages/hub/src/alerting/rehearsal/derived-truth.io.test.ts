import { expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { MemoryTsdb } from '../../testing/memory-tsdb.ts'
import { DERIVED_EVERY_MS } from '../derived/derived-every.ts'
import { DerivedWatch } from '../derived/derived-watch.ts'
import { AlertBench, type Readings, sampleOf } from '../testing/alert-bench.ts'
import { rehearse } from './rehearse.ts'

const START = Date.UTC(2026, 10, 25, 6)
const LIVE_MS = 56 * HOUR

/** By hours since START: rises by 3 % an hour from the 6th to the 20th hour, is freed, rests, and rises again until the end. */
function usedAt(hours: number): number {
  if (hours < 6) return 40
  if (hours < 20) return 40 + (hours - 6) * 3
  if (hours < 36) return 30
  return 30 + (hours - 36) * 3.3
}

/** Twice as much as a week before from the 10th to the 15th hour, a third of it from the 30th to the 33rd. */
function loadAt(hours: number): number {
  if (hours >= 10 && hours < 15) return 8
  return hours >= 30 && hours < 33 ? 1.3 : 4
}

const readingsAt = (at: number): Readings => {
  const hours = (at - START) / HOUR
  return { host: { load1: loadAt(hours) }, filesystem: { '/': { used_pct: usedAt(hours) } } }
}

test('rules about what fills and what changes are rehearsed as the engine told of them', async () => {
  const clock = new FakeClock(START)
  const tsdb = new MemoryTsdb(clock)
  await using bench = await AlertBench.open(clock)
  const fills = { kind: 'fills', metric: 'filesystem.used_pct', warning: 24, critical: 6 }
  const changes = { kind: 'changes', metric: 'host.load1', direction: 'either', warning: 50, critical: 90 }
  const rules = [
    await bench.rule({ name: 'fills', condition: fills, for_ms: 10 * MINUTE }),
    await bench.rule({ name: 'changes', condition: { ...changes, least: 0.5 } }),
  ]
  const nas = await bench.host('nas')
  const earlier = (8 * DAY) / (5 * MINUTE)
  tsdb.samples.set(
    nas,
    Array.from({ length: earlier }, (_, n) => {
      const at = START - (earlier - n) * 5 * MINUTE
      return sampleOf(at, { host: { load1: 4 }, filesystem: { '/': { used_pct: 40 } } })
    }),
  )
  const watch = new DerivedWatch({
    ...{ tsdb, clock, log: silentLog },
    checks: () => bench.engine.derivedChecks(),
    take: (check, key, value) => bench.engine.derived(check, key, value),
  })
  const live: { rule: string; level: string; from: number; to: number | null }[] = []
  bench.engine.onFired = ({ ruleName, level }) => {
    live.push({ rule: ruleName, level, from: clock.now(), to: null })
  }
  bench.engine.onChange = ({ ruleName, state, level }) => {
    const open = live.find((each) => each.rule === ruleName && each.to === null)
    if (open === undefined) return
    if (state === 'resolved') open.to = clock.now()
    else if (level === 'critical') open.level = level
  }
  for (let minute = 0; minute < LIVE_MS / MINUTE; minute++) {
    tsdb.samples.get(nas)!.push(sampleOf(clock.now(), readingsAt(clock.now())))
    bench.push(nas, readingsAt(clock.now()))
    await watch.sweep()
    clock.advance(MINUTE)
    bench.engine.everySecond()
  }
  await bench.engine.book.settled()

  expect(live.map(({ rule, level }) => `${rule} ${level}`)).toEqual([
    ...['changes critical', 'fills warning', 'changes warning', 'fills critical'],
  ])
  for (const { spec } of rules) {
    const parts = { tsdb, hosts: () => bench.registry.list(), imported: () => [], now: () => clock.now() }
    const { alerts } = await rehearse(spec, parts, AbortSignal.timeout(120_000))
    const told = live.filter(({ rule }) => rule === spec.name)
    const rehearsed = alerts.toReversed()
    expect(rehearsed.map(({ level }) => level)).toEqual(told.map(({ level }) => level as 'warning'))
    for (const [index, { from, to }] of rehearsed.entries()) {
      const { from: liveFrom, to: liveTo } = told[index]!
      // each is worked out every five minutes, live at some minute of five
      expect(Math.abs(from - liveFrom)).toBeLessThanOrEqual(DERIVED_EVERY_MS)
      if (liveTo === null || to === null) expect([to]).toEqual([liveTo])
      else expect(Math.abs(to - liveTo)).toBeLessThanOrEqual(DERIVED_EVERY_MS)
    }
  }
}, 120_000)
