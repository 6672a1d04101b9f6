import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Child, startChild } from '@lumen/testkit/child'
import { runCommand } from '@lumen/testkit/run-command'

const PACKAGES = ['insserv', 'libeinfo1', 'librc1', 'openrc']
/** Nobody logs in there: every session is as it should be. */
const PAM = ['auth', 'account', 'session', 'password'].map((kind) => `${kind} required pam_permit.so\n`)

/** OpenRC running in a root folder whose shell is busybox's, as Alpine's is. Disposing ends it and all it started. */
export interface OpenrcMachine extends AsyncDisposable {
  /** Runs a command line in it. */
  run(line: string, env?: Record<string, string>): Promise<{ code: number | null; said: string }>
}

/** Sets OpenRC up in `root`, whose package cache holds it, and boots it in namespaces of its own. */
export async function openrcMachine(root: string): Promise<OpenrcMachine> {
  const cache = join(root, 'var/cache/apt/archives')
  const files = await readdir(cache)
  for (const name of PACKAGES) {
    const file = join(cache, files.find((each) => each.startsWith(`${name}_`))!)
    // As dpkg does, which "dpkg-deb -x" does not: /sbin stays a link.
    const unpack = 'dpkg-deb --fsys-tarfile "$0" | tar -x --keep-directory-symlink -C "$1"'
    await runCommand(['sh', '-c', unpack, file, root])
  }
  await mkdir(join(root, 'etc/pam.d'), { recursive: true })
  await writeFile(join(root, 'etc/pam.d/other'), PAM.join(''))
  await runCommand(['cp', Bun.which('busybox')!, join(root, 'usr/bin/busybox')])
  await rm(join(root, 'usr/bin/sh'))
  await symlink('busybox', join(root, 'usr/bin/sh'))

  // The first process takes in what others leave, as a shell does when it waits.
  const boot = [
    'mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && mount -t tmpfs tmpfs "$0/run"',
    'exec chroot "$0" /bin/sh -c \'openrc sysinit && echo booted; while :; do sleep 1; done\'',
  ].join(' && ')
  const init: Child = startChild(
    ['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', boot, root],
    {
      group: true,
      env: { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    },
  )
  await init.printed(/booted/, 60_000)
  const pid = (await runCommand(['pgrep', '-P', String(init.pid)])).trim()
  return {
    async run(line, env = {}) {
      const enter = [
        'nsenter',
        '--target',
        pid,
        '--mount',
        '--pid',
        '--root',
        '/bin/sh',
        '-c',
        `cd /; ${line}`,
      ]
      const child = startChild(enter, {
        env: { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...env },
      })
      const code = await child.exited
      return { code, said: child.stderr() + child.stdout() }
    },
    async [Symbol.asyncDispose]() {
      init.signal('SIGKILL')
      await init.exited
    },
  }
}
