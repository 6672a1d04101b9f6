import { expect, test } from 'bun:test'
import { connect, type TLSSocket } from 'node:tls'
import { HOUR } from '@lumen/model/time'
import { FakeClock } from '../fake-clock.ts'
import { until } from '../until.ts'
import { askFake } from './ask-fake.ts'
import { CertificateAuthority } from './certificates.ts'
import { startFakeCluster } from './fake-cluster.ts'
import type { FakeServer } from './fake-server.ts'
import { sampleCluster } from './sample-cluster.ts'

const NOW = Date.UTC(2026, 5, 1, 12)

async function start() {
  const clock = new FakeClock(NOW)
  return Object.assign(await startFakeCluster({ clock, spec: sampleCluster({ now: NOW, guests: 4 }) }), {
    clock,
  })
}

/** Shakes hands without sending anything: the fingerprint shown, or why not. */
function handshake(fake: FakeServer, ca: string | undefined): Promise<string> {
  return new Promise((resolve) => {
    const trust = ca === undefined ? { rejectUnauthorized: false } : { ca }
    const socket: TLSSocket = connect({ port: fake.nodes[0]!.port, host: '127.0.0.1', ...trust }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message)
      socket.destroy()
    })
  })
}

test('a client that trusts the cluster’s authority is let in, one that trusts another is not', async () => {
  await using fake = await start()
  const { fingerprint } = fake.nodes[0]!.certificate
  expect(await handshake(fake, fake.caPem)).toBe(fingerprint)
  expect(await handshake(fake, undefined)).toBe(fingerprint)
  expect(await handshake(fake, new CertificateAuthority().pem)).toMatch(/UNABLE_TO_VERIFY|CERT|SELF_SIGNED/)
  await expect(fetch(`${fake.nodes[0]!.url}/api2/json/version`)).rejects.toThrow()
  expect(fake.nodes[0]!.connections.map(({ requests, clientBytes }) => requests + clientBytes)).toEqual([
    0, 0, 0, 0,
  ])
  expect(fake.ledger.requests).toEqual([])
})

test('a renewed certificate is another one of the same authority, shown to all from its time on', async () => {
  await using fake = await start()
  const before = await handshake(fake, fake.caPem)
  expect((await askFake(fake, '/version')).status).toBe(200)
  fake.happens({ kind: 'certificate', at: NOW + HOUR, by: 'own-authority' })
  expect(await handshake(fake, fake.caPem)).toBe(before)
  fake.clock.advance(HOUR)
  const after = await handshake(fake, fake.caPem)
  expect(after).not.toBe(before)
  const listed = (await askFake(fake, '/nodes')).data as { ssl_fingerprint: string }[]
  expect(listed[0]!.ssl_fingerprint).toBe(after)
})

test('a connection from before a certificate change does not outlive it', async () => {
  await using fake = await start()
  const socket = connect({ port: fake.nodes[0]!.port, host: '127.0.0.1', ca: fake.caPem })
  const ended = new Promise<string>((resolve) => {
    socket.on('error', () => resolve('error'))
    socket.on('close', () => resolve('close'))
  })
  await new Promise<void>((resolve) => socket.on('secureConnect', () => resolve()))
  fake.happens({ kind: 'certificate', node: 'pve1', at: NOW + HOUR, by: 'own-authority' })
  fake.clock.advance(HOUR)
  socket.write(`GET /api2/json/version HTTP/1.1\r\nAuthorization: ${fake.authorization}\r\n\r\n`)
  expect(await ended).toMatch(/close|error/)
  expect(fake.ledger.requests).toEqual([])
  expect(fake.nodes[0]!.connections[0]).toMatchObject({ requests: 0 })
})

test('a stranger’s certificate is not vouched for, and what a careless client tells it is counted', async () => {
  await using fake = await start()
  fake.happens({ kind: 'certificate', node: 'pve1', by: 'stranger' })
  expect(await handshake(fake, fake.caPem)).toMatch(/UNABLE_TO_VERIFY|CERT|SELF_SIGNED/)
  expect((await askFake(fake, '/version', { node: 1 })).status).toBe(200)
  const careless = { headers: { authorization: fake.authorization }, tls: { rejectUnauthorized: false } }
  expect((await fetch(`${fake.nodes[0]!.url}/api2/json/version`, careless)).status).toBe(200)
  const told = fake.nodes[0]!.connections.map(({ clientBytes }) => clientBytes)
  expect(told.at(0)).toBe(0)
  expect(told.at(-1)).toBeGreaterThan(fake.authorization.length)
})

test('a node that lost power resets, or takes connections and says nothing', async () => {
  await using fake = await start()
  fake.happens({ kind: 'node-loss', until: NOW + HOUR, node: 'pve1' })
  await expect(askFake(fake, '/version')).rejects.toThrow()
  fake.clock.advance(HOUR)
  expect((await askFake(fake, '/version')).status).toBe(200)
  fake.happens({ kind: 'node-loss', until: NOW + 2 * HOUR, node: 'pve1', isSilent: true })
  const seen = fake.nodes[0]!.connections.length
  const abort = new AbortController()
  const answer = askFake(fake, '/version', { signal: abort.signal }).then(
    () => 'answered',
    (error: Error) => error.name,
  )
  await until('a connection to be taken', () => fake.nodes[0]!.connections.length > seen, {
    withinMs: 60_000,
  })
  abort.abort()
  expect(await answer).toBe('AbortError')
})
