import { afterAll, beforeAll, expect, test } from 'bun:test'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@lumen/std/clock'
import { silentLog } from '@lumen/std/log'
import { startChild } from '@lumen/testkit/child'
import { HubClient } from '@lumen/testkit/hub-client'
import { startRecordingSmtp } from '@lumen/testkit/recording-smtp'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { openTsdb } from '@lumen/tsdb/open'
import { buildExecutable, ownTarget, workerFiles } from '../tools/build-executable.ts'
import { ROOT } from '../tools/run.ts'
import { WEB_BUILD } from '../tools/web-build.ts'

let dir: TempDir
let lumen: string
beforeAll(async () => {
  dir = await tempDir('lumen-executable-')
  lumen = (await buildExecutable(ownTarget(), dir.path)).path
}, 120_000)
afterAll(() => dir[Symbol.asyncDispose]())

test('the two workers of the store and that of the control database are embedded', () => {
  expect(workerFiles().map((file) => file.replace(/.*packages/, 'packages'))).toEqual([
    expect.stringContaining('packages/hub/src/'),
    expect.stringContaining('packages/tsdb/src/cold/'),
    expect.stringContaining('packages/tsdb/src/hot/'),
  ])
})

test('the executable is hub, page and agent in one file, without the checkout', async () => {
  const data = join(dir.path, 'data')
  const args = ['up', '--data', data, '--listen', '127.0.0.1:0', '--setup-code', 'test-code']
  await using up = startChild([lumen, ...args], { cwd: dir.path })
  const [url] = await up.printed(/http:\/\/127\.0\.0\.1:\d+/)

  const page = await fetch(url)
  expect(page.headers.get('content-type')).toContain('text/html')
  const html = await page.text()
  expect(html).toBe(await Bun.file(join(WEB_BUILD, 'index.html')).text())
  const script = html.match(/src="(\/assets\/[^"]+\.js)"/)![1]!
  expect((await fetch(url + script)).headers.get('content-type')).toContain('javascript')

  const client = new HubClient(url)
  await client.setup('test-code')
  await until('its own machine is up', async () => (await client.hosts())[0]?.state === 'up', {
    withinMs: 60_000,
  })
  await using add = startChild([lumen, 'host', 'add', 'nas', '--data', data], { cwd: dir.path })
  expect(await add.exited).toBe(0)
  expect(add.stdout()).toMatch(/^lum_\S{60}\n$/)
  expect(await up.stop()).toBe(0)
}, 120_000)

test('the executable sends mail, which it loads when it does', async () => {
  await using server = await startRecordingSmtp()
  const args = [
    'hub',
    '--data',
    join(dir.path, 'mail'),
    '--listen',
    '127.0.0.1:0',
    '--setup-code',
    'test-code',
  ]
  await using hub = startChild([lumen, ...args], { cwd: dir.path })
  const [url] = await hub.printed(/http:\/\/127\.0\.0\.1:\d+/)
  const client = new HubClient(url)
  await client.setup('test-code')
  const settings = { host: '127.0.0.1', port: server.port, security: 'none' }
  const spec = {
    ...{ name: 'mail', kind: 'email', secrets: {} },
    settings: { ...settings, from: 'lumen@home.example', to: ['ada@home.example'] },
  }
  expect(await client.call('POST', '/api/channels/test', { id: null, spec })).toMatchObject({ is_sent: true })
  expect(server.mails).toMatchObject([{ to: ['ada@home.example'] }])
  expect(await hub.stop()).toBe(0)
}, 120_000)

test('the executable does not carry DuckDB: it says what to install, and takes what is installed beside the data', async () => {
  const data = join(dir.path, 'history')
  await using store = await openTsdb({ dir: join(data, 'tsdb'), clock: systemClock, log: silentLog })
  await store.flush('all')
  const sql = (query: string) =>
    startChild([lumen, 'sql', query, '--data', data, '--format', 'csv'], {
      cwd: dir.path,
      env: { PATH: '', NODE_PATH: undefined },
    })
  await using without = sql('SELECT count(*) AS rows FROM host')
  expect(await without.exited).toBe(3)
  expect(without.stderr()).toContain(`npm install --prefix ${data} @duckdb/node-api@`)
  symlinkSync(join(ROOT, 'node_modules'), join(data, 'node_modules'))
  await using beside = sql('SELECT count(*) AS rows FROM host')
  expect(await beside.exited).toBe(0)
  expect([beside.stdout(), beside.stderr()]).toEqual(['rows\n0\n', ''])
}, 120_000)
