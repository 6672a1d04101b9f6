import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Backoff } from '@lumen/std/backoff'
import { silentLog } from '@lumen/std/log'
import { until } from '@lumen/testkit/until'
import type { HubOrder, HubReady } from './hub-message.ts'
import { HubProcess } from './hub-process.ts'

const ORDER: HubOrder = {
  dataDir: '/nowhere',
  host: '127.0.0.1',
  port: 0,
  tlsCert: null,
  tlsKey: null,
  publicUrl: null,
  trustProxy: null,
  metricsAllow: null,
  setupCode: null,
  backupPassphraseFile: null,
  downloads: null,
  machineName: 'test',
  logLevel: 'error',
}

/** A hub's role without a hub: reports ready on port 4242, and leaves `stopped` behind when the pipe ends. */
const STAND_IN = `
import { openParentLink, tellParent } from ${JSON.stringify(join(import.meta.dir, 'parent-link.ts'))}
import { appendFileSync } from 'node:fs'
const [, , mode, trace] = process.argv
const link = await openParentLink(Bun.stdin.stream())
appendFileSync(trace, JSON.stringify({ pid: process.pid, port: link.order.port, code: link.order.setupCode }) + '\\n')
if (mode === 'refuse') await tellParent({ kind: 'refused', code: 'port_taken', message: 'Port 1 is taken' })
if (mode === 'refuse') process.exit(3)
if (mode === 'crash') process.exit(7)
await tellParent({ kind: 'ready', url: 'http://x', port: 4242, setupCode: 'CODE', machineToken: 't' })
await link.ended
appendFileSync(trace, 'stopped\\n')
process.exit(0)
`

let folder: string
let trace: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lumen-up-'))
  trace = join(folder, 'trace')
  writeFileSync(join(folder, 'hub.ts'), STAND_IN)
  writeFileSync(trace, '')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const command = (mode: string) => [process.execPath, join(folder, 'hub.ts'), mode, trace]
const lines = () => readFileSync(trace, 'utf8').trim().split('\n')

function hubProcess(mode: string, onReady?: (ready: HubReady) => void): HubProcess {
  return new HubProcess({
    command: command(mode),
    order: ORDER,
    log: silentLog,
    backoff: new Backoff({ firstMs: 1, maxMs: 1 }),
    ...(onReady && { onReady }),
  })
}

test('a hub that is killed comes back at the same port with the same setup code', async () => {
  const starts: HubReady[] = []
  const second = Promise.withResolvers<void>()
  await using hub = hubProcess('run', (ready) => {
    starts.push(ready)
    if (starts.length === 2) second.resolve()
  })
  expect(await hub.start()).toMatchObject({ port: 4242, setupCode: 'CODE' })
  process.kill(hub.pid!, 'SIGKILL')
  await second.promise
  expect(lines().map((line) => JSON.parse(line))).toMatchObject([
    { port: 0, code: null },
    { port: 4242, code: 'CODE' },
  ])
})

test('stopping closes the pipe and waits until the hub has ended', async () => {
  const hub = hubProcess('run')
  await hub.start()
  await hub[Symbol.asyncDispose]()
  expect(lines().at(-1)).toBe('stopped')
  expect(hub.pid).toBeUndefined()
})

test('a hub that refuses its first start is not tried again', async () => {
  await using hub = hubProcess('refuse')
  await expect(hub.start()).rejects.toMatchObject({ code: 'port_taken', message: 'Port 1 is taken' })
  expect(lines()).toHaveLength(1)
})

test('a hub that ends before it is ready says how', async () => {
  await using hub = hubProcess('crash')
  await expect(hub.start()).rejects.toThrow('The hub ended with exit code 7')
})

test('when the parent is killed, the hub ends cleanly by itself', async () => {
  const parentFile = join(folder, 'parent.ts')
  writeFileSync(
    parentFile,
    `import { HubProcess } from ${JSON.stringify(join(import.meta.dir, 'hub-process.ts'))}
     import { silentLog } from ${JSON.stringify(join(import.meta.dir, '../../../std/src/log.ts'))}
     const hub = new HubProcess({ command: ${JSON.stringify(command('run'))}, order: ${JSON.stringify(ORDER)}, log: silentLog })
     await hub.start()
     console.log('up')`,
  )
  const parent = Bun.spawn([process.execPath, parentFile], { stdout: 'pipe' })
  const { value } = await parent.stdout.getReader().read()
  expect(new TextDecoder().decode(value)).toContain('up')
  parent.kill('SIGKILL')
  await parent.exited
  await until('the hub to end', () => lines().at(-1) === 'stopped', { withinMs: 60_000 })
})
