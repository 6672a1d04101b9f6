import { afterAll, beforeAll, expect, test } from 'bun:test'
import { frameOf, PASSWORD, pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'

let t: TestHub

beforeAll(async () => {
  t = await startTestHub()
  await t.logIn()
  const { token } = await t.addHost('nas')
  await t.push(token, pushOf([frameOf(1, Date.now() - 1_000)]))
})
afterAll(() => t[Symbol.asyncDispose]())

interface Made {
  key: { id: number; name: string; last_used_at: number | null }
  token: string
}
const make = async (name: string): Promise<Made> =>
  (await (await t.call('POST', '/api/keys', { name })).json()) as Made
const query = () => {
  const to = Date.now()
  return `/api/query?host=nas&metrics=host.cpu_pct&from=${to - 600_000}&to=${to}`
}
const withKey = (path: string, token: string, init: RequestInit = {}) =>
  fetch(t.hub.url + path, { ...init, headers: { authorization: `Bearer ${token}` } })
const codeOf = async (answer: Response) =>
  `${answer.status} ${((await answer.json()) as { code?: string }).code ?? ''}`

test('a key reads history and /metrics without a session', async () => {
  const { key, token } = await make('grafana')
  expect(key).toMatchObject({ name: 'grafana', last_used_at: null })
  const answer = await withKey(query(), token)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ series: [{ entity: 'host', metric: 'cpu_pct' }] })
  const metrics = await withKey('/metrics', token)
  expect(await metrics.text()).toContain('lumen_host_cpu_pct{host="nas"} 12.5')
  const listed = (await (await t.call('GET', '/api/keys')).json()) as { keys: Made['key'][] }
  expect(listed.keys.find(({ id }) => id === key.id)?.last_used_at).toBeGreaterThan(0)
  expect(JSON.stringify(listed)).not.toContain(token)
})

test.each([
  ['GET', '/api/hosts'],
  ['POST', '/api/hosts'],
  ['GET', '/api/keys'],
  ['POST', '/api/keys'],
  ['GET', '/api/users'],
  ['PUT', '/api/settings'],
  ['GET', '/api/live'],
])('a key does not open %s %s', async (method, path) => {
  const { token } = await make(`not for ${method} ${path}`)
  const body = method === 'GET' ? {} : { body: '{"name":"x"}' }
  expect(await codeOf(await withKey(path, token, { method, ...body }))).toBe('401 session_missing')
})

test('a deleted key, a host token and nonsense read nothing', async () => {
  const { key, token } = await make('old')
  expect((await t.call('DELETE', `/api/keys/${key.id}`)).status).toBe(204)
  expect(await codeOf(await t.call('DELETE', `/api/keys/${key.id}`))).toBe('404 key_unknown')
  const host = await t.addHost('other')
  for (const each of [token, host.token, 'lumk_', 'x']) {
    expect(await codeOf(await withKey(query(), each))).toBe('401 key_unknown')
    expect(await codeOf(await withKey('/metrics', each))).toBe('401 key_unknown')
  }
  expect(await codeOf(await fetch(t.hub.url + query()))).toBe('401 session_missing')
})

test('a key pushes nothing, and its name is taken once', async () => {
  const { token } = await make('reader')
  expect(await codeOf(await t.push(token, pushOf([])))).toBe('401 token_unknown')
  expect(await codeOf(await t.call('POST', '/api/keys', { name: 'Reader' }))).toBe('409 key_name_taken')
  expect(await codeOf(await t.call('POST', '/api/keys', { name: '' }))).toBe('400 request_invalid')
})

test('keys outlive the hub', async () => {
  await using first = await startTestHub()
  await first.logIn()
  const { token } = (await (await first.call('POST', '/api/keys', { name: 'kept' })).json()) as Made
  await first.hub[Symbol.asyncDispose]()
  await using second = await startTestHub({ dataDir: first.dataDir })
  const metrics = (bearer: string) =>
    fetch(`${second.hub.url}/metrics`, { headers: { authorization: `Bearer ${bearer}` } })
  expect((await metrics(token)).status).toBe(200)
  expect((await metrics(`${token}x`)).status).toBe(401)
})

test('a user made here logs in, and is out for good once deleted', async () => {
  const body = { username: 'ben', password: PASSWORD }
  const made = (await (await t.call('POST', '/api/users', body)).json()) as { user: { id: number } }
  expect(made.user).toMatchObject({ username: 'ben', sessions: 0, last_used_at: null })
  expect(await codeOf(await t.call('POST', '/api/users', { ...body, username: 'BEN' }))).toBe(
    '409 user_name_taken',
  )
  const logIn = () => fetch(`${t.hub.url}/api/login`, { method: 'POST', body: JSON.stringify(body) })
  const cookie = (await logIn()).headers.get('set-cookie')?.split(';')[0] ?? ''
  const asBen = (path: string) => fetch(t.hub.url + path, { headers: { cookie } })
  expect(await (await asBen('/api/users')).json()).toMatchObject({
    users: [
      { username: 'admin', sessions: 1 },
      { username: 'ben', sessions: 1 },
    ],
  })
  expect((await t.call('DELETE', `/api/users/${made.user.id}`)).status).toBe(204)
  expect((await asBen('/api/me')).status).toBe(401)
  expect(await codeOf(await logIn())).toBe('401 login_failed')
  expect(await codeOf(await t.call('DELETE', `/api/users/${made.user.id}`))).toBe('404 user_unknown')
})

test('the last user stays', async () => {
  const { users } = (await (await t.call('GET', '/api/users')).json()) as { users: { id: number }[] }
  expect(users).toHaveLength(1)
  expect(await codeOf(await t.call('DELETE', `/api/users/${users[0]!.id}`))).toBe('409 user_last')
})
