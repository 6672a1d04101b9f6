import { expect, test } from 'bun:test'
import { Ledger } from './ledger.ts'
import { SimulatedFleet } from './simulated-fleet.ts'
import { ONE_OF_EACH } from './synthetic-readings.ts'
import { tempDir } from './temp-dir.ts'
import { startTestHub } from './test-hub.ts'
import { until } from './until.ts'

test('a drained fleet has delivered what its ledger holds, over a kill and a restart', async () => {
  await using data = await tempDir()
  await using hub = await startTestHub({ dataDir: data.path, tsdb: { flushEveryMs: 100, flushGraceMs: 10 } })
  const made = await Promise.all(['a', 'b', 'c'].map((name) => hub.client.createHost(name)))
  const hosts = made.map(({ host, token }) => ({ name: host.name, token }))
  const ledger = new Ledger()
  await using fleet = new SimulatedFleet({
    hubUrl: hub.url,
    hosts,
    intervalMs: 100,
    shape: ONE_OF_EACH,
    ledger,
  })
  fleet.start()
  await until('all to be connected', () => fleet.status().connected === 3, { withinMs: 60_000 })
  const killed = hub.pid
  await hub.kill9()
  expect(hub.isRunning()).toBe(false)
  await hub.restart()
  expect(hub.pid).not.toBe(killed)

  await fleet.drain(20_000)
  expect(fleet.status()).toMatchObject({ hosts: 3, connected: 3, untaken: 0, dropped: {}, fault: null })
  expect(ledger.frames).toBe(fleet.status().frames)
  const listed = await hub.client.hosts()
  expect(listed.map(({ name, state }) => [name, state])).toEqual(hosts.map(({ name }) => [name, 'up']))
  expect(await hub.stop()).toBe(0)
}, 120_000)

test('a fleet with the wrong token says why it cannot deliver', async () => {
  await using data = await tempDir()
  await using hub = await startTestHub({ dataDir: data.path })
  const token = `lum_${'x'.repeat(60)}`
  await using fleet = new SimulatedFleet({ hubUrl: hub.url, hosts: [{ name: 'a', token }], intervalMs: 100 })
  fleet.start()
  const fault = await until('the refusal', () => fleet.status().fault, { withinMs: 60_000 })
  expect(fault).toContain('401')
  await expect(fleet.drain(100)).rejects.toThrow('401')
}, 120_000)
