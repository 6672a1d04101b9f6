import { afterEach, beforeEach, expect, test } from 'bun:test'
import { MINUTE } from '@lumen/model/time'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { AlertBench, type Readings } from './testing/alert-bench.ts'

let bench: AlertBench
let web: number
beforeEach(async () => {
  bench = await AlertBench.open(new FakeClock())
  web = await bench.host('web')
})
afterEach(() => bench[Symbol.asyncDispose]())

const rule = (state: string) =>
  bench.rule({ name: state, condition: { kind: 'state', state, level: 'warning' } })
const seen = (readings: Readings) => bench.pass(10_000, new Map([[web, readings]]))

test.each<[string, Readings, Readings, string]>([
  [
    'container_not_running',
    { container: { nginx: { state: 'running' } } },
    { container: { nginx: { state: 'exited' } } },
    'web: Container nginx is exited',
  ],
  [
    'container_unhealthy',
    { container: { nginx: { state: 'running', health: 'starting' } } },
    { container: { nginx: { state: 'running', health: 'unhealthy' } } },
    'web: Container nginx is unhealthy',
  ],
  [
    'array_degraded',
    { zpool: { tank: { health: 'ONLINE' } } },
    { zpool: { tank: { health: 'DEGRADED' } } },
    'web: ZFS pool tank is DEGRADED',
  ],
  [
    'array_degraded',
    { smart: { md0: { health: 'clean' } } },
    { smart: { md0: { health: 'rebuilding' } } },
    'web: Disk health md0 is rebuilding',
  ],
  [
    'disk_failing',
    { smart: { '0x1a': { health: 'ok' } } },
    { smart: { '0x1a': { health: 'urgent' } } },
    'web: Disk health 0x1a says of its health: urgent',
  ],
  [
    'filesystem_hung',
    { filesystem: { '/mnt/nas': { state: 'not asked' } } },
    { filesystem: { '/mnt/nas': { state: 'hung' } } },
    'web: Filesystem /mnt/nas does not answer',
  ],
  [
    'filesystem_hung',
    { filesystem: { '/mnt/nas': { state: 'ok' } } },
    { filesystem: { '/mnt/nas': { state: 'ESTALE' } } },
    'web: Filesystem /mnt/nas cannot be read: ESTALE',
  ],
])('%s: good, then bad, then good again (%#)', async (state, good, bad, summary) => {
  await rule(state)
  await seen(good)
  expect(bench.told).toEqual([])
  await seen(bad)
  expect(bench.notices.map(({ alert }) => alert.summary)).toEqual([summary])
  await seen(good)
  expect(bench.notices.map(({ kind }) => kind)).toEqual(['fired', 'resolved'])
})

test('a unit has a row only while it has failed: without one for a minute it is well again', async () => {
  await rule('unit_failed')
  await seen({ unit: { 'nginx.service': { failed: 1, state: 'dead' } } })
  expect(bench.notices[0]!.alert.summary).toBe('web: Unit nginx.service has failed')
  const without = new Map([[web, { host: { cpu_pct: 1 } }]])
  await bench.pass(50_000, without)
  expect(bench.notices.length).toBe(1)
  const { facts } = bench.registry.get(web)!
  Object.assign(bench.registry.get(web)!, { facts: { collector_faults: { units: 'no bus' } } })
  await bench.pass(5 * MINUTE, without)
  expect(bench.notices.length).toBe(1)
  Object.assign(bench.registry.get(web)!, { facts })
  await bench.pass(5_000, without)
  expect(bench.notices[1]!.alert.resolve_reason).toBe('back to normal')
})

test('one restart of a container is none, two within ten minutes are a loop that ends ten minutes later', async () => {
  await rule('container_restarting')
  const restarts = (count: number): Readings => ({
    container: { nginx: { state: 'running', restarts: count } },
  })
  await seen(restarts(7))
  await seen(restarts(8))
  await bench.pass(9 * MINUTE, new Map([[web, restarts(8)]]))
  expect(bench.told).toEqual([])
  await seen(restarts(9))
  expect(bench.notices[0]!.alert.summary).toBe('web: Container nginx keeps restarting (9 times so far)')
  await bench.pass(11 * MINUTE, new Map([[web, restarts(9)]]))
  expect(bench.notices.map(({ kind }) => kind)).toEqual(['fired', 'resolved'])
  await seen(restarts(0))
  await seen(restarts(1))
  expect(bench.notices.length).toBe(2)
})

test('a container that waits to be restarted is restarting', async () => {
  await rule('container_restarting')
  await seen({ container: { nginx: { state: 'restarting' } } })
  expect(bench.told).toEqual(['fired warning web nginx'])
})

test('an agent older than the hub is told where a rule asks for it', async () => {
  await rule('agent_outdated')
  Object.assign(bench.registry.get(web)!, { agentVersion: 'old' })
  await seen({ host: { cpu_pct: 1 } })
  expect(bench.notices[0]!.alert.summary).toBe('web has agent old, older than the hub')
  Object.assign(bench.registry.get(web)!, { agentVersion: 'new' })
  await seen({ host: { cpu_pct: 1 } })
  expect(bench.told).toEqual(['fired warning web', 'resolved warning web'])
})

test('a rule looks only at the things its glob names', async () => {
  await bench.rule({
    name: 'some',
    condition: { kind: 'state', state: 'container_not_running', level: 'warning', key: 'db-*' },
  })
  const exited = { state: 'exited' }
  await seen({ container: { web: exited, 'db-1': exited, 'my-db-1': exited } })
  expect(bench.told).toEqual(['fired warning web db-1'])
})
