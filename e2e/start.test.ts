import { expect, test } from 'bun:test'
import { startChild } from '@lumen/testkit/child'
import { HubClient } from '@lumen/testkit/hub-client'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { ROOT } from '../tools/run.ts'

test('npm start alone serves the dashboard, lets the first admin in by its code, and watches this machine', async () => {
  await using data = await tempDir('lumen-start-')
  const flags = ['--data', data.path, '--listen', '127.0.0.1:0', '--interval', '1s']
  await using child = startChild(['npm', 'start', '--', ...flags], { cwd: ROOT, group: true })
  const [url] = await child.printed(/http:\/\/127\.0\.0\.1:\d+/)
  const [, code] = await child.printed(/Setup code: (\S+)/)
  const page = await fetch(url)
  expect(page.headers.get('content-type')).toContain('text/html')
  const [script] = /\/assets\/[^"]+\.js/.exec(await page.text())!
  expect((await fetch(url + script)).status).toBe(200)

  const client = new HubClient(url)
  expect(await client.call('GET', '/api/setup')).toMatchObject({ needed: true })
  await client.setup(code!)
  await until('numbers of this machine', async () => (await client.hosts())[0]?.now?.cpu_pct, {
    withinMs: 60_000,
  })
}, 120_000)
