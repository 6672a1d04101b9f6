import { expect, test } from 'bun:test'
import { MINUTE } from '@lumen/model/time'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { forgetOldAlerts, readHistory } from './alert-history.ts'
import { AlertBench } from './testing/alert-bench.ts'

const CPU = {
  name: 'cpu',
  condition: { kind: 'threshold', metric: 'host.cpu_pct', direction: 'above', warning: 80, critical: null },
}

/** A bench on which each of two hosts had so many alerts in turn, a quarter of an hour apart. */
async function benchWith(count: number): Promise<{ bench: AlertBench; hosts: number[]; times: number[] }> {
  const clock = new FakeClock()
  const bench = await AlertBench.open(clock)
  await bench.rule(CPU)
  const hosts = [await bench.host('one'), await bench.host('two')]
  const times: number[] = []
  for (let turn = 0; turn < count; turn++) {
    for (const cpu_pct of [90, 10]) {
      clock.advance(15 * MINUTE)
      if (cpu_pct === 90) times.push(clock.now())
      bench.push(hosts[turn % 2]!, { host: { cpu_pct } })
      await bench.engine.book.settled()
    }
  }
  return { bench, hosts, times }
}

test('history is read newest first, a page at a time, each alert once', async () => {
  const { bench } = await benchWith(230)
  await using _ = bench
  const ids: number[] = []
  let before: number | undefined
  const pages: number[] = []
  do {
    const { alerts, next } = await readHistory(bench.db, { before })
    ids.push(...alerts.map(({ id }) => id))
    pages.push(alerts.length)
    before = next ?? undefined
  } while (before !== undefined)
  expect(pages).toEqual([100, 100, 30])
  expect(new Set(ids).size).toBe(230)
  expect(ids).toEqual(ids.toSorted((one, other) => other - one))
})

test('history is found by host and by the time it lasted', async () => {
  const { bench, hosts, times } = await benchWith(8)
  await using _ = bench
  const ofOne = await readHistory(bench.db, { host: hosts[0] })
  expect(ofOne.alerts.map(({ host }) => host)).toEqual(['one', 'one', 'one', 'one'])
  const between = await readHistory(bench.db, { from: times[2]!, to: times[4]! + 1 })
  expect(between.alerts.map(({ fired_at }) => fired_at)).toEqual([times[4]!, times[3]!, times[2]!])
  expect((await readHistory(bench.db, { rule: 999 })).alerts).toEqual([])
})

test('the oldest go by number; what fires and what is still to be told stays', async () => {
  const { bench } = await benchWith(4)
  await using _ = bench
  await bench.db.run({ sql: "UPDATE alerts SET told = 'warning' WHERE id = 2", values: [] })
  await bench.db.run({ sql: "UPDATE alerts SET state = 'firing' WHERE id = 3", values: [] })
  await forgetOldAlerts(bench.db, 1)
  expect((await readHistory(bench.db, {})).alerts.map(({ id }) => id)).toEqual([4, 3, 2])
})
