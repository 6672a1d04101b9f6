import { afterAll, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { copyOf, type MachineCopy } from '../copy-of.ts'
import { type Machine, ownRootsOf, rootsOf } from '../fixture.ts'
import { allowedCores } from './allowed-cores.ts'
import { detectEnvironment } from './environment.ts'

const copies: MachineCopy[] = []
afterAll(() => {
  for (const { folder } of copies) rmSync(folder, { recursive: true })
}, 120_000)
const copy = (machine: Machine) => {
  const made = copyOf(machine)
  copies.push(made)
  return made
}

const detect = (machine: Machine) => detectEnvironment(rootsOf(machine), ownRootsOf(machine))

test.each([
  ['mini-pc-debian12', 'none'],
  ['raspberry-pi', 'none'],
  ['firecracker-vm', 'vm'],
  ['old-kernel-3.10', 'vm'],
  ['lxc-on-proxmox', 'lxc'],
  ['docker-in-lxc', 'docker-in-lxc'],
  ['docker-host', 'none'],
  ['proxmox-node', 'proxmox-node'],
] as const)('%s is %s', (machine, kind) => {
  expect(detect(machine).kind).toBe(kind)
})

const PLACES: [kind: string, files: Record<string, string>][] = [
  ['lxc', { 'proc/1/environ': 'container=lxc\0HOME=/\0' }],
  ['lxc', { 'proc/1/cgroup': '0::/lxc.payload.t1/init.scope\n' }],
  ['docker', { 'root/.dockerenv': '', 'proc/1/mountinfo': '1 0 0:55 / / rw - overlay overlay rw\n' }],
  ['docker', { 'proc/1/cgroup': '12:cpu:/docker/0123456789abcdef0123456789abcdef\n' }],
  ['docker', { 'proc/1/cgroup': '0::/system.slice/docker-0123456789abcdef.scope\n' }],
  [
    'docker-in-lxc',
    {
      'root/.dockerenv': '',
      'proc/1/mountinfo':
        '1 0 0:55 / / rw - overlay overlay rw\n2 1 0:60 /proc/stat /proc/stat rw - fuse.lxcfs lxcfs rw\n',
    },
  ],
  ['docker-in-lxc', { 'proc/1/cgroup': '4:memory:/lxc/101/ns/docker/0123456789abcdef\n' }],
  ['podman', { 'root/run/.containerenv': '' }],
  ['podman', { 'proc/1/cgroup': '0::/machine.slice/libpod-0123456789abcdef.scope/container\n' }],
  ['unknown', { 'proc/1/environ': 'container=systemd-nspawn\0' }],
  ['proxmox-node', { 'proc/sys/kernel/osrelease': '6.8.12-4-pve\n', 'root/etc/pve/.version': '{}' }],
  // A host that runs lxcfs for its guests has it elsewhere.
  ['none', { 'proc/1/mountinfo': '9 1 0:49 / /var/lib/lxcfs rw - fuse.lxcfs lxcfs rw\n' }],
  [
    'none',
    { 'root/.dockerenv': '', 'proc/1/mountinfo': '1 0 253:0 / / rw - ext4 /dev/mapper/pve-root rw\n' },
  ],
  [
    'vm',
    {
      'sys/class/dmi/id/product_name': 'Standard PC (Q35 + ICH9, 2009)\n',
      'sys/class/dmi/id/sys_vendor': 'QEMU\n',
    },
  ],
]

test.each(PLACES)('the mini PC would be %s with %j', (kind, files) => {
  const roots = copy('mini-pc-debian12')
  for (const [path, text] of Object.entries(files)) roots.write(path, text)
  const { kind: found, reasons } = detectEnvironment(roots, roots)
  expect(found as string).toBe(kind)
  expect(reasons[0]).toStartWith(`${kind}: `)
})

test('an agent in Docker with the host’s mounts is told apart from the machine it reads', () => {
  const own = copy('docker-in-lxc')
  const roots = rootsOf('mini-pc-debian12')
  const { kind, agentIn, ownGroup } = detectEnvironment(roots, {
    procRoot: `${own.folder}/own/proc`,
    sysRoot: '/nowhere',
    rootfs: `${own.folder}/own/root`,
  })
  expect({ kind, agentIn, ownGroup }).toEqual({ kind: 'none', agentIn: 'docker', ownGroup: undefined })
})

test('with the host’s /proc but our own root, marks in that root say nothing of the host', () => {
  const own = copy('mini-pc-debian12')
  own.write('root/.dockerenv', '')
  own.write('proc/self/mountinfo', '1 0 0:55 / / rw - overlay overlay rw\n')
  const host = rootsOf('mini-pc-debian12')
  const { kind, agentIn } = detectEnvironment({ ...host, rootfs: own.rootfs }, own)
  expect({ kind, agentIn }).toEqual({ kind: 'none', agentIn: 'docker' })
})

test('the reasons say where the numbers of an LXC come from', () => {
  expect(detect('lxc-on-proxmox').reasons).toEqual([
    'lxc: container=lxc in the environment of process 1',
    'cgroup v2',
    'CPU and memory from the control group /',
    'lxcfs is mounted over /proc',
  ])
  expect(detect('docker-in-lxc').reasons).toEqual([
    'docker-in-lxc: container=lxc in the environment of process 1',
    'the agent runs in docker: /.dockerenv is there and / is a layered filesystem',
    'cgroup v2',
    'CPU and memory from the control group /',
    'lxcfs is mounted over /proc',
  ])
})

test('an LXC may use the cores of its cpuset, fewer by a quota or by what lxcfs shows', () => {
  const roots = copy('lxc-on-proxmox')
  const cores = () => allowedCores(roots, detectEnvironment(roots, roots))
  expect(cores()).toBe(2)
  roots.write('sys/fs/cgroup/cpu.max', '50000 100000\n')
  expect(cores()).toBe(0.5)
  roots.write('sys/fs/cgroup/cpu.max', 'max 100000\n')
  roots.write('sys/fs/cgroup/cpuset.cpus.effective', '0-7\n')
  expect(cores()).toBe(2)
})

test('in Docker in an LXC the list of CPUs may be a sibling’s and only the cpuset counts', () => {
  const roots = rootsOf('docker-in-lxc')
  const environment = { ...detect('docker-in-lxc'), isStatOwn: false }
  expect(allowedCores(roots, environment)).toBe(2)
})

test('the group of an LXC without a cgroup namespace is found by its path, on v1 too', () => {
  const roots = copy('mini-pc-debian12')
  roots.write('proc/1/environ', 'container=lxc\0')
  roots.write('proc/1/cgroup', '5:cpu,cpuacct:/lxc/101/init.scope\n4:memory:/lxc/101/init.scope\n')
  for (const file of ['memory.stat', 'lxc/101/memory.stat'])
    roots.write(`sys/fs/cgroup/memory/${file}`, 'cache 1\n')
  roots.write('sys/fs/cgroup/cpu,cpuacct/lxc/101/cpuacct.usage', '1\n')
  const { cgroup, ownGroup } = detectEnvironment(roots, roots)
  expect([cgroup.version, ownGroup]).toEqual(['v1', '/lxc/101'])
})

test('the root of all groups is nobody’s own, nor is Docker’s own group that of the LXC around it', () => {
  const bare = copy('lxc-on-proxmox')
  rmSync(`${bare.sysRoot}/fs/cgroup/memory.current`)
  expect(detectEnvironment(bare, bare).ownGroup).toBeUndefined()
  const docker = copy('docker-in-lxc')
  for (const inner of ['init.scope', 'system.slice']) {
    rmSync(`${docker.sysRoot}/fs/cgroup/${inner}`, { recursive: true })
  }
  expect(detectEnvironment(docker, ownRootsOf('docker-in-lxc')).ownGroup).toBeUndefined()
})
