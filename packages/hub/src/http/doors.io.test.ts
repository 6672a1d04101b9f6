import { afterAll, beforeAll, expect, test } from 'bun:test'
import { PASSWORD, pushOf, SETUP_CODE, startTestHub, type TestHub } from '../testing/test-hub.ts'
import { DOCUMENTED } from './openapi.ts'

let t: TestHub

beforeAll(async () => {
  t = await startTestHub()
  await t.logIn()
})
afterAll(() => t[Symbol.asyncDispose]())

const PUBLIC = new Set([
  'GET /install.sh',
  'GET /download/:name',
  'GET /healthz',
  'GET /readyz',
  'GET /openapi.json',
  'GET /api/setup',
  'POST /api/setup',
  'POST /api/login',
])
const routes = DOCUMENTED.map(({ method, path }) => [method, path.replace(':id', '1'), path] as const)
const bare = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
  fetch(t.hub.url + path, { method, headers, ...(body === undefined ? {} : { body }) })

test('the document lists every route that is mounted', () => {
  const listed = DOCUMENTED.map(({ method, path }) => `${method} ${path}`)
  expect(new Set(t.hub.routes.map(({ method, path }) => `${method} ${path}`))).toEqual(new Set(listed))
})

test.each(routes)(
  '%s %s without a session answers 401 unless it is public',
  async (method, path, declared) => {
    const answer = await bare(method, path, {}, method === 'GET' ? undefined : '{}')
    if (PUBLIC.has(`${method} ${declared}`)) expect(answer.status).not.toBe(401)
    else expect(answer.status).toBe(401)
  },
)

const AGENT_DOORS = new Set(['POST /api/agent/push', 'POST /api/ingest', 'GET /api/agent/policy'])
const notForAgents = routes.filter(([method, , declared]) => {
  const door = `${method} ${declared}`
  return !PUBLIC.has(door) && !AGENT_DOORS.has(door)
})

test('the token of a host opens nothing but the doors of agents', async () => {
  const { token } = await t.addHost('leaky')
  expect(notForAgents.length).toBe(routes.length - PUBLIC.size - AGENT_DOORS.size)
  for (const [method, path] of notForAgents) {
    for (const headers of [{ authorization: `Bearer ${token}` }, { cookie: `lumen_session=${token}` }]) {
      const { status } = await bare(method, path, headers, method === 'GET' ? undefined : '{}')
      expect({ method, path, status }).toEqual({ method, path, status: 401 })
    }
  }
})

test('the token of a host writes the numbers of that host alone, whatever the push says', async () => {
  const [one, other] = [await t.addHost('one'), await t.addHost('other')]
  const frame = { seq: 1, ts: Date.now(), interval_ms: 5_000, host: { cpu_pct: 50 } }
  const claim = { host: 'other', host_id: other.id, name: 'other' }
  expect((await t.push(one.token, pushOf([frame], claim))).ok).toBe(true)
  expect(t.tsdb.latest(one.id)).toBeDefined()
  expect(t.tsdb.latest(other.id)).toBeUndefined()
})

test.each(routes)('%s %s carries the security headers', async (method, path) => {
  const { headers } = await bare(method, path, {}, method === 'GET' ? undefined : '{}')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('x-frame-options')).toBe('DENY')
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe')
  expect(headers.get('strict-transport-security')).toBeNull()
})

test.each(['/api', '/api/nonsense', '/api/hosts/1/nonsense', '/api/login/'])(
  '%s is a 404 problem, never a page',
  async (path) => {
    const answer = await t.call('GET', path)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ code: 'call_unknown', status: 404 })
  },
)

test.each([
  '/healthz',
  '/readyz',
  '/openapi.json',
  '/api/me',
  '/api/agent/push',
  '/api/agent/policy',
  '/gone.js',
])('what %s answers is not to be stored', async (path) => {
  expect((await t.call('GET', path)).headers.get('cache-control')).toBe('no-store')
})

test.each(['0x1', '1e0', '+1', '%20', '1%00', '1.0', '１', '99999999999999999999'])(
  'a host id written %s is refused, not guessed at',
  async (id) => {
    expect((await t.call('GET', `/api/hosts/${id}`)).status).toBe(400)
  },
)

test.each(['\ud800', 'a\u009b2J', 'safe\u202egnp', 'two\u2028lines', 'a\r\nSet-Cookie: b=c'])(
  'the host name %j is refused',
  async (name) => {
    const answer = await t.call('POST', '/api/hosts', { name })
    expect(await answer.json()).toMatchObject({ status: 400, errors: [{ path: 'name' }] })
  },
)

test('names of any language and odd ones are taken as they are', async () => {
  for (const name of ['Küche 🖥️', '台所', '__proto__', '<b>']) {
    const answer = await t.call('POST', '/api/hosts', { name })
    expect(await answer.json()).toMatchObject({ host: { name } })
  }
})

test('a known call with the wrong method is 405 and says which it takes', async () => {
  const answer = await t.call('DELETE', '/api/login')
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
})

test.each([
  ['POST', '/api/hosts', { name: 'x' }],
  ['PATCH', '/api/hosts/1', { name: 'x' }],
  ['DELETE', '/api/hosts/1', undefined],
  ['PUT', '/api/settings', { interval_ms: 1_000 }],
  ['POST', '/api/storage/forecast', {}],
  ['POST', '/api/backups', undefined],
  ['POST', '/api/logout', undefined],
  ['POST', '/api/login', { username: 'admin', password: PASSWORD }],
  ['POST', '/api/setup', { code: SETUP_CODE, username: 'a', password: PASSWORD }],
])('%s %s from another site is 403', async (method, path, body) => {
  const origin = await t.call(method, path, body, { origin: 'https://evil.example' })
  expect(await origin.json()).toMatchObject({ status: 403, code: 'origin_foreign' })
  const site = await t.call(method, path, body, { 'sec-fetch-site': 'cross-site' })
  expect(await site.json()).toMatchObject({ status: 403, code: 'origin_foreign' })
})

test('the same call from the hub’s own page is served', async () => {
  const answer = await t.call('PUT', '/api/settings', { interval_ms: 5_000 }, { origin: t.hub.url })
  expect(answer.status).toBe(200)
})

test.each([
  ['POST', '/api/hosts', { name: '' }, 'name'],
  ['POST', '/api/hosts', { name: 'a\u0000b' }, 'name'],
  ['POST', '/api/hosts', {}, 'name'],
  ['PUT', '/api/settings', { interval_ms: 10 }, 'interval_ms'],
  ['GET', '/api/hosts/nonsense', undefined, 'id'],
  ['GET', '/api/query?host=1&metrics=host.cpu_pct&from=x&to=1', undefined, 'from'],
  ['POST', '/api/me/password', { current: 'x', password: 'short' }, 'password'],
])('%s %s with %o is a 400 problem naming %s', async (method, path, body, field) => {
  const answer = await t.call(method, path, body)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({
    code: 'request_invalid',
    errors: expect.arrayContaining([expect.objectContaining({ path: field })]),
  })
})

test('a body larger than a session call needs is 413', async () => {
  const answer = await t.call('POST', '/api/hosts', { name: 'x'.repeat(70_000) })
  expect(await answer.json()).toMatchObject({ status: 413, code: 'body_too_large' })
})

test('of a login strangers may send 8 KiB, enough for the longest name and password however spelt', async () => {
  const spelt = (length: number) => '\\u00e9'.repeat(length)
  const longest = `{"username":"${spelt(256)}","password":"${spelt(512)}"}`
  expect((await t.call('POST', '/api/login', longest)).status).toBe(401)
  const answer = await t.call('POST', '/api/login', { username: 'x', password: 'x'.repeat(9_000) })
  expect(await answer.json()).toMatchObject({ status: 413, code: 'body_too_large' })
})

test('a malformed login body is refused without repeating what was in it', async () => {
  const answer = await bare('POST', '/api/login', {}, '{"username":"admin","password":hunter22hunter}')
  expect(answer.status).toBe(400)
  expect(await answer.text()).not.toContain('hunter22')
})

test('setup is over once there is an admin, whatever the code', async () => {
  for (const code of [SETUP_CODE, 'wrong']) {
    const answer = await bare(
      'POST',
      '/api/setup',
      {},
      JSON.stringify({ code, username: 'b', password: PASSWORD }),
    )
    expect(await answer.json()).toMatchObject({ status: 409, code: 'setup_done' })
  }
})

test('the session cookie cannot be read by scripts or sent from other sites', async () => {
  const answer = await t.call('POST', '/api/login', { username: 'ADMIN', password: PASSWORD })
  expect(answer.status).toBe(200)
  const [cookie] = answer.headers.getSetCookie()
  expect(cookie).toMatch(
    /^lumen_session=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=7776000; HttpOnly; SameSite=Strict$/,
  )
})

test('a wrong password answers like an unknown user, then both must wait', async () => {
  const attempt = async (username: string) => {
    const answer = await t.call('POST', '/api/login', { username, password: 'not the password' })
    return { status: answer.status, body: await answer.text(), retry: answer.headers.get('retry-after') }
  }
  const wrong = await attempt('admin')
  expect(wrong.status).toBe(401)
  expect(await attempt('nobody')).toEqual(wrong)
  let last = wrong
  for (let n = 0; n < 8 && last.status === 401; n++) last = await attempt('admin')
  expect(last.status).toBe(429)
  expect(last.body).toMatch(/try again in \d+ s/)
  expect(Number(last.retry)).toBeGreaterThanOrEqual(1)
})

test('metrics need a session or a place on the allow-list', async () => {
  expect((await bare('GET', '/metrics')).status).toBe(401)
  expect((await t.call('GET', '/metrics')).status).toBe(200)
  await using open = await startTestHub({ config: { metricsAllow: ['127.0.0.0/8'] } })
  const answer = await fetch(`${open.hub.url}/metrics`)
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('lumen_hub_hosts{state="waiting"} 0')
})

test('readiness follows the store', async () => {
  expect((await bare('GET', '/readyz')).status).toBe(200)
  t.tsdb.flushFault = 'disk full'
  const answer = await bare('GET', '/readyz')
  t.tsdb.flushFault = null
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ reason: 'disk full' })
  expect((await bare('GET', '/healthz')).status).toBe(200)
})
