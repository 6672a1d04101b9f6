import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startChild } from '@lumen/testkit/child'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { freePort } from '../free-port.ts'
import type { FootprintPeer } from './peer.ts'

const FOLDERS = ['cache', 'lib', 'log', 'home']

/** netdata as its package sets it up, once a second, with its history in memory and no machine learning; null when it
 * is not installed. It reads and keeps far more than the agent does, and shows it itself. */
export async function startNetdata(): Promise<FootprintPeer | null> {
  const program = Bun.which('netdata')
  if (program === null) return null
  await using starting = new AsyncDisposableStack()
  const dir = starting.use(await tempDir('lumen-netdata-'))
  const address = `127.0.0.1:${await freePort()}`
  await Promise.all(FOLDERS.map((name) => mkdir(join(dir.path, name))))
  const user = process.getuid?.() === 0 ? ['[global]', 'run as user = root'] : []
  const lines = [
    ...user,
    '[directories]',
    ...FOLDERS.map((name) => `${name} = ${join(dir.path, name)}`),
    ...['[db]', 'mode = ram', '[ml]', 'enabled = no', '[registry]', 'enabled = no'],
    ...['[web]', `bind to = ${address}`],
  ]
  const config = join(dir.path, 'netdata.conf')
  await Bun.write(config, `${lines.join('\n')}\n`)
  const child = starting.use(startChild([program, '-D', '-c', config]))
  await until('netdata to answer', async () => (await fetch(`http://${address}/api/v1/info`)).ok, {
    withinMs: 30_000,
  })
  const running = starting.move()
  return { name: 'netdata', pid: child.pid, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
