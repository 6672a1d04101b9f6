import { afterEach, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { Collection } from '../collection.ts'
import { copyOf, type MachineCopy } from '../copy-of.ts'
import type { DockerSetting } from '../engine/address.ts'
import { FakeEngine } from '../engine/fake-engine.ts'
import { detectEnvironment } from '../environment/environment.ts'
import { ManualClock } from '../fixture.ts'
import { Containers } from './containers.ts'

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string]
const WEB = `system.slice/docker-${A}.scope`

const copies: MachineCopy[] = []
const fakes: FakeEngine[] = []
const made: Containers[] = []
afterEach(() => {
  for (const containers of made.splice(0)) containers.stop()
  for (const fake of fakes.splice(0)) fake.close()
  for (const { folder } of copies.splice(0)) rmSync(folder, { recursive: true })
})

const listed = (id: string, name: string, more: object = {}) => ({
  Id: id,
  Names: [`/${name}`],
  State: 'running',
  ...more,
})

class Bench {
  readonly machine = copyOf('docker-host')
  readonly clock = new ManualClock()
  readonly fake = new FakeEngine()
  containers!: Containers
  collection!: Collection

  async open(setting?: DockerSetting, maxRows?: number): Promise<this> {
    copies.push(this.machine)
    fakes.push(this.fake)
    await this.fake.listen()
    this.fake.list = [
      listed(A, 'web', { Image: 'nginx:1.27', ImageID: 'sha256:1', Status: 'Up 5 minutes (healthy)' }),
      listed(B, 'db'),
      listed(C, 'job', { HostConfig: { NetworkMode: 'host' } }),
      { Id: 'e'.repeat(64), Names: ['/old'], State: 'exited', Status: 'Exited (0) 2 days ago' },
    ]
    this.fake.inspected.set(A, { State: { StartedAt: '2026-11-01T00:00:00Z' }, RestartCount: 1 })
    this.containers = new Containers({
      setting: setting ?? this.fake.address,
      roots: this.machine,
      environment: detectEnvironment(this.machine, this.machine),
      clock: this.clock,
      timeoutMs: 1_000,
      ...(maxRows === undefined ? {} : { maxRows }),
    })
    made.push(this.containers)
    this.collection = new Collection([this.containers])
    return this
  }

  async tick(ms = 5_000): Promise<NonNullable<WireReadings['container']>> {
    this.clock.advance(ms)
    this.containers.refresh()
    await this.containers.settled()
    return this.collection.collect(this.clock.monotonic()).readings.container ?? {}
  }

  group(path: string, file: string, text: string): void {
    this.machine.write(`sys/fs/cgroup/${path}/${file}`, text)
  }
}

const cpuStat = (usedUs: number, periods = 100, throttled = 10) =>
  `usage_usec ${usedUs}\nnr_periods ${periods}\nnr_throttled ${throttled}\n`

test('every number of a container comes from its group, every word from the engine', async () => {
  const bench = await new Bench().open()
  await bench.tick()
  bench.group(WEB, 'cpu.stat', cpuStat(3_000_000, 150, 35))
  bench.group(WEB, 'io.stat', '8:0 rbytes=1098576 wbytes=4096\n253:0 rbytes=1098576 wbytes=4096\n')
  bench.group(WEB, 'memory.pressure', 'some avg10=0 total=1000\nfull avg10=0 total=500500\n')
  bench.machine.write(
    'proc/4021/net/dev',
    'x\ny\n lo: 9 0 0 0 0 0 0 0 9 0 0 0 0 0 0 0\neth0: 6000 0 0 0 0 0 0 0 12000 0 0 0 0 0 0 0\n',
  )
  const rows = await bench.tick()
  expect(rows.web as unknown).toEqual({
    id: A,
    state: 'running',
    health: 'healthy',
    image: 'nginx:1.27',
    image_digest: 'sha256:1',
    started_at: '2026-11-01T00:00:00Z',
    restarts: 1,
    // 2 s of CPU in 5 s on 4 cores.
    cpu_cores: 0.4,
    cpu_pct: 10,
    throttled_pct: 50,
    mem_used_bytes: 104_857_600 - 1_048_576,
    mem_limit_bytes: 134_217_728,
    mem_pct: 77.34,
    pids: 3,
    io_read_bytes_per_s: 10_000,
    io_write_bytes_per_s: 0,
    net_rx_bytes_per_s: 1_000,
    net_tx_bytes_per_s: 2_000,
    psi_memory_full_pct: 10,
  })
  expect(bench.collection.faults).toEqual({})
})

test('Podman’s inner group, rootless ones and stopped containers have rows; those of guests do not', async () => {
  const bench = await new Bench().open()
  await bench.tick()
  const rows = await bench.tick()
  expect(Object.keys(rows).sort()).toEqual(['db', 'job', 'old', 'web'])
  expect(rows.db).toMatchObject({ cpu_cores: 0, net_rx_bytes_per_s: 0 })
  expect(rows.db!.mem_limit_bytes).toBeUndefined()
  expect(rows.db!.mem_pct).toBeUndefined()
  expect(rows.old as unknown).toEqual({ id: 'e'.repeat(64), state: 'exited' })
})

test('the host’s network is not a container’s', async () => {
  const bench = await new Bench().open()
  await bench.tick()
  expect((await bench.tick()).job).toMatchObject({ cpu_cores: 0 })
  expect((await bench.tick()).job!.net_rx_bytes_per_s).toBeUndefined()
})

test('a container made anew counts from zero: no rates once, even where the new counter is higher', async () => {
  const bench = await new Bench().open()
  await bench.tick()
  expect((await bench.tick()).web!.cpu_cores).toBe(0)
  const folder = `${bench.machine.sysRoot}/fs/cgroup/${WEB}`
  const { renameSync, cpSync } = await import('node:fs')
  cpSync(folder, `${folder}.new`, { recursive: true })
  renameSync(folder, `${bench.machine.folder}/gone`)
  renameSync(`${folder}.new`, folder)
  bench.group(WEB, 'cpu.stat', cpuStat(9_000_000))
  expect((await bench.tick()).web!.cpu_cores).toBeUndefined()
  bench.group(WEB, 'cpu.stat', cpuStat(14_000_000))
  expect((await bench.tick()).web!.cpu_cores).toBe(1)
})

test('a counter that went back gives null once', async () => {
  const bench = await new Bench().open()
  await bench.tick()
  bench.group(WEB, 'cpu.stat', cpuStat(500))
  const { web } = await bench.tick()
  expect([web!.cpu_cores, web!.cpu_pct]).toEqual([undefined, undefined])
  bench.group(WEB, 'cpu.stat', cpuStat(5_000_500))
  expect((await bench.tick()).web!.cpu_cores).toBe(1)
})

test('an engine that never answers costs names, not numbers, and says so', async () => {
  const bench = await new Bench().open()
  bench.fake.behaviour = 'hangs'
  await bench.tick()
  const rows = await bench.tick()
  expect(rows).toMatchObject({ aaaaaaaaaaaa: { id: A, state: 'running', cpu_cores: 0 } })
  expect(bench.collection.faults.containers).toContain('no answer within 1 s')
})

test('an engine that falls silent leaves the names it gave', async () => {
  const bench = await new Bench().open()
  await bench.tick()
  bench.fake.behaviour = 'hangs'
  await bench.tick(60_000)
  const rows = await bench.tick()
  expect(rows.web).toMatchObject({ state: 'running', cpu_cores: 0 })
  expect(rows.old).toBeDefined()
  await bench.tick(200_000)
  const later = await bench.tick()
  expect(later.web).toMatchObject({ cpu_cores: 0 })
  expect(later.old).toBeUndefined()
})

test('without any engine containers go by their short ids', async () => {
  const bench = await new Bench().open('auto')
  await bench.tick()
  expect(Object.keys(await bench.tick()).sort()).toEqual(['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc'])
  expect(bench.collection.faults.containers).toContain('no engine’s socket was found')
})

test('a group that no engine names and no process is in is none of a container, until one is', async () => {
  const bench = await new Bench().open()
  const id = 'd'.repeat(64)
  bench.group(`system.slice/docker-${id}.scope`, 'pids.current', '0\n')
  await bench.tick(20_000)
  await bench.tick(20_000)
  const lists = bench.fake.asked.filter((path) => path.includes('/containers/json')).length
  const rows = await bench.tick()
  expect(Object.keys(rows)).not.toContain('dddddddddddd')
  await bench.tick()
  expect(bench.fake.asked.filter((path) => path.includes('/containers/json'))).toHaveLength(lists)

  bench.group(`system.slice/docker-${id}.scope`, 'pids.current', '1\n')
  await bench.tick(20_000)
  expect((await bench.tick(20_000)).dddddddddddd).toMatchObject({ id, state: 'running', pids: 1 })
})

test('where groups cannot be read the engine’s counters are the numbers', async () => {
  const bench = await new Bench().open()
  rmSync(`${bench.machine.sysRoot}/fs/cgroup`, { recursive: true })
  bench.machine.write('sys/fs/cgroup/cgroup.controllers', 'memory\n')
  const stats = (second: number, cpuS: number, rx: number) => ({
    read: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`,
    cpu_stats: {
      cpu_usage: { total_usage: cpuS * 1e9 },
      online_cpus: 4,
      throttling_data: { periods: 0, throttled_periods: 0 },
    },
    memory_stats: { usage: 100, stats: { inactive_file: 40 }, limit: 25_276_510_208 },
    networks: { eth0: { rx_bytes: rx, tx_bytes: 0 } },
    pids_stats: { current: 2 },
  })
  bench.fake.stats.set(A, stats(1, 1, 1_000))
  await bench.tick()
  await bench.tick()
  bench.fake.stats.set(A, stats(6, 3, 6_000))
  const { web } = await bench.tick()
  expect(web).toMatchObject({
    cpu_cores: 0.4,
    cpu_pct: 10,
    mem_used_bytes: 60,
    pids: 2,
    net_rx_bytes_per_s: 1_000,
  })
  expect([web!.mem_limit_bytes, web!.throttled_pct]).toEqual([undefined, undefined])
})

test('each change is an event, the first look is none', async () => {
  const bench = await new Bench().open()
  await bench.tick()
  expect(bench.containers.takeEvents()).toEqual([])
  bench.fake.list = [
    listed(A, 'www', { Image: 'nginx:1.27', ImageID: 'sha256:1', Status: 'Up 5 minutes (unhealthy)' }),
    listed('f'.repeat(64), 'db', { Image: 'pg:17', ImageID: 'sha256:2' }),
    { Id: 'e'.repeat(64), Names: ['/old'], State: 'exited' },
  ]
  bench.fake.inspected.set(A, { State: { StartedAt: '2026-11-01T00:00:00Z' }, RestartCount: 3 })
  await bench.tick(60_000)
  const told = bench.containers
    .takeEvents()
    .map(({ detail: { container, change, from, to } }) => [container, change, from, to])
  expect(told).toEqual([
    ['www', 'name', 'web', 'www'],
    ['www', 'health', 'healthy', 'unhealthy'],
    ['job', 'state', 'running', 'removed'],
  ])
  bench.fake.list = [listed(A, 'www', { State: 'restarting' })]
  await bench.tick(60_000)
  expect(bench.containers.takeEvents().map(({ detail }) => detail.change)).toEqual([
    'state',
    'restarts',
    'state',
    'state',
  ])
})

test('the busiest keep their rows where there are too many, and the rest is counted', async () => {
  const bench = await new Bench().open(undefined, 2)
  await bench.tick()
  bench.group(`machine.slice/libpod-${B}.scope`, 'cpu.stat', cpuStat(60_000_000))
  bench.group(WEB, 'cpu.stat', cpuStat(30_000_000))
  const rows = await bench.tick(60_000)
  expect(Object.keys(rows).sort()).toEqual(['db', 'web'])
  expect(bench.collection.faults.containers).toBe('2 of 4 containers are not shown')
})

test('stopped, it asks no engine; with the next refresh it begins anew', async () => {
  const bench = await new Bench().open()
  await bench.tick()
  bench.containers.stop()
  await bench.tick()
  expect(Object.keys(await bench.tick())).toContain('web')
})

test('a group that holds garbage costs its own numbers', async () => {
  const bench = await new Bench().open()
  await bench.tick()
  bench.group(WEB, 'memory.current', 'garbage\n')
  const rows = await bench.tick()
  expect(rows.web).toMatchObject({ state: 'running' })
  expect(rows.db).toMatchObject({ cpu_cores: 0 })
  expect(bench.collection.faults.containers).toContain('web: Cannot read memory_current')
})

test('a group with unreadable, vanished or endless files leaves gaps', async () => {
  const bench = await new Bench().open()
  const { symlinkSync } = await import('node:fs')
  const folder = `${bench.machine.sysRoot}/fs/cgroup/${WEB}`
  rmSync(`${folder}/pids.current`)
  rmSync(`${folder}/io.stat`)
  symlinkSync('/dev/zero', `${folder}/io.stat`)
  await bench.tick()
  const rows = await bench.tick()
  expect(rows.web!.pids).toBeUndefined()
  expect(bench.collection.faults.containers).toContain('longer than 262143 bytes')
  expect(rows.db).toMatchObject({ cpu_cores: 0 })
})

test('containers of two engines with one name are told apart by id', async () => {
  const bench = await new Bench().open()
  bench.fake.list = [listed(A, 'web'), listed(B, 'web')]
  await bench.tick()
  expect(Object.keys(await bench.tick()).sort()).toEqual(['web (aaaaaaaaaaaa)', 'web (bbbbbbbbbbbb)'])
})
