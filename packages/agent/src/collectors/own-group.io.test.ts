import { afterAll, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { Collection } from '../collection.ts'
import type { Roots } from '../config.ts'
import { copyOf, type MachineCopy } from '../copy-of.ts'
import { type Machine, ManualClock, ownRootsOf, rootsOf } from '../fixture.ts'
import { allCollectors } from './all.ts'
import { readFacts } from './facts.ts'

const copies: MachineCopy[] = []
afterAll(() => {
  for (const { folder } of copies) rmSync(folder, { recursive: true })
}, 120_000)
const copy = (machine: Machine) => {
  const made = copyOf(machine)
  copies.push(made)
  return made
}

function twice(roots: Roots, own: Roots, between: () => void = () => {}) {
  const clock = new ManualClock()
  const collection = new Collection(allCollectors(roots, clock, { own }).collectors)
  collection.collect(clock.monotonic())
  between()
  clock.advance(10_000)
  const { readings } = collection.collect(clock.monotonic())
  return { host: readings.host as NonNullable<WireReadings['host']>, readings, faults: collection.faults }
}

const GROWN = `usage_usec 2766330000
user_usec 1837220000
system_usec 929110000
nr_periods 0
`

test('an LXC’s CPU is what its group used of its two cores, whatever /proc/stat says', () => {
  const roots = copy('lxc-on-proxmox')
  const { host, readings } = twice(roots, roots, () => roots.write('sys/fs/cgroup/cpu.stat', GROWN))
  expect(host).toMatchObject({ cpu_pct: 25, cpu_user_pct: 20, cpu_system_pct: 5 })
  expect(host.cpu_iowait_pct).toBeUndefined()
  expect(readings.core).toBeUndefined()
})

test('a counter that went back gives no CPU once', () => {
  const roots = copy('lxc-on-proxmox')
  const { host } = twice(roots, roots, () => roots.write('sys/fs/cgroup/cpu.stat', 'usage_usec 7\n'))
  expect(host.cpu_pct).toBeUndefined()
})

test('an LXC’s memory is what lxcfs says to a reader in it', () => {
  const { host } = twice(rootsOf('lxc-on-proxmox'), rootsOf('lxc-on-proxmox'))
  expect(host).toMatchObject({
    mem_pct: 5.66,
    mem_used_bytes: (4194304 - 3956832) * 1024,
    mem_total_bytes: 4 * 1024 ** 3,
  })
})

test('in Docker in an LXC it is the LXC’s group without page cache, of the total lxcfs knows', () => {
  const { host, faults } = twice(rootsOf('docker-in-lxc'), ownRootsOf('docker-in-lxc'))
  expect(host).toMatchObject({
    mem_pct: 4.59,
    mem_used_bytes: 188 * 1024 ** 2,
    mem_total_bytes: 4 * 1024 ** 3,
    cpu_pct: 0,
  })
  expect(faults).toEqual({})
})

test('the same on cgroup v1, with its own file names', () => {
  const roots = copy('docker-in-lxc')
  rmSync(`${roots.sysRoot}/fs/cgroup`, { recursive: true })
  const write = (path: string, text: string) => roots.write(`sys/fs/cgroup/${path}`, text)
  write('memory/memory.usage_in_bytes', `${688 * 1024 ** 2}\n`)
  write('memory/memory.limit_in_bytes', '9223372036854771712\n')
  write('memory/memory.stat', `cache 5\ntotal_cache ${500 * 1024 ** 2}\ntotal_inactive_file 7\n`)
  write('memory/docker/memory.stat', 'cache 0\n')
  write('cpu,cpuacct/cpuacct.usage', '1000000000\n')
  write('cpu,cpuacct/cpuacct.stat', 'user 60\nsystem 40\n')
  write('cpuset/cpuset.effective_cpus', '0-3\n')
  const { host } = twice(roots, ownRootsOf('docker-in-lxc'), () => {
    write('cpu,cpuacct/cpuacct.usage', '11000000000\n')
    write('cpu,cpuacct/cpuacct.stat', 'user 860\nsystem 240\n')
  })
  expect(host).toMatchObject({ mem_pct: 4.59, cpu_pct: 25, cpu_user_pct: 20, cpu_system_pct: 5 })
})

test('where the LXC’s group is not mounted there is no CPU and no memory, and the fault says what to mount', () => {
  const roots = copy('docker-in-lxc')
  rmSync(`${roots.sysRoot}/fs/cgroup`, { recursive: true })
  const { host, faults } = twice(roots, ownRootsOf('docker-in-lxc'))
  expect([host.cpu_pct, host.mem_pct]).toEqual([undefined, undefined])
  expect(faults.cpu).toContain('mount its /sys/fs/cgroup')
  expect(faults.memory).toContain('mount its /sys/fs/cgroup')
})

test('an LXC’s pressure and disk traffic are its own, and the node’s disks get no rows', () => {
  const roots = copy('lxc-on-proxmox')
  const { host, readings } = twice(roots, roots, () => {
    roots.write(
      'sys/fs/cgroup/io.stat',
      '8:0 rbytes=918373024 wbytes=1827364864\n253:3 rbytes=918373024 wbytes=1\n',
    )
    roots.write('sys/fs/cgroup/memory.pressure', 'some avg10=0 total=2827364\nfull avg10=0 total=1918273\n')
  })
  expect(host).toMatchObject({
    disk_read_bytes_per_s: 10_000,
    disk_write_bytes_per_s: 0,
    psi_memory_some_pct: 10,
    psi_memory_full_pct: 10,
    psi_cpu_some_pct: 0,
  })
  expect(readings.disk).toBeUndefined()
})

test('facts of an LXC name its kind and its own cores', () => {
  expect(readFacts(rootsOf('lxc-on-proxmox'))).toMatchObject({ cores: 2, mem_total_bytes: 4 * 1024 ** 3 })
})
