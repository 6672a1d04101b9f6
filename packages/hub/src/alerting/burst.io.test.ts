import { afterEach, beforeEach, expect, test } from 'bun:test'
import { MINUTE } from '@lumen/model/time'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { NotifyWorld } from '@lumen/testkit/notify-world'
import { type RecordingHttp, startRecordingHttp } from '@lumen/testkit/recording-http'
import { NO_DEPENDENTS } from './dependents.ts'
import { AlertBench, type Readings } from './testing/alert-bench.ts'

interface Message {
  title: string
  alerts: { host: string; event: string; took_down: { host: string }[] }[]
}

let bench: AlertBench
let world: NotifyWorld
let server: RecordingHttp
beforeEach(async () => {
  bench = await AlertBench.open(new FakeClock())
  world = await NotifyWorld.open()
  server = await startRecordingHttp()
  await world.notifications.channels.add({
    ...{ name: 'hook', kind: 'webhook', is_enabled: true, is_default: true, least_level: 'warning' },
    ...{ settings: { url: `${server.url}/hook` }, secrets: {} },
  })
  await bench.rule({
    name: 'down',
    condition: { kind: 'state', state: 'host_down', level: 'critical' },
    for_ms: MINUTE,
  })
})
afterEach(async () => {
  await world[Symbol.asyncDispose]()
  await bench[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** Time passes for engine and outbox alike: what the one decides in a second the other has in that second. */
async function pass(ms: number, talking: ReadonlyMap<number, Readings>): Promise<void> {
  for (let left = ms; left > 0; left -= 5_000) {
    await bench.pass(5_000, talking)
    const notices = bench.notices
    bench.forget()
    if (notices.length > 0) await world.tell(...notices)
    await world.pass(5_000)
  }
}

const messages = () => server.requests.map(({ text }) => JSON.parse(text) as Message)
const names = (count: number, stem: string) => Array.from({ length: count }, (_, n) => `${stem}-${n}`)
const well = (ids: readonly number[]) => new Map(ids.map((id) => [id, { host: { cpu_pct: 1 } }]))

test('a node that dies with twenty guests is one message that names them all, and one when it is back', async () => {
  const node = await bench.host('node')
  const guests: number[] = []
  for (const name of names(20, 'guest')) guests.push(await bench.host(name))
  bench.dependents = {
    ...NO_DEPENDENTS,
    carriedBy: (id) => (id === node ? guests : []),
    carrierOf: (id) => (guests.includes(id) ? node : null),
  }
  await pass(MINUTE, well([node, ...guests]))
  await pass(10 * MINUTE, new Map())
  expect(messages().length).toBe(1)
  expect(messages()[0]!.title).toContain('node')
  expect(messages()[0]!.alerts.map(({ host, event }) => `${event} ${host}`)).toEqual(['fired node'])
  expect(messages()[0]!.alerts[0]!.took_down.map(({ host }) => host)).toEqual(names(20, 'guest'))
  await pass(10 * MINUTE, well([node, ...guests]))
  expect(messages().length).toBe(2)
  expect(messages()[1]!.alerts.map(({ host, event }) => `${event} ${host}`)).toEqual(['resolved node'])
})

test('twenty hosts behind one dead switch, of which nothing is known, are one message too', async () => {
  const hosts: number[] = []
  for (const name of names(20, 'host')) hosts.push(await bench.host(name))
  await pass(MINUTE, well(hosts))
  // They were heard last at different moments of an interval.
  for (const [index, id] of hosts.entries()) bench.push(id, { host: { cpu_pct: 1 } }, index)
  await pass(10 * MINUTE, new Map())
  expect(messages().length).toBe(1)
  expect(
    messages()[0]!
      .alerts.map(({ host }) => host)
      .toSorted(),
  ).toEqual(names(20, 'host').toSorted())
})
