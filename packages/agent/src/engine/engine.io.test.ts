import { afterEach, expect, test } from 'bun:test'
import { until } from '@lumen/testkit/until'
import { ManualClock } from '../fixture.ts'
import { Engine } from './engine.ts'
import { FakeEngine } from './fake-engine.ts'

const A = 'a'.repeat(64)
const B = 'b'.repeat(64)
const running = (id: string, name: string) => ({ Id: id, Names: [`/${name}`], State: 'running' })

const fakes: FakeEngine[] = []
const engines: Engine[] = []
afterEach(() => {
  for (const engine of engines.splice(0)) engine.stop()
  for (const fake of fakes.splice(0)) fake.close()
})

async function setUp(timeoutMs = 20_000) {
  const fake = new FakeEngine()
  await fake.listen()
  const clock = new ManualClock()
  const engine = new Engine({ address: fake.address, clock, timeoutMs })
  fakes.push(fake)
  engines.push(engine)
  const tick = async (ms = 5_000) => {
    clock.advance(ms)
    engine.refresh()
    await engine.settled()
  }
  return { fake, engine, clock, tick }
}

const soon = (what: string, ask: () => boolean) => until(what, ask, { withinMs: 60_000, everyMs: 5 })

test('the list is asked for once a minute, each container once', async () => {
  const { fake, engine, tick } = await setUp()
  fake.list = [running(A, 'web')]
  fake.inspected.set(A, { State: { Pid: 7 }, RestartCount: 2 })
  await tick()
  expect(engine.list).toMatchObject([{ id: A, name: 'web' }])
  expect(engine.inspected(A)).toMatchObject({ restarts: 2, pid: 7 })
  await tick()
  await soon('the event stream', () => fake.hasListener)
  for (let i = 0; i < 9; i += 1) await tick()
  expect(fake.asked.filter((line) => line.startsWith('GET /containers/json'))).toHaveLength(1)
  await tick(20_000)
  expect(fake.asked.filter((line) => line.startsWith('GET /containers/json'))).toHaveLength(2)
  expect(fake.asked.filter((line) => !line.startsWith('GET '))).toEqual([])
})

test('an event has the list and that container read again at once', async () => {
  const { fake, engine, tick, clock } = await setUp()
  fake.list = [running(A, 'web')]
  fake.inspected.set(A, { State: {}, RestartCount: 0 })
  await tick()
  await tick()
  await soon('the event stream', () => fake.hasListener)
  fake.list = [running(A, 'renamed')]
  fake.inspected.set(A, { State: {}, RestartCount: 1 })
  clock.advance(2_000)
  fake.emit({ Type: 'container', Action: 'restart', Actor: { ID: A } })
  await soon('the new name', () => engine.list?.[0]?.name === 'renamed')
  await soon('the restart', () => engine.inspected(A)?.restarts === 1)
})

test('garbage in the event stream ends it, and it is opened anew later', async () => {
  const { fake, tick } = await setUp()
  await tick()
  await tick()
  await soon('the event stream', () => fake.hasListener)
  fake.emit('x'.repeat(100_000))
  await soon('its end', () => !fake.hasListener)
  await tick(20_000)
  await soon('the next', () => fake.hasListener)
})

test.each([
  ['hangs', /no answer within 1 s/],
  ['garbage', /the connection failed/],
  ['closes', /the connection failed/],
  ['endless', /an answer of more than|no answer within/],
  ['forbids', /HTTP 403/],
  ['redirects', /HTTP 301/],
] as const)(
  'an engine that %s is a fault in words, keeps what was known, and is tried again',
  async (behaviour, words) => {
    const { fake, engine, tick } = await setUp(behaviour === 'hangs' ? 1_000 : undefined)
    fake.list = [running(A, 'web')]
    await tick()
    fake.behaviour = behaviour
    await tick(60_000)
    expect(engine.fault).toMatch(words)
    expect(engine.list).toHaveLength(1)
    fake.behaviour = 'answers'
    fake.list = [running(A, 'web'), running(B, 'db')]
    await tick(20_000)
    expect(engine.fault).toBeUndefined()
    expect(engine.list).toHaveLength(2)
  },
)

test('answers that are JSON but no list are a fault', async () => {
  const { fake, engine, tick } = await setUp()
  fake.list = { message: 'no' }
  await tick()
  expect([engine.list, engine.fault]).toEqual([undefined, 'the engine answers no list of containers'])
})

test('counters are read only of the containers they are wanted of', async () => {
  const { fake, engine, tick } = await setUp()
  fake.list = [running(A, 'a'), running(B, 'b')]
  fake.stats.set(A, { read: '2026-01-01T00:00:00Z', pids_stats: { current: 4 } })
  engine.wantStats([A])
  await tick()
  expect(engine.stats(A)).toMatchObject({ pids: 4 })
  engine.wantStats([])
  await tick()
  expect(engine.stats(A)).toBeUndefined()
  expect(fake.asked.filter((line) => line.includes('/stats'))).toHaveLength(1)
})

test('an absent engine is told apart from one that is silent', async () => {
  const engine = new Engine({
    address: { kind: 'unix', path: '/nowhere/docker.sock' },
    clock: new ManualClock(),
  })
  engine.refresh()
  await engine.settled()
  expect([engine.isAbsent, engine.fault]).toEqual([
    true,
    'engine at /nowhere/docker.sock: nobody listens there',
  ])
})
