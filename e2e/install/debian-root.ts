import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Needs } from '@lumen/testkit/needs'
import { runCommand } from '@lumen/testkit/run-command'

export const DEBIAN_ROOT_NEEDS: Needs = {
  root: true,
  programs: { debootstrap: 'debootstrap', busybox: 'busybox-static' },
}

/** A fresh Debian of its own in a folder: its required packages laid out but not set up, which takes half the time and
 * has all the script calls; OpenRC lies in its package cache. Its only way to the network is busybox's wget.
 * @returns what runs a command line of the shell in it, in a mount namespace that has /proc and ends with it */
export async function debianRoot(folder: string): Promise<(line: string) => string[]> {
  await runCommand(['debootstrap', '--foreign', '--variant=minbase', '--include=openrc', 'bookworm', folder])
  await copyFile(join(folder, 'usr/share/base-passwd/passwd.master'), join(folder, 'etc/passwd'))
  await copyFile(join(folder, 'usr/share/base-passwd/group.master'), join(folder, 'etc/group'))
  for (const [name, mode] of [
    ['shadow', 0o600],
    ['gshadow', 0o600],
  ] as const) {
    await writeFile(join(folder, 'etc', name), '', { mode })
  }
  await mkdir(join(folder, 'usr/local/bin'), { recursive: true })
  // In a container debootstrap leaves a link to itself in the place of /proc.
  await rm(join(folder, 'proc'), { recursive: true, force: true })
  await mkdir(join(folder, 'proc'))
  const wget = join(folder, 'usr/local/bin/wget')
  await copyFile(Bun.which('busybox')!, wget)
  await chmod(wget, 0o755)
  const enter = 'mount --bind /proc "$0/proc" && exec chroot "$0" /bin/sh -c "$1"'
  return (line) => ['unshare', '--mount', 'sh', '-c', enter, folder, line]
}
