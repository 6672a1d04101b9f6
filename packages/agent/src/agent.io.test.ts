import { afterEach, expect, test } from 'bun:test'
import { systemClock } from '@lumen/std/clock'
import { silentLog } from '@lumen/std/log'
import { Agent } from './agent.ts'
import { type Machine, rootsOf } from './fixture.ts'
import { FakeHub } from './push/fake-hub.ts'
import type { Permits } from './switches.ts'

const agents: Agent[] = []
const hubs: FakeHub[] = []
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.stop()))
  for (const hub of hubs.splice(0)) hub.close()
})

function setUp(machine: Machine, intervalMs = 1_000, permits: Permits = {}): { hub: FakeHub; agent: Agent } {
  const hub = new FakeHub()
  hub.intervalMs = intervalMs
  hub.listen()
  const config = { hubUrl: hub.url, token: 't', name: 'm', intervalMs, permits, ...rootsOf(machine) }
  const agent = new Agent({ config, clock: systemClock, log: silentLog, version: '0.1.0', random: () => 0 })
  agents.push(agent)
  hubs.push(hub)
  return { hub, agent }
}

async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 60_000
  while (!condition()) {
    if (performance.now() > giveUpAt) throw new Error('waited 60 s in vain')
    await Bun.sleep(10)
  }
}

const framesOf = (hub: FakeHub, agent: Agent) => hub.frames(agent.status().stream)

test('an agent pushes its machine and its facts, and goes on every interval', async () => {
  const { hub, agent } = setUp('mini-pc-debian12')
  agent.start()
  await until(() => framesOf(hub, agent).length >= 3)
  const frames = framesOf(hub, agent)
  expect(frames[0]).toMatchObject({ seq: 1, interval_ms: 1_000, host: { mem_pct: 39.28, load1: 0.42 } })
  expect(frames[1]!.sensor).toMatchObject({ 'coretemp/Package id 0': { temp_celsius: 52 } })
  expect(hub.facts).toMatchObject({ cpu_model: 'Intel(R) N100', cores: 4, virt: 'none' })
  expect(hub.pushes[0]!.agent.boot).toBe('7c1d0a52-94c3-4a6c-8f6b-1f1d6f9f2c55')
  const boot = Date.now() - 103_482_170
  await until(() => hub.facts?.boot_at !== undefined)
  expect(Math.abs(hub.facts!.boot_at! - boot)).toBeLessThan(60_000)
})

test('the hub’s policy sets the interval', async () => {
  const { hub, agent } = setUp('raspberry-pi', 60_000)
  hub.intervalMs = 1_000
  agent.start()
  await until(() => framesOf(hub, agent).length >= 2)
  expect(agent.status().intervalMs).toBe(1_000)
  expect(framesOf(hub, agent).at(-1)!.interval_ms).toBe(1_000)
})

test('a longer interval is told with a frame at the old one, so that the hub expects the silence', async () => {
  const { hub, agent } = setUp('raspberry-pi', 1_000)
  hub.intervalMs = 300_000
  agent.start()
  await until(() => agent.status().intervalMs === 300_000)
  await until(() => framesOf(hub, agent).length >= 2)
  expect(framesOf(hub, agent).at(-1)!.interval_ms).toBe(300_000)
})

test('a stop ends the agent, and the hub hears of it', async () => {
  const { hub, agent } = setUp('raspberry-pi')
  agent.start()
  await until(() => framesOf(hub, agent).length >= 1)
  await agent.stop()
  expect(hub.events.map(({ type }) => type)).toEqual(['start', 'stop'])
  const { length } = hub.pushes
  await Bun.sleep(1_300)
  expect(hub.pushes).toHaveLength(length)
})

test('a CA file that cannot be read is refused by code', () => {
  const config = {
    hubUrl: 'https://127.0.0.1:1',
    token: 't',
    name: 'm',
    intervalMs: 1_000,
    caFile: '/no/such/ca.pem',
    ...rootsOf('raspberry-pi'),
  }
  const options = { config, clock: systemClock, log: silentLog, version: '0' }
  expect(() => new Agent(options)).toThrow(expect.objectContaining({ code: 'ca_unreadable' }))
})

test('the hub switches collectors off and on again, never one the owner switched off, and is told how they stand', async () => {
  const { hub, agent } = setUp('mini-pc-debian12', 1_000, { gpu: false })
  hub.collectors = { sensors: 'off', gpu: 'auto', shell: 'on', docker: '/var/run/docker.sock' }
  agent.start()
  const newest = () => framesOf(hub, agent).at(-1)
  await until(() => framesOf(hub, agent).length > 2 && newest()!.sensor === undefined)
  await until(() => hub.facts?.collectors?.sensors === 'off')
  expect(hub.facts!.collectors).toMatchObject({ gpu: 'forbidden', docker: 'forbidden', processes: 'on' })
  hub.collectors = {}
  hub.policyRev += 1
  await until(() => newest()!.sensor !== undefined)
  await until(() => hub.facts?.collectors?.sensors === 'on')
  expect(hub.facts!.collectors!.gpu).toBe('forbidden')
})
