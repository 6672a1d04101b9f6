import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'

const APPLETS = ['sh', 'sleep', 'cat', 'true', 'false', 'dd', 'ip', 'ping', 'head', 'ls', 'rm']

/** A root directory that holds a static busybox and nothing else: an image without any registry. */
export async function tinyRootfs(folder: string): Promise<string> {
  const rootfs = join(folder, 'rootfs')
  await mkdir(join(rootfs, 'bin'), { recursive: true })
  await mkdir(join(rootfs, 'tmp'))
  await copyFile(Bun.which('busybox')!, join(rootfs, 'bin/busybox'))
  await chmod(join(rootfs, 'bin/busybox'), 0o755)
  await Promise.all(APPLETS.map((applet) => symlink('busybox', join(rootfs, 'bin', applet))))
  return rootfs
}

/** Packs a folder and hands it to a command on its standard input, as `docker import -` wants it. */
export async function importTar(
  rootfs: string,
  command: readonly string[],
  env: Record<string, string> = {},
) {
  const tar = Bun.spawn(['tar', '-C', rootfs, '-c', '.'], { stdout: 'pipe' })
  const child = Bun.spawn([...command], {
    stdin: tar.stdout,
    stdout: 'pipe',
    stderr: 'pipe',
    env: { ...process.env, ...env },
  })
  if ((await child.exited) !== 0)
    throw new Error(`${command.join(' ')}: ${await new Response(child.stderr).text()}`)
}
