import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { HOUR, SECOND } from '@lumen/model/time'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import type { QueryAnswer } from '@lumen/protocol/http/query'
import type { Child } from '@lumen/testkit/child'
import { startLumenAgent } from '@lumen/testkit/lumen-process'
import { lacking, testNeeding } from '@lumen/testkit/needs'
import { startTcpProxy, type TcpProxy } from '@lumen/testkit/tcp-proxy'
import { tempDir } from '@lumen/testkit/temp-dir'
import { startTestHub, type TestHub } from '@lumen/testkit/test-hub'
import { until } from '@lumen/testkit/until'
import { storedHistory } from './stored-history.ts'

const FAKETIME = { programs: { faketime: 'faketime' } }
const TMPFS = { root: true, programs: { mount: 'mount' } }
/** Too small for one write of the spool. */
const TINY = 'size=4k,mode=700'

interface Witness {
  id: number
  token: string
  spool: string
  agent: Child
}

// One outage, met by several agents at once.
const stack = new AsyncDisposableStack()
let folder: string
let hub: TestHub
let line: TcpProxy
const witnesses = new Map<string, Witness>()
let cutAt = 0
let killedAt = 0
let restartedAt = 0
let mendedAt = 0

async function start(name: string, spool: string, env: Record<string, string> = {}): Promise<void> {
  const { host, token } = await hub.client.createHost(name)
  const agent = stack.use(startAgent(token, spool, env))
  witnesses.set(name, { id: host.id, token, spool, agent })
}

const startAgent = (token: string, spool: string, env: Record<string, string> = {}) =>
  startLumenAgent(line.url, token, { args: ['--interval', '1s', '--spool', spool], env })

const of = (name: string) => witnesses.get(name)!
const segments = (dir: string) =>
  existsSync(dir) ? readdirSync(dir).filter((file) => file.endsWith('.spool')) : []

beforeAll(async () => {
  folder = stack.use(await tempDir('lumen-outage-')).path
  const dataDir = join(folder, 'hub')
  hub = stack.use(await startTestHub({ dataDir, tsdb: { flushEveryMs: 400, flushGraceMs: 50 } }))
  await hub.client.call('PUT', '/api/settings', { interval_ms: SECOND })
  line = stack.use(await startTcpProxy(Number(new URL(hub.url).port)))
  await start('killed', join(folder, 'killed'))
  await Bun.write(join(folder, 'file'), '')
  await start('unwritable', join(folder, 'file', 'spool'))
  await start('stopped', join(folder, 'stopped'))
  if (lacking(FAKETIME).length === 0) await startStepping()
  if (lacking(TMPFS).length === 0) await startFull()
  await until('all to push', allAreUp, { withinMs: 60 * SECOND })
  expect([...witnesses.values()].flatMap(({ spool }) => segments(spool))).toEqual([])

  cutAt = Date.now()
  line.set({ mode: 'cut' })
  await Bun.write(join(folder, 'clock'), '-2h')
  const { spool, token } = of('killed')
  await until('frames on disk', () => segments(spool).length > 0, { withinMs: 40 * SECOND })
  const [first] = segments(spool)
  const size = () => statSync(join(spool, first!)).size
  const before = size()
  await until('more of them', () => size() > before, { withinMs: 40 * SECOND })
  killedAt = Date.now()
  of('killed').agent.signal('SIGKILL')
  await of('killed').agent.exited
  of('killed').agent = stack.use(startAgent(token, spool))
  await of('killed').agent.printed(/agent started/)
  restartedAt = Date.now()
  expect(await of('stopped').agent.stop()).toBe(0)
  of('stopped').agent = stack.use(startAgent(of('stopped').token, of('stopped').spool))
  mendedAt = Date.now()
  line.set({ mode: 'open' })
  await until(
    'the spools to be empty',
    () => [...witnesses.values()].every(({ spool: dir }) => segments(dir).length === 0),
    {
      withinMs: 60 * SECOND,
    },
  )
  await until('all to push', allAreUp, { withinMs: 60 * SECOND })
}, 300 * SECOND)

afterAll(async () => {
  await stack[Symbol.asyncDispose]()
}, 30 * SECOND)

/** An agent whose wall clock is set back while the hub is out of reach. */
async function startStepping(): Promise<void> {
  const clock = join(folder, 'clock')
  await Bun.write(clock, '+0')
  const { stdout } = Bun.spawnSync(['faketime', '-f', '+0', 'env'])
  await start('stepping', join(folder, 'stepping'), {
    LD_PRELOAD: /^LD_PRELOAD=(.+)$/m.exec(stdout.toString())![1]!,
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  })
}

/** An agent whose spool is on a disk that takes next to nothing. */
async function startFull(): Promise<void> {
  const dir = join(folder, 'full')
  mkdirSync(dir)
  if (Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', TINY, 'tmpfs', dir]).exitCode !== 0) {
    throw new Error('a tmpfs cannot be mounted here')
  }
  stack.defer(() => void Bun.spawnSync(['umount', '-l', dir]))
  await Bun.write(join(dir, 'something'), new Uint8Array(4_000))
  await start('full', join(dir))
}

async function allAreUp(): Promise<boolean> {
  const hosts = await hub.client.hosts()
  const now = Date.now()
  return (
    hosts.length > 0 &&
    hosts.every(({ state, now: newest }) => state === 'up' && now - (newest?.ts ?? 0) < 3_000)
  )
}

async function gapsOf(name: string): Promise<QueryAnswer['gaps']> {
  const query = {
    host: of(name).id,
    metrics: 'host.uptime_s',
    from: cutAt - 2 * SECOND,
    to: mendedAt,
    points: 100,
  }
  return (await hub.client.query(query)).gaps
}

const eventsOf = async (name: string) =>
  (await hub.client.call<{ events: AgentEvent[] }>('GET', `/api/hosts/${of(name).id}/events`)).events

test('an agent that is killed in an outage loses at most 15 s, and the gap says why', async () => {
  for (const { from, to, cause } of await gapsOf('killed')) {
    expect(from).toBeGreaterThan(killedAt - 15 * SECOND)
    expect(to).toBeLessThan(restartedAt + 5 * SECOND)
    expect(cause).toBe('agent was killed or crashed')
  }
  expect((await eventsOf('killed')).map(({ type }) => type)).toContain('outage')
})

test('an agent that is stopped in an outage and started again loses nothing and tells of both', async () => {
  expect(await gapsOf('stopped')).toEqual([])
  const types = (await eventsOf('stopped'))
    .map(({ type }) => type)
    .filter((type) => /^(start|stop)$/.test(type))
  expect(types).toEqual(['start', 'stop', 'start'])
})

test('an agent that cannot write its spool keeps frames in memory, and says so once here and there', async () => {
  expect(await gapsOf('unwritable')).toEqual([])
  expect(
    of('unwritable')
      .agent.stderr()
      .match(/spool cannot be used/g),
  ).toHaveLength(1)
  const [told] = (await eventsOf('unwritable')).filter(({ type }) => type === 'spool')
  expect(told?.detail).toMatchObject({ state: 'unusable' })
})

testNeeding(TMPFS)('a full disk under the spool costs no frame while the agent lives', async () => {
  expect(await gapsOf('full')).toEqual([])
  expect(
    of('full')
      .agent.stderr()
      .match(/spool cannot be used/g),
  ).toHaveLength(1)
})

testNeeding(FAKETIME)('a clock that is set back by two hours in an outage moves nothing', async () => {
  expect(await gapsOf('stepping')).toEqual([])
  const early = {
    host: of('stepping').id,
    metrics: 'host.uptime_s',
    from: cutAt - 3 * HOUR,
    to: cutAt - HOUR,
  }
  const { series } = await hub.client.query({ ...early, points: 60 })
  expect(series.flatMap(({ avg }) => avg).filter((value) => value !== null)).toEqual([])
})

test(
  'nothing is counted twice',
  async () => {
    await Promise.all([...witnesses.values()].map(({ agent }) => agent.stop()))
    expect(await hub.stop()).toBe(0)
    const { minutes, durableFrames } = storedHistory(join(folder, 'hub'), new Map())
    const counted = minutes
      .filter(({ field }) => field === 'uptime_s')
      .reduce((sum, { count }) => sum + count, 0)
    expect(counted).toBe(durableFrames)
  },
  60 * SECOND,
)
