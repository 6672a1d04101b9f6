import { expect, test } from 'bun:test'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { AlertBench, type Readings } from './testing/alert-bench.ts'

const PER_FRAME = 400

/** Containers nobody has heard of before, all of them restarting. */
function newContainers(
  frame: number,
  fields: Record<string, number | string> = { state: 'restarting' },
): Readings {
  const names = Array.from({ length: PER_FRAME }, (_, index) => `c${frame}-${index}`)
  return { container: Object.fromEntries(names.map((name) => [name, fields])) }
}

test('a host that gives its things ever new names begins so many alerts and no more, and nobody else waits', async () => {
  await using bench = await AlertBench.open(new FakeClock())
  await bench.rule({
    name: 'loop',
    condition: { kind: 'state', state: 'container_restarting', level: 'warning' },
  })
  await bench.rule({ name: 'down', condition: { kind: 'state', state: 'host_down', level: 'critical' } })
  await bench.rule({ name: 'held', condition: { kind: 'state', state: 'hub_alerts', level: 'warning' } })
  const bad = await bench.host('bad')
  const good = await bench.host('good')
  const fired = (host: string) =>
    bench.notices.filter(({ alert, kind }) => kind === 'fired' && alert.host === host)

  for (let frame = 0; frame < 12; frame++) await bench.pass(5_000, new Map([[bad, newContainers(frame)]]))
  expect(fired('bad').length).toBeGreaterThanOrEqual(2_000)
  expect(fired('bad').length).toBeLessThanOrEqual(2_003)

  const held = bench.notices.filter(({ alert }) => alert.rule === 'held')
  expect(held.map(({ kind, alert }) => `${kind} ${alert.host} ${alert.key}`)).toEqual(['fired Hub bad'])
  expect(held[0]?.alert.summary).toMatch(/^Hub holds back \d+ alerts of bad, which begins more than it may$/)
  expect([...bench.engine.fireLimit.held()]).toEqual([
    { hostId: bad, ruleId: bench.rules.list().next().value!.id, count: expect.any(Number) },
  ])

  await bench.pass(5_000, new Map([[good, newContainers(0)]]))
  expect(fired('good').length).toBe(PER_FRAME)
  await bench.pass(600_000)
  expect(fired('bad').at(-1)?.alert.rule).toBe('down')
  await bench.pass(600_000)
  const ends = bench.notices.filter(({ alert, kind }) => alert.rule === 'held' && kind === 'resolved')
  expect(ends).toHaveLength(1)
}, 120_000)

test('of things that come under ever new names so many are missed and no more', async () => {
  await using bench = await AlertBench.open(new FakeClock())
  await bench.rule({
    name: 'gone',
    condition: {
      ...{ kind: 'threshold', metric: 'container.cpu_pct', direction: 'above' },
      ...{ warning: 90, critical: null },
    },
    no_data: 'fire',
  })
  const bad = await bench.host('bad')
  for (let frame = 0; frame < 12; frame++) {
    await bench.pass(5_000, new Map([[bad, newContainers(frame, { cpu_pct: 1 })]]))
  }
  expect([...bench.engine.kept].length).toBe(2_000)
}, 120_000)
