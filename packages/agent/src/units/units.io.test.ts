import { afterEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@lumen/testkit/until'
import { Collection } from '../collection.ts'
import { FakeBus, listedUnit, SYSTEMD_SIGNATURE } from '../dbus/fake-bus.ts'
import { ManualClock } from '../fixture.ts'
import { Units } from './units.ts'

const stack: (() => void)[] = []
afterEach(() => {
  for (const end of stack.splice(0).reverse()) end()
})

class Bench {
  readonly clock = new ManualClock()
  readonly bus = new FakeBus()
  readonly rootfs = mkdtempSync(join(tmpdir(), 'lumen-units-'))
  readonly units: Units
  readonly collection: Collection

  constructor(timeoutMs = 20_000) {
    this.units = new Units({ roots: this, clock: this.clock, timeoutMs })
    this.collection = new Collection([this.units])
    stack.push(() => {
      this.units.stop()
      this.bus.close()
      rmSync(this.rootfs, { recursive: true })
    })
  }

  async listen(): Promise<this> {
    await this.bus.listen(join(this.rootfs, 'run/dbus/system_bus_socket'))
    return this
  }

  /** Rows after a tick that waits for what it asked. */
  async tick(ms = 15_000) {
    this.clock.advance(ms)
    this.units.refresh()
    await this.units.settled()
    return this.collection.collect(this.clock.monotonic()).readings.unit as unknown
  }

  get fault(): string | undefined {
    return this.collection.faults.units
  }

  events(): Record<string, unknown>[] {
    return this.units.takeEvents().map(({ type, detail }) => ({ type, ...detail }))
  }
}

const failed = { failed: 1, state: 'failed' }

for (const isLittle of [true, false])
  for (const pieceBytes of [1, 7, Number.POSITIVE_INFINITY])
    test(`failed units are rows (${isLittle ? 'little' : 'big'}-endian, ${pieceBytes} bytes at a time)`, async () => {
      const bench = await new Bench().listen()
      Object.assign(bench.bus, { isLittle, pieceBytes })
      expect(await bench.tick()).toBeUndefined()
      bench.bus.fail('nginx.service', 'mnt-büro.mount')
      expect(await bench.tick()).toEqual({ 'nginx.service': failed, 'mnt-büro.mount': failed })
      bench.bus.fail('nginx.service')
      expect(await bench.tick()).toEqual({ 'nginx.service': failed })
      expect(bench.fault).toBeUndefined()
    })

test('systemd is asked for failed units and nothing else, and nothing is started to be asked', async () => {
  const bench = await new Bench().listen()
  await bench.tick()
  await bench.tick(5_000)
  await bench.tick(10_000)
  const asked = { member: 'ListUnitsFiltered', flags: 2, body: [['failed']] }
  expect(bench.bus.asked).toEqual([asked, asked])
  expect(bench.bus.connections).toBe(1)
})

test('a unit that fails or recovers is an event; what was failed at the start is none', async () => {
  const bench = await new Bench().listen()
  bench.bus.fail('old.service')
  await bench.tick()
  expect(bench.events()).toEqual([])
  bench.bus.fail('old.service', 'new.service')
  await bench.tick()
  expect(bench.events()).toEqual([{ type: 'unit', unit: 'new.service', state: 'failed' }])
  await bench.tick()
  expect(bench.events()).toEqual([])
  bench.bus.fail('new.service')
  await bench.tick()
  expect(bench.events()).toEqual([{ type: 'unit', unit: 'old.service', state: 'recovered' }])
})

test('a unit that fails and recovers all the time does not use up the events of its host', async () => {
  const bench = await new Bench().listen()
  await bench.tick()
  let told = 0
  for (let i = 0; i < 20; i += 1) {
    if (i % 2 === 0) bench.bus.fail('loop.service')
    else bench.bus.fail()
    await bench.tick()
    told += bench.events().length
  }
  expect(told).toBe(12)
  bench.bus.fail('other.service')
  await bench.tick(600_000)
  expect(bench.events()).toEqual([
    { type: 'unit', change: 'more', count: 8 },
    { type: 'unit', unit: 'other.service', state: 'failed' },
  ])
})

test('only units that are failed themselves are rows', async () => {
  const bench = await new Bench().listen()
  const body = [
    [
      listedUnit('a.service'),
      listedUnit('b.service', 'inactive', 'failed'),
      listedUnit('c.mount', 'failed', 'dead'),
    ],
  ]
  bench.bus.answer = { signature: SYSTEMD_SIGNATURE, body }
  expect(await bench.tick()).toEqual({ 'a.service': failed, 'c.mount': { failed: 1, state: 'dead' } })
})

test('more failed units than rows are counted', async () => {
  const bench = await new Bench().listen()
  bench.bus.fail(...Array.from({ length: 507 }, (_, index) => `unit-${index}.service`))
  expect(Object.keys((await bench.tick()) as object)).toHaveLength(500)
  expect(bench.fault).toBe('7 of 507 failed units are not shown')
})

test('without a bus, with a bus nobody listens on and without systemd there is nothing, and nothing to complain of', async () => {
  const bench = new Bench()
  expect(await bench.tick()).toBeUndefined()
  await bench.listen()
  for (const error of ['ServiceUnknown', 'NameHasNoOwner', 'Spawn.ServiceNotFound']) {
    bench.bus.answer = { error: `org.freedesktop.DBus.Error.${error}` }
    expect(await bench.tick()).toBeUndefined()
  }
  expect(bench.fault).toBeUndefined()
  bench.bus.fail('nginx.service')
  expect(await bench.tick()).toEqual({ 'nginx.service': failed })
})

const LATE = 'no answer within 0.05 s'
test.each([
  ['hangs', LATE],
  ['hangs after the handshake', LATE],
  ['hangs when asked', LATE],
  ['rejects', 'does not take us'],
  ['speaks HTTP', 'does not take us'],
  ['babbles', 'an endless line'],
  ['sends garbage', 'no message of version 1'],
  ['announces too much', 'a message of 1073741'],
  ['closes', 'closed the connection'],
] as const)('a bus that %s costs no tick, is named and asked again', async (behaviour, reason) => {
  const bench = await new Bench(reason === LATE ? 50 : 20_000).listen()
  bench.bus.behaviour = behaviour
  bench.units.refresh()
  expect(bench.collection.collect(bench.clock.monotonic()).readings.unit).toBeUndefined()
  await bench.units.settled()
  expect(await bench.tick(0)).toBeUndefined()
  expect(bench.fault).toContain(reason)
  await until('the connection is given up', () => bench.bus.openConnections === 0, {
    withinMs: 60_000,
    everyMs: 5,
  })
  bench.bus.behaviour = 'answers'
  bench.bus.fail('nginx.service')
  bench.units.stop()
  const patient = new Units({ roots: bench, clock: bench.clock })
  stack.push(() => patient.stop())
  patient.refresh()
  await patient.settled()
  const { readings, changes } = new Collection([patient]).collect(bench.clock.monotonic())
  expect({ unit: readings.unit as unknown, changes }).toEqual({
    unit: { 'nginx.service': failed },
    changes: [],
  })
})

test.each([
  ['a refusal', { error: 'org.freedesktop.DBus.Error.AccessDenied' }, 'AccessDenied'],
  ['something else', { signature: 'u', body: [7] }, 'no list of units'],
  ['a list of something else', { signature: 'as', body: [['nginx.service']] }, 'no list of units'],
  ['nothing', { signature: '', body: [] }, 'no list of units'],
])('%s instead of a list is named, and the last list stays for three minutes', async (_, answer, reason) => {
  const bench = await new Bench().listen()
  bench.bus.fail('nginx.service')
  await bench.tick()
  bench.bus.answer = answer
  expect(await bench.tick()).toEqual({ 'nginx.service': failed })
  expect(bench.fault).toContain(reason)
  expect(await bench.tick(170_000)).toBeUndefined()
  bench.bus.fail()
  await bench.tick(60_000)
  expect(bench.fault).toBeUndefined()
  expect(bench.events()).toEqual([{ type: 'unit', unit: 'nginx.service', state: 'recovered' }])
})

test('a bus that was started anew between two questions is asked as if nothing had been', async () => {
  const bench = await new Bench().listen()
  await bench.tick()
  bench.bus.drop()
  await until('the connection is gone', () => bench.bus.openConnections === 0, {
    withinMs: 60_000,
    everyMs: 5,
  })
  bench.bus.fail('nginx.service')
  // The other end hears of it in its own time: either it has, or this question finds out.
  await bench.tick()
  expect(await bench.tick(60_000)).toEqual({ 'nginx.service': failed })
  expect(bench.fault).toBeUndefined()
  expect(bench.bus.connections).toBe(2)
})

test('stopped, it lets go of the bus; with the next refresh it begins anew', async () => {
  const bench = await new Bench().listen()
  bench.bus.fail('nginx.service')
  await bench.tick()
  bench.units.stop()
  await until('the connection is closed', () => bench.bus.openConnections === 0, {
    withinMs: 60_000,
    everyMs: 5,
  })
  expect(await bench.tick(1)).toEqual({ 'nginx.service': failed })
  expect(bench.fault).toBeUndefined()
})
