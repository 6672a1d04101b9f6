import { expect, test } from 'bun:test'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '@lumen/std/log'
import { startRecordingHttp } from '@lumen/testkit/recording-http'
import { tempDir } from '@lumen/testkit/temp-dir'
import { SECRET_KEY_FILE } from '../secrets/secret-box.ts'
import { startTestHub, type TestHub } from '../testing/test-hub.ts'

const SECRET = 'tk_very-secret-token-1234'
const spec = (url: string, given: Record<string, unknown> = {}) => ({
  name: 'phone',
  kind: 'ntfy',
  settings: { server: url, topic: 'lumen' },
  secrets: { token: SECRET },
  ...given,
})

async function json(answer: Promise<Response>): Promise<{ status: number; body: Record<string, unknown> }> {
  const { status, text } = await answer.then(async (got) => ({ status: got.status, text: await got.text() }))
  return { status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
}

async function channelsOf(t: TestHub): Promise<Record<string, unknown>[]> {
  return (await json(t.call('GET', '/api/channels'))).body.channels as Record<string, unknown>[]
}

test('a channel is made, tested, changed and deleted, and its secret is never shown', async () => {
  await using server = await startRecordingHttp()
  const logged: string[] = []
  const write = (message: string, fields: object = {}) => logged.push(`${message} ${JSON.stringify(fields)}`)
  const log: Log = { debug: write, info: write, warn: write, error: write }
  await using t = await startTestHub({ log })
  await t.logIn()
  const answers: string[] = []
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await json(t.call(method, path, body))
    answers.push(JSON.stringify(answer))
    return answer
  }

  const created = await call('POST', '/api/channels', spec(server.url))
  expect(created).toMatchObject({
    status: 200,
    body: {
      channel: {
        secrets: ['token'],
        fault: null,
        spec: { is_default: true, settings: { critical_priority: 'max' } },
      },
    },
  })
  const { id } = created.body.channel as { id: number }
  const tested = await call('POST', '/api/channels/test', { id, spec: spec(server.url, { secrets: {} }) })
  expect(tested.body).toMatchObject({ is_sent: true, fault: null })
  expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${SECRET}`)
  server.script({ kind: 'answer', status: 403, body: `{"error":"token ${SECRET} is not welcome"}` })
  const refused = await call('POST', '/api/channels/test', { id, spec: spec(server.url, { secrets: {} }) })
  expect(refused.body).toMatchObject({ is_sent: false, fault: 'ntfy answered 403: token ••• is not welcome' })

  const changed = await call('PUT', `/api/channels/${id}`, spec(server.url, { name: 'tablet', secrets: {} }))
  expect(changed.body).toMatchObject({ channel: { spec: { name: 'tablet' }, secrets: ['token'] } })
  const bare = await call('PUT', `/api/channels/${id}`, spec(server.url, { secrets: { token: '' } }))
  expect(bare.body).toMatchObject({ channel: { secrets: [] } })
  expect((await call('DELETE', `/api/channels/${id}`)).status).toBe(204)
  expect((await call('DELETE', `/api/channels/${id}`)).body).toMatchObject({ code: 'channel_unknown' })
  for (const text of [...answers, ...logged]) expect(text).not.toContain(SECRET)
})

test.each([
  [{ settings: { topic: 'a b' } }, 'settings.topic'],
  [{ settings: {} }, 'settings.topic'],
  [{ settings: { topic: 'x', server: 'ftp://x' } }, 'settings.server'],
  [{ settings: { topic: 'x', server: 'https://me:word@x' } }, 'settings.server'],
  [{ settings: { topic: 'x', misspelt: 1 } }, 'settings'],
  [{ secrets: { tokn: 'x' } }, 'secrets'],
  [{ secrets: { token: 'a\nb' } }, 'secrets.token'],
])('%j is refused at %s', async (given, path) => {
  await using t = await startTestHub()
  await t.logIn()
  const { status, body } = await json(t.call('POST', '/api/channels', spec('http://127.0.0.1:9', given)))
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'channel_invalid', errors: [{ path }] })
})

test('a secret goes to no other server than the one it was entered for', async () => {
  await using server = await startRecordingHttp()
  await using t = await startTestHub()
  await t.logIn()
  const created = await json(t.call('POST', '/api/channels', spec('http://127.0.0.1:9')))
  const { id } = created.body.channel as { id: number }
  const elsewhere = spec(server.url, { secrets: {} })
  for (const answer of [
    await json(t.call('POST', '/api/channels/test', { id, spec: elsewhere })),
    await json(t.call('PUT', `/api/channels/${id}`, elsewhere)),
  ]) {
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ code: 'channel_invalid', errors: [{ path: 'secrets.token' }] })
  }
  expect(server.requests).toEqual([])
  const anew = await json(t.call('POST', '/api/channels/test', { id, spec: spec(server.url) }))
  expect(anew.body).toMatchObject({ is_sent: true })
  const without = await json(
    t.call('PUT', `/api/channels/${id}`, spec(server.url, { secrets: { token: '' } })),
  )
  expect(without.body).toMatchObject({ channel: { secrets: [] } })
})

test('names are taken once', async () => {
  await using t = await startTestHub()
  await t.logIn()
  await t.call('POST', '/api/channels', spec('http://127.0.0.1:9'))
  const { status, body } = await json(
    t.call('POST', '/api/channels', spec('http://127.0.0.1:9', { name: 'PHONE' })),
  )
  expect(status).toBe(409)
  expect(body).toMatchObject({ code: 'channel_name_taken' })
})

test('secrets lie sealed on the disk, open after a restart, and are asked for anew without their key', async () => {
  await using dir = await tempDir()
  {
    await using t = await startTestHub({ dataDir: dir.path })
    await t.logIn()
    await t.call('POST', '/api/channels', spec('http://127.0.0.1:9'))
  }
  for (const file of readdirSync(dir.path)) {
    if (file !== 'tsdb') expect(readFileSync(join(dir.path, file)).includes(SECRET)).toBe(false)
  }
  let cookie: string
  {
    await using t = await startTestHub({ dataDir: dir.path })
    const login = await t.call('POST', '/api/login', { username: 'admin', password: 'correct horse battery' })
    cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
    t.cookie = cookie
    expect(await channelsOf(t)).toMatchObject([{ secrets: ['token'], fault: null }])
  }
  rmSync(join(dir.path, SECRET_KEY_FILE))
  await using t = await startTestHub({ dataDir: dir.path })
  t.cookie = cookie
  expect(await channelsOf(t)).toMatchObject([
    { secrets: [], fault: expect.stringContaining('enter them anew') },
  ])
  const [channel] = await channelsOf(t)
  await t.call('PUT', `/api/channels/${channel?.id}`, spec('http://127.0.0.1:9'))
  expect(await channelsOf(t)).toMatchObject([{ secrets: ['token'], fault: null }])
})

test('every kind says what its form asks for', async () => {
  await using t = await startTestHub()
  await t.logIn()
  const { kinds } = (await json(t.call('GET', '/api/channels'))).body as {
    kinds: { kind: string; fields: unknown[] }[]
  }
  const form = kinds.find(({ kind }) => kind === 'ntfy')
  expect(form?.fields).toEqual([
    { name: 'server', kind: 'url', is_required: true, default: 'https://ntfy.sh' },
    { name: 'topic', kind: 'text', is_required: true },
    {
      name: 'critical_priority',
      kind: 'choice',
      is_required: true,
      choices: ['max', 'high', 'default'],
      default: 'max',
    },
    { name: 'token', kind: 'secret', is_required: false },
  ])
})
