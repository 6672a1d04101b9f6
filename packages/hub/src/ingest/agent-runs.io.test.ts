import { afterAll, beforeAll, expect, test } from 'bun:test'
import { SimulatedFleet } from '@lumen/testkit/simulated-fleet'
import { until } from '@lumen/testkit/until'
import { frameOf, pushOf, startTestHub, type TestHub, troublesOf } from '../testing/test-hub.ts'

let t: TestHub
beforeAll(async () => {
  t = await startTestHub()
  await t.logIn()
})
afterAll(() => t[Symbol.asyncDispose]())

async function stateOf(id: number): Promise<{ state: string; reason: string | null }> {
  const answer = await t.call('GET', `/api/hosts/${id}`)
  const { host } = (await answer.json()) as { host: { state: string; reason: string | null } }
  return { state: host.state, reason: host.reason }
}

test('two agents with one token: the host says so, and its ledger does', async () => {
  const { id, token } = await t.addHost('twins')
  for (let seq = 1; seq <= 4; seq++) {
    for (const stream of ['left', 'right']) {
      const agent = { version: '0.1.0', stream, boot: `boot-${stream}`, sent_at: Date.now() }
      await t.push(token, pushOf([frameOf(seq, Date.now())], { agent }))
    }
  }
  const { state, reason } = await stateOf(id)
  expect(state).toBe('up')
  expect(reason).toContain('two agents push with this host’s token')
  const told = t.tsdb.storedEvents.get(id)!.filter(({ type }) => type === 'rivals')
  expect(told).toMatchObject([{ detail: { streams: 'right left', boots: 'boot-right boot-left' } }])
  expect(await troublesOf(t)).toMatchObject([
    {
      state: 'hub_token',
      key: 'twins',
      words: expect.stringContaining('two machines with the token of twins'),
    },
  ])
})

test('real agents: one that restarts is one machine, a clone that pushes beside it makes two', async () => {
  const { id, token } = await t.addHost('cloned')
  const agent = async () => {
    const fleet = new SimulatedFleet({
      hubUrl: t.hub.url,
      hosts: [{ name: 'cloned', token }],
      intervalMs: 100,
    })
    fleet.start()
    await until('its pushes to be answered', () => fleet.status().pushes >= 3, { withinMs: 20_000 })
    return fleet
  }
  for (let start = 0; start < 4; start++) await (await agent())[Symbol.asyncDispose]()
  const isTold = async () => {
    const troubles = (await troublesOf(t)) as { state: string; key: string }[]
    return troubles.some(({ state, key }) => state === 'hub_token' && key === 'cloned')
  }
  expect(await isTold()).toBe(false)
  await using _original = await agent()
  await using _clone = await agent()
  await until('the clone to be noticed', isTold, { withinMs: 20_000 })
  expect((await stateOf(id)).reason).toContain('two agents push')
}, 60_000)

test('a backlog waits outside while many frames wait for the disk; live frames and replays do not', async () => {
  const { token } = await t.addHost('hours')
  const health = t.tsdb.health.bind(t.tsdb)
  t.tsdb.health = () => ({ ...health(), pendingFrames: 150_000 })
  const late = await t.push(token, pushOf([frameOf(1, Date.now() - 3_600_000), frameOf(9, Date.now())]))
  expect([late.status, late.headers.get('retry-after')]).toEqual([429, '5'])
  expect(await late.json()).toMatchObject({ code: 'backlog_waits' })
  expect((await t.push(token, pushOf([frameOf(8, Date.now() - 800_000)]))).status).toBe(200)
  t.tsdb.health = health
  expect((await t.push(token, pushOf([frameOf(1, Date.now() - 3_600_000)]))).status).toBe(200)
})

test('a backlog of wide frames, late ones behind a live one too, stops where memory is short', async () => {
  const { token } = await t.addHost('wide')
  const health = t.tsdb.health.bind(t.tsdb)
  let looks = 0
  t.tsdb.health = () => ({ ...health(), isCrowded: ++looks > 1 })
  const core = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [n, {}]))
  const now = Date.now()
  const late = Array.from({ length: 20 }, (_, n) => ({ ...frameOf(2 + n, now - (100 - n) * 60_000), core }))
  const answer = await t.push(token, pushOf([frameOf(1, now), ...late]))
  t.tsdb.health = health
  expect(answer.status).toBe(429)
  expect(await answer.json()).toMatchObject({ code: 'backlog_waits' })
  const again = await t.push(token, pushOf([frameOf(1, now), ...late]))
  expect(await again.json()).toMatchObject({ accepted: 15, duplicate: 6 })
})

test('a stop that arrives late, from a spool, does not end the agent that brings it', async () => {
  const { id, token } = await t.addHost('back')
  const now = Date.now()
  const stopped = { at: now - 600_000, type: 'stop', detail: {} }
  await t.push(token, pushOf([frameOf(1, now - 601_000), frameOf(2, now)], { events: [stopped] }))
  expect(await stateOf(id)).toEqual({ state: 'up', reason: null })
  const last = { at: now + 1, type: 'stop', detail: {} }
  await t.push(token, pushOf([frameOf(3, now)], { events: [last] }))
  expect(await stateOf(id)).toEqual({ state: 'down', reason: 'agent stopped' })
})
