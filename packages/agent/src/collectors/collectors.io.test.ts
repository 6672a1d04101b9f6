import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeFrame } from '@lumen/protocol/agent/decode-frame'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { until } from '@lumen/testkit/until'
import { Collection } from '../collection.ts'
import type { Roots } from '../config.ts'
import { type MachineCopy, copyOf as newCopyOf } from '../copy-of.ts'
import { MACHINES, type Machine, ManualClock, ownRootsOf, rootsOf } from '../fixture.ts'
import { allCollectors } from './all.ts'
import type { Readings } from './collector.ts'
import { readFacts } from './facts.ts'
import { procsCollector } from './procs.ts'
import { Sensors } from './sensors.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
}, 120_000)

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lumen-agent-'))
  folders.push(folder)
  return folder
}

/** A machine of the fixtures that a test may change. */
function copyOf(machine: Machine): MachineCopy {
  const copy = newCopyOf(machine)
  folders.push(copy.folder)
  return copy
}

class Bench {
  readonly clock = new ManualClock()
  readonly #machine
  readonly collection

  constructor(roots: Roots, own: Roots = roots) {
    this.#machine = allCollectors(roots, this.clock, { own })
    this.collection = new Collection(this.#machine.collectors)
  }

  async collect(): Promise<WireReadings> {
    await this.#machine.refresh()
    return this.collection.collect(this.clock.monotonic()).readings
  }
}

async function twice(roots: Roots, between: () => void = () => {}): Promise<WireReadings> {
  const bench = new Bench(roots)
  await bench.collect()
  between()
  bench.clock.advance(10_000)
  return bench.collect()
}

test('an absent machine gives an empty frame and no fault', async () => {
  const folder = emptyFolder()
  const bench = new Bench({ procRoot: `${folder}/no/proc`, sysRoot: `${folder}/no/sys`, rootfs: folder })
  expect(await bench.collect()).toEqual({ host: {} })
  expect(bench.collection.faults).toEqual({})
})

test.each([...MACHINES])('%s: every frame is one the hub takes, without faults', async (machine) => {
  const bench = new Bench(rootsOf(machine), ownRootsOf(machine))
  for (let i = 0; i < 2; i += 1) {
    bench.clock.advance(5_000)
    const readings = await bench.collect()
    const frame = { seq: 1, ts: 1, interval_ms: 5_000, ...(JSON.parse(JSON.stringify(readings)) as object) }
    expect(decodeFrame(frame)).toMatchObject({ kind: 'sample', unknownFields: 0 })
    expect(bench.collection.faults).toEqual({})
    expect(bench.collection.unbelievableCount).toBe(0)
  }
})

const SOURCES: [collector: string, file: string][] = [
  ['cpu', 'proc/stat'],
  ['memory', 'proc/meminfo'],
  ['load', 'proc/loadavg'],
  ['uptime', 'proc/uptime'],
  ['psi', 'proc/pressure/io'],
  ['tcp', 'proc/net/snmp'],
  ['disks', 'proc/diskstats'],
  ['nics', 'proc/net/dev'],
  ['filesystems', 'proc/self/mountinfo'],
]

test.each(SOURCES)(
  '%s: garbage is reported as its fault alone, the others go on',
  async (collector, file) => {
    const seen = new Set<string>()
    for (const garbage of ['\0\xff garbage: - 1 2\nxx: y\n', 'cpu', 'Tcp: ', ': 1 2', '1 2 - ']) {
      const roots = copyOf('mini-pc-debian12')
      roots.write(file, garbage)
      const bench = new Bench(roots)
      const { host } = await bench.collect()
      for (const name of Object.keys(bench.collection.faults)) seen.add(name)
      if (collector !== 'memory') expect(host?.mem_total_bytes).toBe(16561672192)
      if (collector !== 'load') expect(host?.load1).toBe(0.42)
    }
    expect([...seen]).toEqual([collector])
  },
)

test.each(SOURCES)('%s: a file cut anywhere never throws and never makes a frame unfit', async (_, file) => {
  const roots = copyOf('mini-pc-debian12')
  const text = await Bun.file(join(roots.procRoot, '..', file)).text()
  for (let i = 0; i <= 12; i += 1) {
    roots.write(file, text.slice(0, Math.floor((text.length * i) / 12)))
    const readings = await new Bench(roots).collect()
    const frame = { seq: 1, ts: 1, interval_ms: 5_000, ...(JSON.parse(JSON.stringify(readings)) as object) }
    expect(decodeFrame(frame).kind).toBe('sample')
  }
})

test('a fault is told once when it begins and once when it ends', async () => {
  const roots = copyOf('mini-pc-debian12')
  const machine = allCollectors(roots, new ManualClock())
  const collection = new Collection(machine.collectors)
  const good = await Bun.file(`${roots.procRoot}/loadavg`).text()
  roots.write('proc/loadavg', 'broken')
  expect(collection.collect(0).changes).toEqual([
    { collector: 'load', fault: expect.stringContaining('loadavg') },
  ])
  expect(collection.collect(1).changes).toEqual([])
  expect(Object.keys(collection.faults)).toEqual(['load'])
  roots.write('proc/loadavg', good)
  expect(collection.collect(2).changes).toEqual([{ collector: 'load', fault: null }])
  expect(collection.faults).toEqual({})
})

test('CPU is what was not idle over the whole time between two readings', async () => {
  const roots = copyOf('raspberry-pi')
  roots.write(
    'proc/stat',
    'cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 100 0 100 800 0 0 0 0 0 0\nprocs_running 1\n',
  )
  const { host, core } = await twice(roots, () =>
    roots.write(
      'proc/stat',
      'cpu  200 50 150 1500 50 20 10 20 90 0\ncpu0 200 50 150 1500 50 20 10 20 90 0\n',
    ),
  )
  // 1000 ticks grew: user 100, nice 50, system 50, idle 700, iowait 50, irq 20, softirq 10, steal 20.
  expect(host).toMatchObject({
    cpu_pct: 25,
    cpu_user_pct: 15,
    cpu_system_pct: 8,
    cpu_iowait_pct: 5,
    cpu_steal_pct: 2,
  })
  expect(core?.['0']?.cpu_pct).toBe(25)
})

test('CPU counters that went back give no value once, then go on', async () => {
  const roots = copyOf('raspberry-pi')
  const stat = (user: number, idle: number) =>
    roots.write('proc/stat', `cpu  ${user} 0 0 ${idle} 0 0 0 0 0 0\n`)
  const bench = new Bench(roots)
  const read = async () => {
    bench.clock.advance(5_000)
    return (await bench.collect()).host?.cpu_pct
  }
  stat(1_000, 9_000)
  expect(await read()).toBeUndefined()
  stat(10, 90)
  expect(await read()).toBeUndefined()
  stat(60, 140)
  expect(await read()).toBe(50)
  stat(110, 130)
  expect(await read()).toBe(100)
})

test('memory of the mini PC is total minus available, and swap beside it', async () => {
  const { host } = await twice(rootsOf('mini-pc-debian12'))
  expect(host).toMatchObject({
    mem_total_bytes: 16561672192,
    mem_used_bytes: (16173508 - 9821044) * 1024,
    mem_pct: 39.28,
    swap_total_bytes: 1023406080,
    swap_pct: 12.53,
  })
})

test('an old kernel leaves gaps, not zeros', async () => {
  const { host } = await twice(rootsOf('old-kernel-3.10'))
  for (const field of ['mem_used_bytes', 'mem_pct', 'swap_pct', 'psi_io_some_pct', 'temp_celsius'] as const) {
    expect([field, host?.[field]]).toEqual([field, undefined])
  }
  expect(host?.mem_total_bytes).toBe(1019776 * 1024)
})

test('the ZFS cache is given apart', async () => {
  expect((await twice(rootsOf('zfs-nas'))).host?.zfs_arc_bytes).toBe(15032385536)
})

test('pressure is the share of the time between readings', async () => {
  const roots = copyOf('mini-pc-debian12')
  const { host } = await twice(roots, () =>
    roots.write(
      'proc/pressure/io',
      'some total=94327364\nfull total=81723645\n'.replaceAll(' t', ' avg10=0.00 t'),
    ),
  )
  expect([host?.psi_io_some_pct, host?.psi_io_full_pct, host?.psi_cpu_some_pct]).toEqual([25, 0, 0])
})

test('only whole physical disks count, each once', async () => {
  const roots = copyOf('mini-pc-debian12')
  const text = await Bun.file(`${roots.procRoot}/diskstats`).text()
  const { disk, host } = await twice(roots, () => {
    const grown = text
      .replaceAll(' 20193844 918273 ', ' 20213844 918373 ')
      .replace('sda 182736 ', 'sda 182746 ')
      .replace(' 0 812736 ', ' 0 817736 ')
      .replaceAll('73645512 182736', '73665512 182736')
      .replaceAll('73601112 ', '73701112 ')
    roots.write('proc/diskstats', grown)
  })
  expect(Object.keys(disk ?? {})).toEqual(['sda', 'nvme0n1'])
  expect(disk?.sda).toEqual({
    read_bytes_per_s: 1_024_000,
    write_bytes_per_s: 0,
    read_iops: 1,
    write_iops: 0,
    util_pct: 50,
    await_ms: 10,
    model: 'WDC WD40EFPX-68C',
  })
  expect(disk?.nvme0n1?.model).toBe('Samsung SSD 970 EVO Plus 1TB')
  expect(disk?.nvme0n1?.await_ms).toBeUndefined()
  expect(host?.disk_read_bytes_per_s).toBe(2_048_000)
})

test('while one device starts its counters anew the host’s total is unknown, not that of the others', async () => {
  const roots = copyOf('mini-pc-debian12')
  const stats = await Bun.file(`${roots.procRoot}/diskstats`).text()
  const net = await Bun.file(`${roots.procRoot}/net/dev`).text()
  const reset = await twice(roots, () => {
    roots.write('proc/diskstats', stats.replace(' 20193844 918273 ', ' 7 1 '))
    roots.write('proc/net/dev', net.replace('91827364551', '7'))
  })
  expect(Object.keys(reset.disk ?? {})).toEqual(['nvme0n1'])
  expect(reset.host?.disk_read_bytes_per_s).toBeUndefined()
  expect(reset.host?.disk_write_bytes_per_s).toBeUndefined()
  expect(reset.nic?.enp1s0?.rx_bytes_per_s).toBeUndefined()
  expect(reset.nic?.wlp2s0?.rx_bytes_per_s).toBe(0)
  expect(reset.host?.net_rx_bytes_per_s).toBeUndefined()

  const without = stats.split('\n').filter((line) => !line.includes('sda'))
  roots.write('proc/diskstats', without.join('\n'))
  const plugged = await twice(roots, () => roots.write('proc/diskstats', stats))
  expect(plugged.host?.disk_read_bytes_per_s).toBe(0)
})

test.each([
  ['firecracker-vm', ['vda']],
  ['raspberry-pi', ['mmcblk0']],
  ['old-kernel-3.10', ['xvda1']],
] as const)('disks of %s', async (machine, names) => {
  expect(Object.keys((await twice(rootsOf(machine))).disk ?? {})).toEqual([...names])
})

test('the network total is that of the physical interfaces; bridges and veths are not counted again', async () => {
  const roots = copyOf('mini-pc-debian12')
  const text = await Bun.file(`${roots.procRoot}/net/dev`).text()
  const { nic, host } = await twice(roots, () =>
    roots.write(
      'proc/net/dev',
      text
        .replace('91827364551', '91827464551')
        .replace('90000000000', '90000500000')
        .replace('18273645512', '18273655512'),
    ),
  )
  expect(Object.keys(nic ?? {}).sort()).toEqual(['enp1s0', 'vmbr0', 'wg0', 'wlp2s0'])
  expect(host?.net_rx_bytes_per_s).toBe(10_000)
  expect(host?.net_tx_bytes_per_s).toBe(1_000)
  expect(nic?.enp1s0).toMatchObject({ state: 'up', speed: '1000 Mbit/s', mac: '00:e0:4c:68:01:02' })
  expect(nic?.wg0).toMatchObject({ state: 'up' })
  expect(nic?.wlp2s0).toMatchObject({ state: 'down' })
})

test('without a physical interface the default route’s counts, as in a container', async () => {
  const roots = copyOf('mini-pc-debian12')
  rmSync(`${roots.sysRoot}/class/net/enp1s0/device`, { recursive: true })
  rmSync(`${roots.sysRoot}/class/net/wlp2s0/device`, { recursive: true })
  const text = await Bun.file(`${roots.procRoot}/net/dev`).text()
  const { host } = await twice(roots, () =>
    roots.write('proc/net/dev', text.replace('90000000000', '90000500000')),
  )
  expect(host?.net_rx_bytes_per_s).toBe(50_000)
})

test('a mounted /proc of the host is asked for the network of its process 1', async () => {
  const roots = copyOf('mini-pc-debian12')
  roots.write('proc/1/net/snmp', 'Tcp: CurrEstab\nTcp: 7\n')
  expect((await twice(roots)).host?.tcp_established).toBe(7)
})

test('sensors of the mini PC: dummies and impossible values are left out, the CPU is primary', async () => {
  const { sensor, host } = await twice(rootsOf('mini-pc-debian12'))
  expect(sensor).toMatchObject({
    'coretemp/Package id 0': { temp_celsius: 52 },
    'acpitz/temp1': { temp_celsius: 27.8 },
    'nct6798/SYSTIN': { temp_celsius: 34 },
    'nct6798/fan1': { fan_rpm: 1180 },
    'thermal/INT3400 Thermal': { temp_celsius: 20 },
  })
  const names = Object.keys(sensor ?? {}).join(' ')
  for (const absent of ['AUXTIN', 'PECI', 'CPUTIN', 'drivetemp', 'x86_pkg_temp', 'thermal/acpitz']) {
    expect(names).not.toContain(absent)
  }
  expect(host?.temp_celsius).toBe(52)
})

test('two chips of one name are told apart by their place, and an NVMe is not the CPU', async () => {
  const roots = rootsOf('zfs-nas')
  const { Sensors } = await import('./sensors.ts')
  const sensors = new Sensors(roots, new ManualClock())
  sensors.refresh()
  await sensors.settled()
  const readings: WireReadings & { host: NonNullable<WireReadings['host']> } = { host: {} }
  sensors.collect(readings)
  expect(readings.sensor).toEqual({
    'k10temp/Tctl': { temp_celsius: 61.3 },
    'k10temp/Tccd1': { temp_celsius: 51.3 },
    'nvme-0000:01:00.0/Composite': { temp_celsius: 38.9 },
    'nvme-0000:02:00.0/Composite': { temp_celsius: 44.9 },
  })
  expect(readings.host.temp_celsius).toBe(61.3)
})

test('a Raspberry Pi has its CPU sensor once', async () => {
  const { sensor, host } = await twice(rootsOf('raspberry-pi'))
  expect(sensor).toEqual({ 'cpu_thermal/temp1': { temp_celsius: 48.7 } })
  expect(host?.temp_celsius).toBe(48.7)
})

test('processes are the folders with a number', async () => {
  expect((await twice(rootsOf('mini-pc-debian12'))).host?.procs_total).toBe(4)
})

/** For a machine on which a hundred tests begin and end processes. */
const WAIT = { withinMs: 60_000 }

test('this machine’s processes are as many as its /proc lists, also where they are not listed', async () => {
  const collector = procsCollector({ procRoot: '/proc' })
  const list = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length
  let at = 0
  const collected = () => {
    const readings: Readings = { host: {} }
    at += 1_000
    collector.collect(readings, at)
    return readings.host.procs_total
  }
  for (let i = 0; i < 5; i += 1) collected()
  await until(
    'a moment in which none begins or ends',
    () => {
      const before = list()
      const counted = collected()
      return before === list() && counted === before
    },
    WAIT,
  )
})

test('a /proc that hides other people’s processes gives no count of them, rather than that of our own', async () => {
  const machine = copyOf('mini-pc-debian12')
  rmSync(join(machine.procRoot, '1'), { recursive: true })
  const { host } = await new Bench(machine).collect()
  expect(host?.procs_total).toBeUndefined()
  expect(host?.procs_running).toBeDefined()
})

test('a sensor that is read beside the tick is shown at an interval of five minutes too', async () => {
  const clock = new ManualClock()
  const sensors = new Sensors(rootsOf('mini-pc-debian12'), clock)
  const tick = () => {
    const readings = { host: {} }
    sensors.refresh()
    sensors.collect(readings)
    return readings as WireReadings
  }
  tick()
  for (let i = 0; i < 3; i += 1) {
    await sensors.settled()
    clock.advance(300_000)
    expect(tick().sensor?.['nvme/Composite']?.temp_celsius).toBeNumber()
  }
})

test('a link whose speed cannot be told still has its traffic', async () => {
  const machine = copyOf('mini-pc-debian12')
  const name = Object.keys((await twice(machine)).nic ?? {})[0]!
  // Reading a folder fails with EISDIR, which stands for any error a driver may give.
  rmSync(join(machine.sysRoot, 'class/net', name, 'speed'), { force: true })
  mkdirSync(join(machine.sysRoot, 'class/net', name, 'speed'), { recursive: true })
  const { nic } = await twice(machine)
  expect(nic?.[name]).toMatchObject({ rx_bytes_per_s: expect.any(Number) })
  expect(nic?.[name]?.speed).toBeUndefined()
})

test('facts of the mini PC', () => {
  expect(readFacts(rootsOf('mini-pc-debian12'))).toMatchObject({
    os: 'Debian GNU/Linux 12 (bookworm)',
    kernel: '6.1.0-31-amd64',
    cpu_model: 'Intel(R) N100',
    cores: 4,
    mem_total_bytes: 16561672192,
    virt: 'none',
    hostname: 'mini',
  })
})

test('a virtual machine says what its firmware calls it, where it may read that', () => {
  const machine = copyOf('firecracker-vm')
  expect(readFacts(machine)).toMatchObject({ virt: 'vm' })
  expect(readFacts(machine).machine_uuid).toBeUndefined()
  machine.write('sys/class/dmi/id/product_uuid', '6F9619FF-8B86-D011-B42D-00C04FC964FF\n')
  expect(readFacts(machine).machine_uuid).toBe('6f9619ff-8b86-d011-b42d-00c04fc964ff')
  machine.write('sys/class/dmi/id/product_uuid', 'Not Settable\n')
  expect(readFacts(machine).machine_uuid).toBeUndefined()
})

const onLinux = existsSync('/proc/stat') ? test : test.skip

onLinux('numbers of this machine agree with /proc (where there is one)', async () => {
  const { collectOnce } = await import('../once.ts')
  const { OWN_ROOTS } = await import('../config.ts')
  const { systemClock } = await import('@lumen/std/clock')
  const readMeminfo = () => Bun.file('/proc/meminfo').text()
  const before = await readMeminfo()
  const { host, core } = await collectOnce(OWN_ROOTS, systemClock, 200)
  const after = await readMeminfo()
  const bytes = (meminfo: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)![1]) * 1024
  const total = bytes(after, 'MemTotal')
  expect(host?.mem_total_bytes).toBe(total)
  const [low, high] = [before, after].map((meminfo) => bytes(meminfo, 'MemAvailable')).sort((a, b) => a - b)
  expect(host!.mem_available_bytes).toBeWithin(low! - 0.05 * total, high! + 0.05 * total)
  const stat = await Bun.file('/proc/stat').text()
  expect(Object.keys(core ?? {})).toHaveLength(stat.match(/^cpu\d+ /gm)!.length)
  expect(host?.cpu_pct).toBeWithin(0, 100.001)
})
