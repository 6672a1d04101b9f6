import { afterEach, expect, test } from 'bun:test'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { FakeHub } from './fake-hub.ts'
import { HttpPush, type HubTrust, type PushAnswer } from './http-push.ts'
import { parsePins } from './pin.ts'

const file = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../../fixtures/tls/${name}`, import.meta.url)), 'utf8')
const pairOf = (name: string) => ({ cert: file(`${name}.crt`), key: file(`${name}.key`) })
const pinsOf = (name: string) => parsePins(new X509Certificate(file(`${name}.crt`)).fingerprint256)

const TOKEN = `lum_${'s'.repeat(60)}`
const BODY = JSON.stringify({ protocol: 1, agent: { stream: 's' }, frames: [], note: 'x'.repeat(2_000) })

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A server that is not the hub: it takes whoever comes, and records what is said to it. */
async function recorder(name: string, answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK') {
  let heard = ''
  let connections = 0
  const sockets = new Set<TLSSocket>()
  const server = createServer(pairOf(name), (socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1')
      socket.write(answer)
    })
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return { url: `https://127.0.0.1:${port}`, heard: () => heard, connections: () => connections }
}

function hubWith(name: string) {
  const hub = new FakeHub()
  const ports = new Set<number>()
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    tls: pairOf(name),
    fetch(request) {
      ports.add(server.requestIP(request)?.port ?? 0)
      return hub.handle(request)
    },
  })
  closers.push(() => server.stop(true))
  return { hub, url: `https://127.0.0.1:${server.port}`, ports: () => ports.size }
}

function push(hubUrl: string, tls: HubTrust): Promise<PushAnswer> {
  return send(new HttpPush({ hubUrl, token: TOKEN, tls }))
}

function send(transport: HttpPush): Promise<PushAnswer> {
  return transport.send(BODY, new AbortController().signal, () => undefined)
}

test('a hub with the pinned certificate gets pushes over one connection, whatever names and dates it holds', async () => {
  for (const name of ['hub.lan', 'expired']) {
    const { hub, url, ports } = hubWith(name)
    const transport = new HttpPush({ hubUrl: url, token: TOKEN, tls: { pins: pinsOf(name) } })
    for (let times = 0; times < 3; times += 1) expect((await send(transport)).kind).toBe('ack')
    expect(hub.headers.map((headers) => headers.get('authorization'))).toEqual(
      Array(3).fill(`Bearer ${TOKEN}`),
    )
    expect(hub.headers[0]!.get('content-encoding')).toBe('zstd')
    expect(ports()).toBe(1)
  }
})

test('a man in the middle hears not one byte under a pin', async () => {
  const middle = await recorder('other.lan')
  const answer = await push(middle.url, { pins: pinsOf('hub.lan') })
  if (answer.kind !== 'failed') throw new Error(`expected a failure, got ${answer.kind}`)
  expect(answer.reason).toContain('not the one of --pin')
  expect(answer.reason).toContain(pinsOf('other.lan')[0]!)
  expect(middle.heard()).toBe('')
  // It does hear who takes it for the hub.
  await push(middle.url, { pins: pinsOf('other.lan') })
  expect(middle.heard()).toContain(TOKEN)
})

test('one of several pins is enough, so that a certificate can be renewed', async () => {
  const { url } = hubWith('hub.lan')
  expect((await push(url, { pins: [...pinsOf('other.lan'), ...pinsOf('hub.lan')] })).kind).toBe('ack')
})

test.each([
  ['signed by nobody known', 'other.lan', {}],
  ['expired', 'expired', { ca: file('expired.crt') }],
  ['of another name', 'hub.lan', { ca: file('hub.lan.crt') }],
  ['of another authority', 'other.lan', { ca: file('hub.lan.crt') }],
] as const)('a server whose certificate is %s hears not one byte of the token', async (_, name, tls) => {
  const server = await recorder(name)
  expect(await push(server.url, tls)).toMatchObject({ kind: 'failed' })
  expect(server.heard()).toBe('')
})

test('a certificate of the given authority and the right name is taken', async () => {
  const { url } = hubWith('other.lan')
  expect((await push(url, { ca: file('other.lan.crt') })).kind).toBe('ack')
})

test.each([
  ['HTML', 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>', 'not that of a Lumen hub'],
  [
    'a redirect',
    'HTTP/1.1 302 X\r\nLocation: https://evil.example\r\nContent-Length: 0\r\n\r\n',
    'redirects',
  ],
  ['garbage', '\0\0\0\r\n\r\n', 'no HTTP'],
  [
    'an endless answer',
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n${'x'.repeat(1_100_000)}`,
    'more than',
  ],
])('%s from a pinned address is a failure that says so', async (_, answer, reason) => {
  const server = await recorder('hub.lan', answer)
  expect(await push(server.url, { pins: pinsOf('hub.lan') })).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining(reason),
  })
  expect(server.connections()).toBe(1)
})

test('a pin is refused without TLS, and when it is none', () => {
  expect(
    () => new HttpPush({ hubUrl: 'http://hub', token: TOKEN, tls: { pins: pinsOf('hub.lan') } }),
  ).toThrow('https')
  for (const text of ['', 'abc', `${'0'.repeat(63)}g`, '00:'.repeat(31)])
    expect(() => parsePins(text)).toThrow('64 hexadecimal digits')
  expect(parsePins(`${'AB:'.repeat(31)}AB, ${'0'.repeat(64)}`)).toEqual(['ab'.repeat(32), '0'.repeat(64)])
})
