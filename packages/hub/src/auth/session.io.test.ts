import { expect, test } from 'bun:test'
import type { Log, LogFields } from '@lumen/std/log'
import { PASSWORD, pushOf, SETUP_CODE, startTestHub, type TestHub } from '../testing/test-hub.ts'

const NEXT = 'another long password'

async function secondCookie(t: TestHub, password = PASSWORD): Promise<string> {
  const answer = await fetch(`${t.hub.url}/api/login`, {
    method: 'POST',
    body: JSON.stringify({ username: 'admin', password }),
  })
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}

const meStatus = async (t: TestHub, cookie: string) =>
  (await fetch(`${t.hub.url}/api/me`, { headers: { cookie } })).status

test('logging out ends this session and takes the cookie away', async () => {
  await using t = await startTestHub()
  await t.logIn()
  const answer = await t.call('POST', '/api/logout')
  expect([answer.status, answer.headers.get('set-cookie')]).toEqual([
    204,
    'lumen_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
  ])
  expect(await meStatus(t, t.cookie)).toBe(401)
})

test('a changed password ends the other sessions and opens with the new one only', async () => {
  await using t = await startTestHub()
  await t.logIn()
  const other = await secondCookie(t)
  expect(await meStatus(t, other)).toBe(200)
  const wrong = await t.call('POST', '/api/me/password', { current: 'wrong', password: NEXT })
  expect(await wrong.json()).toMatchObject({ status: 403, code: 'login_failed' })
  expect((await t.call('POST', '/api/me/password', { current: PASSWORD, password: NEXT })).status).toBe(204)
  expect(await meStatus(t, t.cookie)).toBe(200)
  expect(await meStatus(t, other)).toBe(401)
  expect(await secondCookie(t, PASSWORD)).toBe('')
  expect(await secondCookie(t, NEXT)).not.toBe('')
})

test('a login marks the browser for later logins, with a cookie scripts cannot read', async () => {
  await using t = await startTestHub()
  await t.logIn()
  const logIn = (cookie: string, password: string) =>
    fetch(`${t.hub.url}/api/login`, {
      method: 'POST',
      headers: { cookie },
      body: JSON.stringify({ username: 'admin', password }),
    })
  const [, device] = (await logIn('', PASSWORD)).headers.getSetCookie()
  expect(device).toMatch(
    /^lumen_device=[\w-]+\.[\w-]+; Path=\/api\/login; Max-Age=31536000; HttpOnly; SameSite=Strict$/,
  )
  for (let n = 0; n < 6; n++) await logIn('', 'wrong')
  expect((await logIn('', PASSWORD)).status).toBe(429)
  expect((await logIn(device?.split(';')[0] ?? '', PASSWORD)).status).toBe(200)
})

test('guessing the setup code is slowed, and two setups at once make one admin', async () => {
  await using t = await startTestHub()
  const setup = (code: string, username: string) =>
    t.call('POST', '/api/setup', { code, username, password: PASSWORD }).then(({ status }) => status)
  const both = await Promise.all([setup(SETUP_CODE, 'one'), setup(SETUP_CODE, 'two')])
  expect(both.sort()).toEqual([200, 409])
  await using fresh = await startTestHub()
  const statuses: number[] = []
  for (let n = 0; n < 6; n++) {
    statuses.push(
      (await fresh.call('POST', '/api/setup', { code: `${n}`, username: 'a', password: PASSWORD })).status,
    )
  }
  expect(statuses).toEqual([403, 403, 403, 403, 403, 429])
})

test('no password, token, cookie or setup code is ever logged', async () => {
  const lines: string[] = []
  const keep = (message: string, fields?: LogFields) => {
    lines.push(`${message} ${JSON.stringify(fields)}`)
  }
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep }
  await using t = await startTestHub({ log })
  await t.logIn()
  await secondCookie(t, 'a wrong password')
  const { id, token } = await t.addHost('nas')
  await t.push(token, pushOf([]))
  await t.push(`${token.slice(0, -1)}!`, '{"half":')
  t.tsdb.query = () => Promise.reject(new Error('the store broke'))
  const broken = await t.call('GET', `/api/query?host=${id}&metrics=host.cpu_pct&from=0&to=1000`)
  expect(await broken.json()).toMatchObject({ status: 500, code: 'fault' })
  expect(lines.join('\n')).toContain('the store broke')
  for (const secret of [PASSWORD, 'a wrong password', token, t.cookie.split('=')[1]!, SETUP_CODE]) {
    expect(lines.join('\n')).not.toContain(secret)
  }
})
