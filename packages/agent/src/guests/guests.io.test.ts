import { afterEach, expect, test } from 'bun:test'
import { cpSync, rmSync } from 'node:fs'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { Collection } from '../collection.ts'
import type { Roots } from '../config.ts'
import { copyOf, type MachineCopy } from '../copy-of.ts'
import { detectEnvironment } from '../environment/environment.ts'
import { ManualClock, rootsOf } from '../fixture.ts'
import { Guests } from './guests.ts'
import { parseGuestConfig } from './parse-config.ts'

const copies: MachineCopy[] = []
afterEach(() => {
  for (const { folder } of copies.splice(0)) rmSync(folder, { recursive: true })
})
/** The node with a libvirt VM beside Proxmox' guests: its group's name is none that every filesystem takes. */
const copy = () => {
  const made = copyOf('proxmox-node')
  copies.push(made)
  const file = (name: string, text: string) =>
    made.write(`sys/fs/cgroup/machine.slice/${LIBVIRT}/${name}`, text)
  file('cpu.stat', 'usage_usec 10000000\n')
  file('memory.current', '2147483648\n')
  file('memory.stat', 'file 0\nshmem 0\n')
  for (const cpu of ['vcpu0', 'vcpu1']) file(`libvirt/${cpu}/cgroup.threads`, '')
  return made
}
const LIBVIRT = 'machine-qemu\\x2d3\\x2dbuild\\x2dbox.scope'

function benchOf(roots: Roots) {
  const clock = new ManualClock()
  const guests = new Guests(roots, detectEnvironment(roots, roots), clock)
  const collection = new Collection([guests])
  return {
    collection,
    async tick(): Promise<NonNullable<WireReadings['guest']>> {
      clock.advance(10_000)
      guests.refresh()
      await guests.settled()
      return collection.collect(clock.monotonic()).readings.guest ?? {}
    },
  }
}

test('guests of a Proxmox node: those that run by their groups, others by their configuration, no templates', async () => {
  const bench = benchOf(copy())
  await bench.tick()
  const rows = await bench.tick()
  const told = Object.entries(rows).map(([key, { kind, name, state }]) => [key, kind, name, state].join(' '))
  expect(told.sort()).toEqual([
    '101 lxc nextcloud running',
    '102 lxc pihole stopped',
    '104 qemu homeassistant running',
    '105 qemu win11 stopped',
    'build-box qemu build-box running',
    'plain lxc plain running',
  ])
  expect(bench.collection.faults).toEqual({})
})

test('numbers of an LXC: of its own cores, memory as Proxmox counts, the other end of its links', async () => {
  const roots = copy()
  const bench = benchOf(roots)
  await bench.tick()
  roots.write('sys/fs/cgroup/lxc/101/cpu.stat', 'usage_usec 10000000\n')
  const net = await Bun.file(`${roots.procRoot}/net/dev`).text()
  roots.write('proc/net/dev', net.replace(' 9000000 ', ' 9100000 ').replace(' 500 5 ', ' 10500 5 '))
  const row = (await bench.tick())['101']
  expect(row as unknown).toEqual({
    kind: 'lxc',
    name: 'nextcloud',
    state: 'running',
    cpu_pct: 25,
    mem_used_bytes: 721_420_288 - 524_288_000,
    mem_total_bytes: 4 * 1024 ** 3,
    disk_read_bytes_per_s: 0,
    disk_write_bytes_per_s: 0,
    net_rx_bytes_per_s: 10_000,
    net_tx_bytes_per_s: 1_000,
    uptime_s: 10_000,
  })
})

test('a VM’s CPU is of its virtual CPUs, its memory never more than it was given', async () => {
  const roots = copy()
  const bench = benchOf(roots)
  await bench.tick()
  roots.write('sys/fs/cgroup/qemu.slice/104.scope/cpu.stat', 'usage_usec 110000000\n')
  roots.write(
    'sys/fs/cgroup/machine.slice/machine-qemu\\x2d3\\x2dbuild\\x2dbox.scope/cpu.stat',
    'usage_usec 20000000\n',
  )
  const rows = await bench.tick()
  expect(rows['104']).toMatchObject({
    cpu_pct: 50,
    mem_used_bytes: 4 * 1024 ** 3,
    mem_total_bytes: 4 * 1024 ** 3,
  })
  expect(rows['build-box']).toMatchObject({ cpu_pct: 50, mem_used_bytes: 2 * 1024 ** 3 })
  expect(rows['build-box']!.mem_total_bytes).toBeUndefined()
})

test('a guest started anew begins without rates', async () => {
  const roots = copy()
  const bench = benchOf(roots)
  await bench.tick()
  expect((await bench.tick())['101']!.cpu_pct).toBe(0)
  const folder = `${roots.sysRoot}/fs/cgroup/lxc/101`
  cpSync(folder, `${roots.folder}/copy`, { recursive: true })
  rmSync(folder, { recursive: true })
  expect((await bench.tick())['101']).toMatchObject({ state: 'stopped', name: 'nextcloud' })
  cpSync(`${roots.folder}/copy`, folder, { recursive: true })
  expect((await bench.tick())['101']!.cpu_pct).toBeUndefined()
  expect((await bench.tick())['101']!.cpu_pct).toBe(0)
})

test('an empty group left behind is no running guest', async () => {
  const roots = copy()
  roots.write('sys/fs/cgroup/lxc/101/pids.current', '0\n')
  const bench = benchOf(roots)
  await bench.tick()
  expect((await bench.tick())['101']).toMatchObject({ state: 'stopped', name: 'nextcloud' })
})

test('the same guests on cgroup v1', async () => {
  const roots = copy()
  rmSync(`${roots.sysRoot}/fs/cgroup`, { recursive: true })
  const write = (path: string, text: string) => roots.write(`sys/fs/cgroup/${path}`, text)
  write('cpuacct/lxc/101/cpuacct.usage', '5000000000\n')
  write('memory/lxc/101/memory.usage_in_bytes', '100\n')
  write('memory/lxc/101/memory.stat', 'total_cache 40\n')
  write('memory/lxc/101/memory.limit_in_bytes', '4294967296\n')
  write('memory/lxc/cgroup.procs', '')
  write('blkio/lxc/101/blkio.throttle.io_service_bytes', '8:0 Read 5\n8:0 Write 6\nTotal 11\n')
  const bench = benchOf(roots)
  await bench.tick()
  write('cpuacct/lxc/101/cpuacct.usage', '10000000000\n')
  write('blkio/lxc/101/blkio.throttle.io_service_bytes', '8:0 Read 100005\n8:0 Write 6\nTotal 11\n')
  const rows = await bench.tick()
  expect(rows['101']).toMatchObject({ cpu_pct: 25, mem_used_bytes: 60, disk_read_bytes_per_s: 10_000 })
  expect(rows['104']).toMatchObject({ state: 'stopped' })
})

test('a machine without guests has no rows and no fault', async () => {
  const bench = benchOf(rootsOf('mini-pc-debian12'))
  await bench.tick()
  expect(await bench.tick()).toEqual({})
  expect(bench.collection.faults).toEqual({})
})

test('garbage in a guest’s files costs its own numbers', async () => {
  const roots = copy()
  const bench = benchOf(roots)
  roots.write('sys/fs/cgroup/lxc/101/memory.current', 'x')
  roots.write('root/etc/pve/lxc/102.conf', '\0\0\0')
  await bench.tick()
  const rows = await bench.tick()
  expect(rows['101']).toMatchObject({ state: 'running' })
  expect(rows['102']).toMatchObject({ name: '102', state: 'stopped' })
  expect(rows['104']!.cpu_pct).toBe(0)
  expect(bench.collection.faults.guests).toContain('101: Cannot read memory_current')
})

test.each([
  ['cores: 4\ncpulimit: 1.5\n', 'lxc', 1.5],
  ['memory: 512\n', 'lxc', undefined],
  ['cores: 4\nsockets: 2\nvcpus: 3\n', 'qemu', 3],
  ['memory: 512\n', 'qemu', 1],
] as const)('%j of a %s is %p cores', (text, kind, cores) => {
  expect(parseGuestConfig(text, kind).cores).toBe(cores)
})

test('snapshots say nothing of the guest as it is', () => {
  expect(parseGuestConfig('memory: 1024\n[snap]\nmemory: 2048\nname: old\n', 'qemu')).toMatchObject({
    memoryBytes: 1024 ** 3,
    name: undefined,
  })
})
