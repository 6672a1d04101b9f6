import { afterEach, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InstallAnswer } from '@lumen/protocol/http/install'
import { startTestHub } from '../testing/test-hub.ts'
import { shellWord } from './install-command.ts'

const dirs: string[] = []
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

function folderOf(files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'lumen-downloads-'))
  dirs.push(dir)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return dir
}
const digest = (text: string) => createHash('sha256').update(text).digest('hex')

test('builds are downloaded without a session, and the list of digests names each', async () => {
  const folder = folderOf({ 'lumen-linux-x64': 'program', 'lumen-agent.js': 'script' })
  await using hub = await startTestHub({ config: { downloads: { folders: [folder] } } })
  const build = await hub.call('GET', '/download/lumen-linux-x64')
  expect(build.headers.get('content-type')).toBe('application/octet-stream')
  expect(build.headers.get('etag')).toBe(`"${digest('program')}"`)
  expect(await build.text()).toBe('program')
  const sums = await hub.call('GET', '/download/SHA256SUMS')
  expect(await sums.text()).toBe(
    `${digest('program')}  lumen-linux-x64\n${digest('script')}  lumen-agent.js\n`,
  )
})

test('a build that is not there is a problem that says how to make it', async () => {
  await using hub = await startTestHub({ config: { downloads: { folders: [folderOf({})] } } })
  const answer = await hub.call('GET', '/download/lumen-linux-arm64')
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({
    code: 'build_missing',
    detail: expect.stringContaining('npm run build -- linux-arm64'),
  })
})

test('nothing but builds can be asked for, wherever a name points', async () => {
  const folder = folderOf({ 'secret.txt': 'secret' })
  mkdirSync(join(folder, 'lumen-linux-x64'))
  await using hub = await startTestHub({ config: { downloads: { folders: [folder] } } })
  for (const name of ['secret.txt', '..%2f..%2fetc%2fpasswd', '%2e%2e/secret.txt', 'lumen-linux-x64', '.']) {
    const answer = await hub.call('GET', `/download/${name}`)
    expect(await answer.text()).not.toContain('secret\n')
    expect(answer.status).toBe(404)
  }
})

test('a build that is replaced under the running hub gets its new digest', async () => {
  const folder = folderOf({ 'lumen-linux-x64': 'old' })
  await using hub = await startTestHub({ config: { downloads: { folders: [folder] } } })
  const sums = async () => (await hub.call('GET', '/download/SHA256SUMS')).text()
  expect(await sums()).toContain(digest('old'))
  writeFileSync(join(folder, 'lumen-linux-x64'), 'newer')
  expect(await sums()).toContain(digest('newer'))
})

test('the executable gives itself when no folder has a build for its platform', async () => {
  const self = { name: 'lumen-linux-x64', path: join(folderOf({ lumen: 'myself' }), 'lumen') }
  await using hub = await startTestHub({ config: { downloads: { folders: [folderOf({})], self } } })
  expect(await (await hub.call('GET', '/download/lumen-linux-x64')).text()).toBe('myself')
})

test('the install command names the public address and vouches for the list of digests', async () => {
  const folder = folderOf({ 'lumen-linux-x64': 'program' })
  const config = { downloads: { folders: [folder] }, publicUrl: 'https://lumen.example.com/it' }
  await using hub = await startTestHub({ config })
  expect((await hub.call('GET', '/api/install')).status).toBe(401)
  await hub.logIn()
  const answer = (await (await hub.call('GET', '/api/install')).json()) as InstallAnswer
  const sums = digest(await (await hub.call('GET', '/download/SHA256SUMS')).text())
  const run = `sh -s -- --hub https://lumen.example.com/it --sha256 ${sums}`
  expect(answer.sha256).toBe(sums)
  expect(answer.absent).toContain('lumen-linux-arm64')
  expect(answer.commands).toEqual({
    curl: `curl -fsSL https://lumen.example.com/it/install.sh | ${run}`,
    wget: `wget -qO- https://lumen.example.com/it/install.sh | ${run}`,
  })
})

test('without a build for Linux there is no command to show', async () => {
  await using hub = await startTestHub()
  await hub.logIn()
  const answer = (await (await hub.call('GET', '/api/install')).json()) as InstallAnswer
  expect(answer).toMatchObject({ sha256: null, commands: null, builds: [] })
})

test('the script carries the services it installs', async () => {
  await using hub = await startTestHub()
  const script = await (await hub.call('GET', '/install.sh')).text()
  expect(script).toStartWith('#!/bin/sh\n')
  expect(script).toContain('ExecStart=/usr/local/bin/lumen agent')
  expect(script).toContain('#!/sbin/openrc-run')
  expect(script).not.toMatch(/@[A-Z_]+@/)
})

test('an address is one word of a shell, whatever is in it', () => {
  expect(shellWord('http://hub.lan:8090')).toBe('http://hub.lan:8090')
  expect(shellWord('http://[::1]:8090')).toBe(`'http://[::1]:8090'`)
  expect(shellWord(`http://hub/$(id)'`)).toBe(`'http://hub/$(id)'\\'''`)
})
