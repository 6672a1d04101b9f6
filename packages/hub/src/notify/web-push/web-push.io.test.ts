import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { MINUTE, SECOND } from '@lumen/model/time'
import { NotifyWorld } from '@lumen/testkit/notify-world'
import { decryptPush, type PushBrowser, testBrowser } from '@lumen/testkit/push-browser'
import { type RecordingHttp, startRecordingHttp, testCertificate } from '@lumen/testkit/recording-http'
import { sampleNotice } from '../../testing/sample-notice.ts'
import { startTestHub, type TestHub } from '../../testing/test-hub.ts'

const CHANNEL = { name: 'browsers', kind: 'web_push', settings: { contact: 'me@home.example' } }

const hubFor = () =>
  startTestHub({
    deps: { notify: { ca: testCertificate().cert } },
    config: { publicUrl: 'https://lumen.example' },
  })

async function subscribe(t: TestHub, service: RecordingHttp, browser: PushBrowser, name: string) {
  const endpoint = `${service.url}/send/${name}`
  const answer = await t.call('POST', '/api/push', { endpoint, expirationTime: null, keys: browser.keys })
  expect(answer.status).toBe(200)
  const { device } = (await answer.json()) as { device: { id: number; endpoint_sha256: string } }
  expect(device.endpoint_sha256).toBe(createHash('sha256').update(endpoint).digest('hex'))
  return device
}

async function pushOf(
  t: TestHub,
): Promise<{ public_key: string; devices: { id: number; service: string }[] }> {
  const answer = await t.call('GET', '/api/push')
  return (await answer.json()) as { public_key: string; devices: { id: number; service: string }[] }
}

async function sendTest(t: TestHub): Promise<Record<string, unknown>> {
  const answer = await t.call('POST', '/api/channels/test', { id: null, spec: CHANNEL })
  return (await answer.json()) as Record<string, unknown>
}

test('a browser that asked is told by its push service, in a message only it can read', async () => {
  await using service = await startRecordingHttp({ tls: true })
  await using t = await hubFor()
  await t.logIn()
  const browser = testBrowser()
  await subscribe(t, service, browser, 'one')
  const { public_key: key, devices } = await pushOf(t)
  expect(devices).toMatchObject([{ service: new URL(service.url).host }])
  expect(JSON.stringify(devices)).not.toContain('/send/')
  expect(await sendTest(t)).toMatchObject({ is_sent: true, fault: null })
  const [request] = service.requests
  expect(request).toMatchObject({
    path: '/send/one',
    headers: { 'content-encoding': 'aes128gcm', ttl: '86400', urgency: 'normal' },
  })
  expect(request?.headers.authorization).toContain(`, k=${key}`)
  expect(JSON.parse(decryptPush(request!.body, browser).toString())).toMatchObject({
    title: '🟢 Lumen: this is a test',
    level: 'over',
    path: '/',
  })
})

test('the same browser asked twice is told once; its key changes with the second', async () => {
  await using service = await startRecordingHttp({ tls: true })
  await using t = await hubFor()
  await t.logIn()
  const [before, after] = [testBrowser(), testBrowser()]
  await subscribe(t, service, before, 'one')
  await subscribe(t, service, after, 'one')
  await sendTest(t)
  expect(service.requests).toHaveLength(1)
  expect(decryptPush(service.requests[0]!.body, after).length).toBeGreaterThan(10)
})

test.each([404, 410])('a subscription that is gone (%i) is forgotten, the others stay', async (status) => {
  await using service = await startRecordingHttp({ tls: true })
  await using t = await hubFor()
  await t.logIn()
  await subscribe(t, service, testBrowser(), 'gone')
  await subscribe(t, service, testBrowser(), 'here')
  service.otherwise = ({ path }) => ({ kind: 'answer', status: path === '/send/gone' ? status : 201 })
  expect(await sendTest(t)).toMatchObject({ is_sent: true })
  expect((await pushOf(t)).devices).toHaveLength(1)
  service.requests.length = 0
  await sendTest(t)
  expect(service.requests.map(({ path }) => path)).toEqual(['/send/here'])
})

test('subscriptions and the key stay over a restart', async () => {
  await using service = await startRecordingHttp({ tls: true })
  await using t = await hubFor()
  await t.logIn()
  const browser = testBrowser()
  await subscribe(t, service, browser, 'one')
  const { public_key: key } = await pushOf(t)
  await t.hub[Symbol.asyncDispose]()
  await using again = await startTestHub({
    ...{ dataDir: t.dataDir, deps: { notify: { ca: testCertificate().cert } } },
  })
  again.cookie = t.cookie
  expect((await pushOf(again)).public_key).toBe(key)
  await sendTest(again)
  expect(decryptPush(service.requests[0]!.body, browser).length).toBeGreaterThan(10)
})

test('a device is removed by its owner, and nothing that is no subscription is taken', async () => {
  await using service = await startRecordingHttp({ tls: true })
  await using t = await hubFor()
  await t.logIn()
  const { id } = await subscribe(t, service, testBrowser(), 'one')
  expect((await t.call('DELETE', `/api/push/${id}`)).status).toBe(204)
  expect((await t.call('DELETE', `/api/push/${id}`)).status).toBe(404)
  expect(await sendTest(t)).toMatchObject({ is_sent: false, fault: 'No browser has asked for web push' })
  const { keys } = testBrowser()
  for (const body of [
    { endpoint: 'http://plain.example/x', keys },
    { endpoint: 'https://push.example/x', keys: { ...keys, p256dh: 'short' } },
    { endpoint: 'https://push.example/x', keys: { p256dh: keys.p256dh } },
  ]) {
    expect((await t.call('POST', '/api/push', body)).status).toBe(400)
  }
})

test('one browser that cannot be reached does not make the others hear twice', async () => {
  await using service = await startRecordingHttp({ tls: true })
  await using w = await NotifyWorld.open({ ca: testCertificate().cert })
  await w.db.run({
    sql: "INSERT INTO users (name, password_hash, created_at) VALUES ('ada', 'x', 0)",
    values: [],
  })
  const { devices, channels } = w.notifications
  for (const name of ['busy', 'free']) {
    await devices.add(1, { endpoint: `${service.url}/send/${name}`, ...testBrowser().keys })
  }
  const spec = { is_enabled: true, is_default: true, least_level: 'warning', secrets: {} } as const
  await channels.add({ ...CHANNEL, kind: 'web_push', ...spec })
  let refusals = 2
  service.otherwise = ({ path }) => ({
    kind: 'answer',
    status: path === '/send/busy' && refusals-- > 0 ? 503 : 201,
  })
  await w.tell(sampleNotice('fired'))
  await w.pass(30 * SECOND)
  await w.restart()
  await w.pass(5 * MINUTE)
  const told = (name: string) => service.requests.filter(({ path }) => path === `/send/${name}`).length
  expect([told('busy'), told('free')]).toEqual([3, 1])
  expect(new Set(service.requests.map(({ headers }) => headers.topic)).size).toBe(1)
  expect(service.requests.at(-1)?.headers.topic).toMatch(/^[\w-]{32}$/)
})
