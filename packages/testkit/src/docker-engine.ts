import { join } from 'node:path'
import { type Child, startChild } from './child.ts'
import type { Needs } from './needs.ts'
import { runCommand } from './run-command.ts'
import { tempDir } from './temp-dir.ts'
import { importTar, tinyRootfs } from './tiny-rootfs.ts'
import { until } from './until.ts'

export const DOCKER_NEEDS: Needs = {
  root: true,
  programs: { dockerd: 'docker.io', docker: 'docker.io', busybox: 'busybox-static' },
}

/** A real Docker Engine of our own, with one image `tiny:1`. Disposing ends its containers and itself. */
export interface DockerEngine extends AsyncDisposable {
  socket: string
  /** The `docker` command against it. */
  docker(...args: string[]): Promise<string>
  /** Stops answering, or goes on, without ending. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}

/** Starts dockerd in a temporary folder: no bridge, no firewall rules, nothing of the machine's own engine. */
export async function startDockerEngine(): Promise<DockerEngine> {
  const dir = await tempDir('lumen-docker-')
  const socket = join(dir.path, 'docker.sock')
  const folder = (name: string) => join(dir.path, name)
  const child: Child = startChild([
    ...['dockerd', '--iptables=false', '--ip6tables=false', '--bridge=none', '-H', `unix://${socket}`],
    ...['--data-root', folder('data'), '--exec-root', folder('exec'), '--pidfile', folder('pid')],
  ])
  const docker = (...args: string[]) => runCommand(['docker', '-H', `unix://${socket}`, ...args])
  const end = async () => {
    child.signal('SIGCONT')
    const left = (await docker('ps', '-aq').catch(() => '')).split('\n').filter((id) => id !== '')
    if (left.length > 0) await docker('rm', '-f', ...left).catch(() => '')
    await child.stop(15_000)
    // What it leaves behind when a container had the machine's network.
    await runCommand(['umount', join(folder('exec'), 'netns/default')]).catch(() => '')
    await dir[Symbol.asyncDispose]()
  }
  try {
    await until('dockerd to answer', () => (child.isRunning() ? docker('version') : 'ended'), {
      withinMs: 30_000,
    })
    if (!child.isRunning()) throw new Error(`dockerd ended: ${child.stderr().slice(-2_000)}`)
    await importTar(await tinyRootfs(dir.path), ['docker', '-H', `unix://${socket}`, 'import', '-', 'tiny:1'])
  } catch (error) {
    await end()
    throw error
  }
  return { socket, docker, signal: (name) => child.signal(name), [Symbol.asyncDispose]: end }
}
