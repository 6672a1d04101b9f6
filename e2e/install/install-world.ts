import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { InstallAnswer } from '@lumen/protocol/http/install'
import { type Child, startChild } from '@lumen/testkit/child'
import { type RunningHub, startLumenHub } from '@lumen/testkit/lumen-process'

/** A hub that offers builds, and a folder that stands for a machine's root. */
export interface InstallWorld extends AsyncDisposable {
  hub: RunningHub
  root: string
  /** The script, with the flags the hub shows and `more`. Answers when it ended. */
  install(more?: readonly string[], env?: Record<string, string | undefined>): Promise<Ended>
  newToken(name: string): Promise<string>
  /** What systemctl was called with, one call a line. */
  calls(): Promise<string>
}

export interface Ended {
  code: number | null
  said: string
}

/** @param builds folder of builds, of which the hub offers those of this machine */
export async function installWorld(dir: string, builds: string): Promise<InstallWorld> {
  const hub = await startLumenHub({ dataDir: join(dir, 'hub'), args: ['--downloads', builds] })
  const root = join(dir, 'root')
  const bin = join(dir, 'bin')
  await mkdir(join(root, 'run/systemd/system'), { recursive: true })
  await mkdir(bin)
  await command(join(bin, 'systemctl'), `echo "$*" >>'${dir}/calls'; [ ! -e '${dir}/broken' ]`)
  await command(join(bin, 'journalctl'), `echo 'info hub answers'`)
  return {
    hub,
    root,
    async install(more = [], env = {}) {
      const { hub: url, sha256 } = await hub.admin.call<InstallAnswer>('GET', '/api/install')
      const flags = ['--hub', url, '--sha256', sha256!, '--root', root, ...more]
      return runScript(hub.url, flags, { PATH: `${bin}${delimiter}${process.env.PATH}`, ...env })
    },
    newToken: async (name) => (await hub.admin.createHost(name)).token,
    calls: () => Bun.file(join(dir, 'calls')).text(),
    [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
  }
}

/** Runs the hub's script as `curl … | sh -s -- FLAGS` does, without a terminal. */
export async function runScript(
  url: string,
  flags: readonly string[],
  env: Record<string, string | undefined>,
): Promise<Ended> {
  const script = await (await fetch(`${url}/install.sh`)).text()
  await using child: Child = startChild(['setsid', '-w', 'sh', '-s', '--', ...flags], {
    stdin: script,
    env: { LUMEN_TOKEN: undefined, ...env },
  })
  const code = await child.exited
  return { code, said: child.stderr() + child.stdout() }
}

async function command(path: string, body: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${body}\n`)
  await chmod(path, 0o755)
}
