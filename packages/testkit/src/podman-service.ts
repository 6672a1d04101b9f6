import { join } from 'node:path'
import { startChild } from './child.ts'
import type { Needs } from './needs.ts'
import { runCommand } from './run-command.ts'
import { tempDir } from './temp-dir.ts'
import { importTar, tinyRootfs } from './tiny-rootfs.ts'
import { until } from './until.ts'

export const PODMAN_NEEDS: Needs = { root: true, programs: { podman: 'podman', busybox: 'busybox-static' } }

/** Podman's API service with storage of its own and one image `tiny:1`. Disposing ends its containers and itself. */
export interface PodmanService extends AsyncDisposable {
  socket: string
  /** The `podman` command on the same storage. */
  podman(...args: string[]): Promise<string>
}

export async function startPodmanService(): Promise<PodmanService> {
  const dir = await tempDir('lumen-podman-')
  const socket = join(dir.path, 'podman.sock')
  const folder = (name: string) => join(dir.path, name)
  const base = [
    ...['podman', '--root', folder('root'), '--runroot', folder('run'), '--tmpdir', folder('tmp')],
    ...['--cgroup-manager', 'cgroupfs', '--events-backend', 'file', '--storage-driver', 'vfs'],
  ]
  const podman = (...args: string[]) => runCommand([...base, ...args])
  const child = startChild([...base, 'system', 'service', '--time', '0', `unix://${socket}`])
  const end = async () => {
    await podman('rm', '-a', '-f', '-t', '0').catch(() => '')
    await child.stop()
    await dir[Symbol.asyncDispose]()
  }
  try {
    await until('Podman’s socket', async () => (await Bun.file(socket).stat()).isSocket(), {
      withinMs: 60_000,
    })
    await importTar(await tinyRootfs(dir.path), [...base, 'import', '-', 'tiny:1'])
  } catch (error) {
    await end()
    throw error
  }
  return { socket, podman, [Symbol.asyncDispose]: end }
}
