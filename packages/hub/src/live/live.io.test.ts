import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { openLive } from '../testing/live-client.ts'
import { rawRequest } from '../testing/raw-request.ts'
import { frameOf, PASSWORD, pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'

let t: TestHub
beforeAll(async () => {
  t = await startTestHub()
  await t.logIn()
})
afterAll(() => t[Symbol.asyncDispose]())

const HANDSHAKE = [
  'GET /api/live HTTP/1.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
]

test.each([
  ['without a session', [] as string[], 401],
  ['with an unknown session', ['Cookie: lumen_session=nonsense'], 401],
  ['from another site', ['Cookie: SESSION', 'Origin: https://evil.example'], 403],
])('the handshake %s is refused with %#', async (_name, headers, status) => {
  const answer = await rawRequest(t.hub.port, [
    ...HANDSHAKE,
    ...headers.map((header) => header.replace('SESSION', t.cookie)),
  ])
  expect(answer.status).toBe(status)
})

test('the handshake from the hub’s own page opens', async () => {
  using live = await openLive(t.hub.url, { cookie: t.cookie, origin: t.hub.url })
  live.subscribe('fleet')
  expect(await live.next('snapshot', 'fleet')).toMatchObject({ hosts: [] })
})

test('replayed history is not sent, newer readings are', async () => {
  const { id, token } = await t.addHost('replaying')
  using live = await openLive(t.hub.url, { cookie: t.cookie })
  live.subscribe(`host:${id}`)
  await live.next('snapshot')
  const now = Date.now()
  await t.push(token, pushOf([frameOf(5, now - 1_000)]))
  await t.push(token, pushOf([frameOf(1, now - 60_000), frameOf(2, now - 55_000)]))
  await t.push(token, pushOf([frameOf(6, now)]))
  const seen: number[] = []
  while (seen.at(-1) !== now) {
    const { frames } = (await live.next('update', `host:${id}`)) as { frames: { ts: number }[] }
    seen.push(...frames.map(({ ts }) => ts))
  }
  expect(seen).toEqual([now - 1_000, now])
})

test('a deleted host is announced to the fleet and shown as gone on its own topic', async () => {
  const { id } = await t.addHost('doomed')
  using live = await openLive(t.hub.url, { cookie: t.cookie })
  live.subscribe('fleet', `host:${id}`)
  await live.next('snapshot', `host:${id}`)
  await t.call('DELETE', `/api/hosts/${id}`)
  expect(await live.next('snapshot', `host:${id}`)).toMatchObject({ host: null, frame: null })
  let update = await live.next('update', 'fleet')
  while (!(update.removed as number[]).includes(id)) update = await live.next('update', 'fleet')
  expect((update.hosts as { id: number }[]).map((host) => host.id)).not.toContain(id)
})

test.each(['nonsense', '{"type":"subscribe","topics":["host:x"]}', '{"type":"publish"}', '[]'])(
  'the message %s gets an error and the stream goes on',
  async (message) => {
    using live = await openLive(t.hub.url, { cookie: t.cookie })
    live.socket.send(message)
    expect(await live.next('error')).toMatchObject({ code: 'message_invalid' })
    live.subscribe('fleet')
    await live.next('snapshot', 'fleet')
  },
)

test('an oversized message closes the stream', async () => {
  using live = await openLive(t.hub.url, { cookie: t.cookie })
  live.socket.send('x'.repeat(10_000))
  expect([1006, 1009]).toContain(await live.closed)
})

test('a session that ends takes its streams with it, at once', async () => {
  const login = await t.call('POST', '/api/login', { username: 'admin', password: PASSWORD })
  const cookie = login.headers.get('set-cookie')!.split(';')[0]!
  using live = await openLive(t.hub.url, { cookie })
  await t.call('POST', '/api/logout', undefined, { cookie })
  expect(await live.closed).toBe(4401)
})

test('one user can hold 32 streams, not more', async () => {
  await using other = await startTestHub()
  await other.logIn()
  const open = await Promise.all(
    Array.from({ length: 32 }, () => openLive(other.hub.url, { cookie: other.cookie })),
  )
  const refused = await rawRequest(other.hub.port, [...HANDSHAKE, `Cookie: ${other.cookie}`])
  expect(refused.status).toBe(429)
  for (const live of open) live[Symbol.dispose]()
})

test('a browser that stops reading holds up nobody and is shown the newest state when it reads again', async () => {
  const { id, token } = await t.addHost('busy')
  const stuck = connect(t.hub.port, '127.0.0.1')
  let received: Buffer = Buffer.alloc(0)
  const reading = Promise.withResolvers<void>()
  stuck.on('data', (bytes) => {
    received = Buffer.concat([received, Buffer.from(bytes)])
    if (received.includes('"type":"snapshot"')) reading.resolve()
  })
  await new Promise<void>((resolve) => stuck.once('connect', () => resolve()))
  stuck.write(`${HANDSHAKE.join('\r\n')}\r\nHost: x\r\nCookie: ${t.cookie}\r\n\r\n`)
  stuck.write(clientFrame(JSON.stringify({ type: 'subscribe', topics: [`host:${id}`] })))
  await reading.promise
  stuck.pause()
  received = Buffer.alloc(0)

  using live = await openLive(t.hub.url, { cookie: t.cookie })
  live.subscribe(`host:${id}`)
  await live.next('snapshot')
  const containers = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [
      `container-${n}-${'x'.repeat(200)}`,
      { cpu_pct: 1, image: 'y'.repeat(500) },
    ]),
  )
  const start = Date.now() - 100_000
  let seq = 0
  while (t.hub.counters.get('live_skips') === 0) {
    seq += 1
    await t.push(token, pushOf([{ ...frameOf(seq, start + seq), container: containers }]))
    let update = await live.next('update', `host:${id}`)
    while ((update.frames as unknown[]).length === 0) update = await live.next('update', `host:${id}`)
    expect(update).toMatchObject({ frames: [{ ts: start + seq }] })
    if (seq > 300) throw new Error('the stuck reader never counted as slow')
  }
  await t.push(token, pushOf([{ ...frameOf(seq + 1, start + seq + 1, { cpu_pct: 77 }) }]))

  const caughtUp = new Promise<void>((resolve) => {
    stuck.on('data', () => {
      if (received.includes(`"type":"snapshot","topic":"host:${id}"`) && received.includes('"cpu_pct":77'))
        resolve()
    })
  })
  stuck.resume()
  await caughtUp
  stuck.destroy()
}, 120_000)

/** A text message as a client writes it (RFC 6455, 5.2), masked with zeros. */
function clientFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
}
