import { expect, test } from 'bun:test'
import * as os from 'node:os'
import { systemClock } from '@lumen/std/clock'
import { OWN_ROOTS } from '../config.ts'
import { allCollectors } from './all.ts'
import type { Readings } from './collector.ts'
import { type PortableOs, portableCollectors, portableFacts } from './portable.ts'

type Times = os.CpuInfo['times']
const times = (user: number, sys: number, idle: number): Times => ({ user, sys, idle, nice: 0, irq: 0 })

function machineOf(rounds: Times[][]): PortableOs {
  let round = 0
  return {
    cpus: () => rounds[round++]!.map((each) => ({ model: 'M', speed: 1, times: each })),
    totalmem: () => 1_000,
    freemem: () => 250,
    uptime: () => 61.5,
    loadavg: () => [0.5, 0.4, 0.3],
  }
}

function readings(collectors: ReturnType<typeof portableCollectors>): Readings {
  const into: Readings = { host: {} }
  for (const collector of collectors) collector.collect(into, 0)
  return into
}

test('CPU of the host and of each core is what grew between two readings', () => {
  const machine = machineOf([
    [times(0, 0, 0), times(100, 100, 100)],
    [times(50, 10, 40), times(100, 100, 200)],
  ])
  const collectors = portableCollectors('darwin', machine)
  expect(readings(collectors).host.cpu_pct).toBeUndefined()
  expect(readings(collectors)).toEqual({
    host: {
      ...{ cpu_pct: 30, cpu_user_pct: 25, cpu_system_pct: 5 },
      ...{ mem_total_bytes: 1_000, mem_available_bytes: 250, mem_used_bytes: 750, mem_pct: 75 },
      ...{ uptime_s: 61, load1: 0.5, load5: 0.4, load15: 0.3 },
    },
    core: { 0: { cpu_pct: 60 }, 1: { cpu_pct: 0 } },
  })
})

test('counters that ran back give no CPU, not a wrong one', () => {
  const collectors = portableCollectors('darwin', machineOf([[times(9, 9, 9)], [times(1, 9, 20)]]))
  readings(collectors)
  expect(readings(collectors).host.cpu_pct).toBeUndefined()
})

test('Windows has no load: it is left out, not zero', () => {
  expect(readings(portableCollectors('win32', machineOf([[times(0, 0, 0)]]))).host).not.toHaveProperty(
    'load1',
  )
})

test('on a system other than Linux these are all collectors, and the reason is said', async () => {
  const machine = allCollectors(OWN_ROOTS, systemClock, { platform: 'darwin', docker: 'auto' })
  expect(machine.collectors.map(({ name }) => name)).toEqual(['cpu', 'memory', 'uptime', 'load'])
  expect(machine.note).toContain('only CPU, memory, load and uptime')
  await machine.refresh()
  expect(machine.takeEvents()).toEqual([])
  machine.stop()
})

test('its facts name system, processor and memory', () => {
  const facts = portableFacts()
  expect(facts).toMatchObject({ arch: process.arch, hostname: os.hostname(), cores: os.cpus().length })
  expect(facts.mem_total_bytes).toBeGreaterThan(1024 ** 2)
})
