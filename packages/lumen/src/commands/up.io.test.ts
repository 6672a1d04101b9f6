import { expect, test } from 'bun:test'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { HubClient } from '@lumen/testkit/hub-client'
import { CHECKOUT, startLumen } from '@lumen/testkit/lumen-process'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until as untilWithin } from '@lumen/testkit/until'

const LISTEN = [
  '--listen',
  '127.0.0.1:0',
  '--setup-code',
  'test-code',
  '--name',
  'this-one',
  '--interval',
  '1s',
]

const until = <T>(what: string, ask: () => T | Promise<T>) => untilWithin(what, ask, { withinMs: 60_000 })

/** `lumen up` on a fresh directory with the first admin logged in, and its host up. */
async function startUp(dir: string) {
  const child = startLumen(['up', '--data', dir, ...LISTEN])
  const [url] = await child.printed(/http:\/\/127\.0\.0\.1:\d+/)
  const client = new HubClient(url)
  return { child, url, client }
}

/** The hub's process, from the kernel's list of this parent's children. */
const hubPid = (parent: number) =>
  until('the hub process', () => {
    const [pid] = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ')
    return pid ? Number(pid) : null
  })

const isAlive = (pid: number) => existsSync(`/proc/${pid}`)
const readyz = (url: string) =>
  fetch(`${url}/readyz`).then(
    (answer) => (answer.ok ? true : null),
    () => null,
  )

test('up registers this machine, keeps its token private, and reports it as up', async () => {
  await using dir = await tempDir()
  const { child, client } = await startUp(dir.path)
  await using _ended = child
  expect(child.stdout()).toContain('Setup code: test-code')
  expect(statSync(join(dir.path, 'this-machine.token')).mode & 0o777).toBe(0o600)
  await client.setup('test-code')
  await until('this machine is up', async () => {
    const [host] = await client.hosts()
    return host?.name === 'this-one' && host.state === 'up' && host.now !== null ? true : null
  })
}, 120_000)

test('a killed hub comes back at the same address and the agent carries on, nothing lost', async () => {
  await using dir = await tempDir()
  const { child, url, client } = await startUp(dir.path)
  await using _ended = child
  await client.setup('test-code')
  await client.call('PUT', '/api/settings', { interval_ms: 1_000 })
  const readings = async (from: number, to: number) => {
    const query = { host: 'this-one', metrics: 'host.mem_pct', from, to, points: 5_000 }
    const { series, gaps } = await client.query(query)
    return { avg: series[0]?.avg ?? [], gaps }
  }
  await until('readings a second apart', async () => {
    const { avg } = await readings(Date.now() - 5_000, Date.now())
    return avg.filter((value) => value !== null).length >= 4
  })
  const from = Date.now()
  const first = await hubPid(child.pid)
  process.kill(first, 'SIGKILL')
  await until('a new hub', async () => ((await hubPid(child.pid)) === first ? null : readyz(url)))
  const { avg, gaps } = await until('eight seconds of history', async () => {
    const answer = await readings(from, Date.now() - 3_000)
    return answer.avg.length >= 8 && answer
  })
  expect(gaps).toEqual([])
  // Readings a second apart may leave one second empty and put two into the next.
  expect(avg.filter((value) => value === null).length).toBeLessThanOrEqual(1)
}, 120_000)

test('SIGTERM ends both cleanly, and the next start finds the same host without a setup', async () => {
  await using dir = await tempDir()
  const { child, client } = await startUp(dir.path)
  await client.setup('test-code')
  const hub = await hubPid(child.pid)
  child.signal('SIGTERM')
  expect(await child.exited).toBe(0)
  expect(isAlive(hub)).toBe(false)
  const again = await startUp(dir.path)
  await using _ended = again.child
  expect(again.child.stdout()).not.toContain('Setup code')
  await again.client.login()
  expect(await again.client.hosts()).toHaveLength(1)
}, 120_000)

test('when up itself is killed the hub writes what it has and ends', async () => {
  await using dir = await tempDir()
  const { child } = await startUp(dir.path)
  const hub = await hubPid(child.pid)
  child.signal('SIGKILL')
  await until('the hub to end', () => (isAlive(hub) ? null : true))
  await using next = startLumen(['hub', '--data', dir.path, '--listen', '127.0.0.1:0'])
  await next.printed(/Lumen is running/)
}, 120_000)

test('a port that is taken is refused with 3, naming port and flag', async () => {
  const other = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('other') })
  await using dir = await tempDir()
  await using child = startLumen(['up', '--data', dir.path, '--listen', `127.0.0.1:${other.port}`])
  expect(await child.exited).toBe(3)
  expect(child.stderr()).toContain(`127.0.0.1:${other.port}`)
  expect(child.stderr()).toContain('--listen')
  await other.stop(true)
}, 120_000)

test('with a certificate of its own the hub serves HTTPS, and this machine still reports to it', async () => {
  await using dir = await tempDir()
  const [cert, key] = ['crt', 'key'].map((kind) => join(CHECKOUT, 'fixtures/tls', `hub.lan.${kind}`))
  const args = ['up', '--data', dir.path, ...LISTEN, '--tls-cert', cert!, '--tls-key', key!]
  await using child = startLumen(args)
  await child.printed(/https:\/\/127\.0\.0\.1:\d+/)
  await child.printed(/hub answers/)
}, 120_000)
