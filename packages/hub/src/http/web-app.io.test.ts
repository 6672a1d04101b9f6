import { expect, test } from 'bun:test'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { tempDir } from '@lumen/testkit/temp-dir'
import { startTestHub } from '../testing/test-hub.ts'
import { webDirectory } from './web-directory.ts'

test('the app’s files, its pages and its absence are told apart', async () => {
  await using dir = await tempDir()
  mkdirSync(join(dir.path, 'assets'))
  writeFileSync(join(dir.path, 'index.html'), '<title>Lumen</title>')
  writeFileSync(join(dir.path, 'assets/app-abc.js'), 'let x')
  writeFileSync(join(dir.path, 'assets/app-abc.js.gz'), gzipSync('let x // packed'))
  writeFileSync(join(dir.path, '.sources'), 'a note of the build')
  writeFileSync(join(dir.path, 'assets/lumen-backup-20261124T030000Z.tar.zst'), 'hashes of passwords')
  await using t = await startTestHub({ config: { webAssets: webDirectory(dir.path) ?? null } })
  const get = (path: string, encoding = 'identity') =>
    fetch(t.hub.url + path, { headers: { 'accept-encoding': encoding }, decompress: false })

  for (const page of ['/', '/hosts/7', '/settings/hosts']) {
    const answer = await get(page)
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(await answer.text()).toContain('Lumen')
  }
  const script = await get('/assets/app-abc.js')
  expect(script.headers.get('cache-control')).toContain('immutable')
  expect(await script.text()).toBe('let x')
  const packed = await get('/assets/app-abc.js', 'gzip, br')
  expect(packed.headers.get('content-encoding')).toBe('gzip')
  expect(gunzipSync(await packed.bytes()).toString()).toBe('let x // packed')
  expect(gunzipSync(await (await get('/', 'gzip')).bytes()).toString()).toContain('Lumen')
  expect(await (await get('/.sources')).text()).not.toContain('note')
  const backup = '/assets/lumen-backup-20261124T030000Z.tar.zst'
  for (const missing of [backup, '/assets/gone.js', '/../package.json', '/%2e%2e/etc/passwd.txt']) {
    expect((await get(missing)).status).toBe(404)
  }
  expect((await fetch(`${t.hub.url}/`, { method: 'POST' })).status).toBe(405)
})

test('an app that is built anew under a running hub is served whole, as it was', async () => {
  await using dir = await tempDir()
  writeFileSync(join(dir.path, 'index.html'), '<title>old</title>')
  writeFileSync(join(dir.path, 'old.js'), 'let old')
  await using t = await startTestHub({ config: { webAssets: webDirectory(dir.path) ?? null } })
  writeFileSync(join(dir.path, 'index.html'), '<title>new</title>')
  rmSync(join(dir.path, 'old.js'))
  expect(await (await fetch(`${t.hub.url}/`)).text()).toContain('old')
  expect(await (await fetch(`${t.hub.url}/old.js`)).text()).toBe('let old')
})

test('a hub without a built app says so in words', async () => {
  await using dir = await tempDir()
  expect(webDirectory(dir.path)).toBeUndefined()
  await using t = await startTestHub()
  const answer = await fetch(`${t.hub.url}/`)
  expect(answer.headers.get('content-type')).toContain('text/plain')
  expect(await answer.text()).toContain('without its web app')
})
