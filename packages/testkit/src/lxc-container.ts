import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startChild } from './child.ts'
import { CHECKOUT } from './lumen-process.ts'
import type { Needs } from './needs.ts'
import { runCommand } from './run-command.ts'
import { tempDir } from './temp-dir.ts'
import { until } from './until.ts'

export const LXC_NEEDS: Needs = {
  root: true,
  programs: { 'lxc-create': 'lxc', lxcfs: 'lxcfs', busybox: 'busybox-static' },
}

/** A real LXC container with this checkout mounted at /repo. Disposing ends it. */
export interface LxcContainer extends AsyncDisposable {
  name: string
  /** Runs a command in it and answers what it printed. */
  attach(...command: string[]): Promise<string>
}

/** Starts a busybox LXC with 256 MiB and one core. `withLxcfs` mounts an lxcfs of our own over its /proc. */
export async function startLxcContainer({ withLxcfs }: { withLxcfs: boolean }): Promise<LxcContainer> {
  const dir = await tempDir('lumen-lxc-')
  const name = `lumen-test-${process.pid}-${withLxcfs ? 'fs' : 'plain'}`
  const views = join(dir.path, 'views')
  await mkdir(views)
  const lxc = (command: string, ...args: string[]) =>
    runCommand([command, '-P', dir.path, '-n', name, ...args])
  const lxcfs = withLxcfs ? startChild(['lxcfs', '-f', '-p', join(dir.path, 'lxcfs.pid'), views]) : undefined
  const end = async () => {
    await lxc('lxc-stop', '-k').catch(() => '')
    await lxcfs?.stop()
    await dir[Symbol.asyncDispose]()
  }
  try {
    if (lxcfs !== undefined)
      await until('lxcfs', () => Bun.file(join(views, 'proc/meminfo')).exists(), { withinMs: 60_000 })
    await lxc('lxc-create', '-t', 'busybox')
    const config = join(dir.path, name, 'config')
    const made = (await readFile(config, 'utf8')).split('\n')
    const kept = made.filter((line) => !/^lxc\.(mount\.auto|net|apparmor)/.test(line))
    await writeFile(config, kept.join('\n'))
    await appendFile(config, settings(withLxcfs ? views : undefined))
    await lxc('lxc-start')
    await until('the container', async () => (await lxc('lxc-info', '-sH')) === 'RUNNING', {
      withinMs: 60_000,
    })
  } catch (error) {
    await end()
    throw error
  }
  return { name, attach: (...command) => lxc('lxc-attach', '--', ...command), [Symbol.asyncDispose]: end }
}

function settings(views: string | undefined): string {
  const lines = [
    'lxc.net.0.type = empty',
    'lxc.mount.auto = proc:mixed sys:ro cgroup:mixed:force',
    `lxc.mount.entry = ${CHECKOUT} repo none ro,bind,create=dir 0 0`,
    'lxc.cgroup.memory.limit_in_bytes = 256M',
    'lxc.cgroup.cpuset.cpus = 0',
    'lxc.cgroup2.memory.max = 256M',
    'lxc.cgroup2.cpuset.cpus = 0',
  ]
  const files = views === undefined ? [] : ['cpuinfo', 'meminfo', 'stat', 'uptime']
  const mounts = files.map(
    (file) => `lxc.mount.entry = ${views}/proc/${file} proc/${file} none bind,optional 0 0`,
  )
  return `\n${[...lines, ...mounts].join('\n')}\n`
}
