import { afterEach, expect } from 'bun:test'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WireFrame, WireRow } from '@lumen/protocol/agent/frame'
import { systemClock } from '@lumen/std/clock'
import { startChild } from '@lumen/testkit/child'
import { LXC_NEEDS, startLxcContainer } from '@lumen/testkit/lxc-container'
import { testNeeding } from '@lumen/testkit/needs'
import { runCommand } from '@lumen/testkit/run-command'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { readCgroupLayout } from '../cgroup/layout.ts'
import { Collection } from '../collection.ts'
import { OWN_ROOTS } from '../config.ts'
import { detectEnvironment } from '../environment/environment.ts'
import { Guests } from './guests.ts'

const testWithLxc = testNeeding(LXC_NEEDS)
const testWithQemu = testNeeding({
  root: true,
  programs: { 'qemu-system-x86_64': 'qemu-system-x86', ip: 'iproute2' },
})

const WITHIN = { withinMs: 60_000, everyMs: 300 }
const AGENT = [
  '/repo/node_modules/bun/bin/bun.exe',
  '--no-env-file',
  '/repo/packages/lumen/src/main.ts',
  ...['agent', '--once', '--docker', 'off'],
]

/** Guests of this machine, with Proxmox' configuration as found below `rootfs`. */
function watchGuests(rootfs = '/') {
  const roots = { ...OWN_ROOTS, rootfs }
  const guests = new Guests(roots, detectEnvironment(roots), systemClock)
  const collection = new Collection([guests])
  return async (): Promise<Record<string, WireRow<'guest'>>> => {
    guests.refresh()
    await guests.settled()
    return collection.collect(systemClock.monotonic()).readings.guest ?? {}
  }
}

testWithLxc(
  'a real LXC is a guest of this machine, and an agent in it knows where it is',
  async () => {
    await using lxc = await startLxcContainer({ withLxcfs: false })
    const rows = watchGuests()
    const row = await until(
      'its CPU',
      async () => {
        const row = (await rows())[lxc.name]
        return row?.cpu_pct === undefined ? null : row
      },
      WITHIN,
    )
    expect(row).toMatchObject({
      kind: 'lxc',
      name: lxc.name,
      state: 'running',
      mem_total_bytes: 256 * 1024 ** 2,
    })
    expect(row.mem_used_bytes).toBeWithin(1, 64 * 1024 ** 2)
    expect(row.uptime_s).toBeWithin(0, 60)
    const frame = JSON.parse(await lxc.attach(...AGENT)) as WireFrame
    expect(frame.host).toMatchObject({ mem_total_bytes: 256 * 1024 ** 2 })
    expect(frame.host!.cpu_pct).toBeWithin(0, 60)
    expect(frame.host!.mem_pct).toBeWithin(0.1, 60)
    expect([frame.disk, frame.core]).toEqual([undefined, undefined])
  },
  120_000,
)

testWithLxc(
  'with lxcfs over its /proc the memory is what the LXC’s own tools say',
  async () => {
    await using lxc = await startLxcContainer({ withLxcfs: true })
    const meminfo = await lxc.attach('cat', '/proc/meminfo')
    const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)![1])
    const { host } = JSON.parse(await lxc.attach(...AGENT)) as WireFrame
    expect(host!.mem_total_bytes).toBe(kib('MemTotal') * 1024)
    // The agent itself is in there by then.
    const before = (kib('MemTotal') - kib('MemAvailable')) * 1024
    expect(host!.mem_used_bytes! - before).toBeWithin(0, 64 * 1024 ** 2)
  },
  120_000,
)

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

/** A group in every hierarchy, as systemd makes one for a VM. */
function makeGroup(path: string): (pid: number) => void {
  const { v1, unified } = readCgroupLayout('/sys')
  const folders = [...new Set([...Object.values(v1), ...(unified === undefined ? [] : [unified])])]
  for (const folder of folders) {
    const parent = `${folder}${path.slice(0, path.lastIndexOf('/'))}`
    for (const made of [parent, `${folder}${path}`]) {
      if (existsSync(made)) continue
      mkdirSync(made)
      undo.push(() => rmdirSync(made))
    }
    const cpus = `${folder}${path}/cpuset.cpus`
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (!existsSync(cpus)) continue
      for (const made of [parent, `${folder}${path}`])
        if (readFileSync(`${made}/${file}`, 'utf8').trim() === '')
          writeFileSync(`${made}/${file}`, readFileSync(`${folder}/${file}`, 'utf8'))
    }
  }
  return (pid) => {
    for (const folder of folders) writeFileSync(`${folder}${path}/cgroup.procs`, `${pid}`)
  }
}

testWithQemu(
  'a real QEMU process in a scope of its own is a running VM with its name, sizes and link',
  async () => {
    const vmid = String(900_000 + (process.pid % 90_000))
    await using dir = await tempDir('lumen-qemu-')
    mkdirSync(join(dir.path, 'etc/pve/qemu-server'), { recursive: true })
    const config = 'name: test-vm\ncores: 1\nmemory: 64\n'
    writeFileSync(join(dir.path, `etc/pve/qemu-server/${vmid}.conf`), config)
    const moveTo = makeGroup(`/qemu.slice/${vmid}.scope`)
    const link = `tap${vmid}i0`
    await runCommand(['ip', 'tuntap', 'add', link, 'mode', 'tap'])
    undo.push(() => runCommand(['ip', 'link', 'del', link]))
    // The firmware looks for something to boot, which keeps the virtual CPU at work for a moment.
    const qemu = ['qemu-system-x86_64', '-accel', 'tcg', '-m', '64', '-nodefaults', '-display', 'none']
    const child = startChild(qemu)
    undo.push(async () => {
      await child.stop()
    })
    moveTo(child.pid)
    const rows = watchGuests(dir.path)
    const row = await until(
      'its row',
      async () => {
        const row = (await rows())[vmid]
        return row?.cpu_pct === undefined || row.net_rx_bytes_per_s === undefined ? null : row
      },
      WITHIN,
    )
    expect(row).toMatchObject({
      kind: 'qemu',
      name: 'test-vm',
      state: 'running',
      mem_total_bytes: 64 * 1024 ** 2,
      net_rx_bytes_per_s: 0,
    })
    expect(row.uptime_s).toBeWithin(0, 60)
    const rss =
      Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) * 1024
    expect(row.mem_used_bytes).toBeLessThanOrEqual(Math.max(rss, 64 * 1024 ** 2))
    await child.stop()
    await until('its end', async () => (await rows())[vmid]?.state === 'stopped', WITHIN)
  },
  120_000,
)
