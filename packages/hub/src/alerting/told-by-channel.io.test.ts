import { expect, test } from 'bun:test'
import { systemClock } from '@lumen/std/clock'
import { startRecordingHttp } from '@lumen/testkit/recording-http'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { MemoryTsdb } from '../testing/memory-tsdb.ts'
import { frameOf, pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'

const NOTIFY = { grouping: { quietMs: 5, mostMs: 20 }, tickMs: 5 }
const WITHIN = { withinMs: 60_000, everyMs: 10 }

interface Told {
  event: string
  host: string
  text: string
  changes: { text: string }[]
}

test('a rule that fires reaches a channel once, with what changed before; restarts tell nothing again', async () => {
  await using dir = await tempDir()
  await using server = await startRecordingHttp()
  // What a stopping hub had sent but not noted it sends again under the same id.
  const told = () => {
    const messages = server.requests.map(({ text }) => JSON.parse(text) as { id: string; alerts: Told[] })
    return [...new Map(messages.map(({ id, alerts }) => [id, alerts])).values()].flat()
  }
  const tsdb = new MemoryTsdb(systemClock)
  const start = () => startTestHub({ dataDir: dir.path, tsdb, deps: { notify: NOTIFY } })

  let hub: TestHub = await start()
  await hub.logIn()
  const { cookie } = hub
  let seq = 0
  let ts = Date.now() - 1_000
  const push = async (cpu_pct: number) => {
    ts = Math.max(ts + 1, Date.now())
    seq += 1
    expect((await hub.push(token, pushOf([frameOf(seq, ts, { cpu_pct })]))).status).toBe(200)
  }
  const { id, token } = await hub.addHost('web')
  tsdb.appendEvents(id, [
    {
      at: Date.now() - 60_000,
      type: 'container',
      detail: { container: 'app', change: 'image', from: 'app:1', to: 'app:2' },
    },
  ])
  const channel = { name: 'hook', kind: 'webhook', settings: { url: `${server.url}/hook` }, secrets: {} }
  expect((await hub.call('POST', '/api/channels', channel)).status).toBe(200)
  const rule = {
    name: 'busy',
    scope: { hosts: 'all' },
    condition: { kind: 'threshold', metric: 'host.cpu_pct', direction: 'above', warning: 80, critical: null },
    for_ms: 0,
  }
  expect((await hub.call('POST', '/api/alerts/rules', rule)).status).toBe(200)

  await push(95)
  await until('the first message', () => told().length > 0, WITHIN)
  expect(told()).toMatchObject([
    {
      ...{ event: 'fired', host: 'web', text: 'web: CPU is 95 %, above 80 %' },
      changes: [{ text: 'container app: image app:1 → app:2' }],
    },
  ])
  for (let restart = 0; restart < 3; restart++) {
    tsdb.lastTimes.set(id, ts)
    await hub[Symbol.asyncDispose]()
    hub = await start()
    hub.cookie = cookie
    await push(95)
  }
  await push(5)
  await until('the last message', () => told().length > 1, WITHIN)
  await hub[Symbol.asyncDispose]()
  expect(told().map(({ event }) => event)).toEqual(['fired', 'resolved'])
})
