import { expect, test } from 'bun:test'
import { createServer, type TLSSocket } from 'node:tls'
import type { Trust } from '@lumen/protocol/http/proxmox/trust'
import { systemClock } from '@lumen/std/clock'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { CertificateAuthority } from '@lumen/testkit/proxmox/certificates'
import { type FakeCluster, startFakeCluster } from '@lumen/testkit/proxmox/fake-cluster'
import { sampleCluster } from '@lumen/testkit/proxmox/sample-cluster'
import { ApiClient } from './api-client.ts'
import { failureText } from './outcome.ts'
import { PVE } from './pve-calls.ts'

const NOW = Date.UTC(2026, 5, 1, 12)
const RELEASES = ['8.2', '8.4', '9.1'] as const

async function cluster(release: (typeof RELEASES)[number] = '9.1', clock: FakeClock = new FakeClock(NOW)) {
  const spec = sampleCluster({ now: NOW, release, nodes: 3, guests: 6 })
  return { clock, fake: await startFakeCluster({ clock, spec }) }
}

function clientFor(
  fake: FakeCluster,
  clock: FakeClock,
  trust: Trust,
  ports = fake.nodes.map(({ port }) => port),
) {
  return new ApiClient({
    addresses: ports.map((port) => ({ host: '127.0.0.1', port })),
    ...{ trust, clock, authorization: fake.authorization, pause: async () => undefined },
  })
}

const byAuthority = (fake: FakeCluster): Trust => ({ by: 'ca', pem: fake.caPem })
const byFingerprint = (fake: FakeCluster): Trust => ({
  by: 'fingerprint',
  sha256: fake.nodes.map(({ certificate }) => certificate.fingerprint),
})

/** What clients said to whoever showed this certificate. */
function bytesTo(fake: FakeCluster, fingerprint: string): number {
  return fake.nodes
    .flatMap(({ connections }) => connections)
    .filter((connection) => connection.fingerprint === fingerprint)
    .reduce((sum, { clientBytes }) => sum + clientBytes, 0)
}

const connectionsOf = (fake: FakeCluster) =>
  fake.nodes.reduce((sum, node) => sum + node.connections.length, 0)

test.each(RELEASES)('a cluster of %s answers by either trust', async (release) => {
  const { fake, clock } = await cluster(release)
  await using _fake = fake
  for (const trust of [byAuthority(fake), byFingerprint(fake)]) {
    using client = clientFor(fake, clock, trust)
    const answer = await client.get(PVE.version, {})
    expect(answer).toMatchObject({ kind: 'ok', value: { version: expect.stringContaining(release) } })
    const resources = await client.get(PVE.resources, {})
    if (resources.kind !== 'ok') throw new Error(failureText(resources))
    expect(resources.value.filter(({ type }) => type === 'node')).toHaveLength(3)
    expect(resources.bad.count).toBe(0)
  }
  expect(fake.ledger.violations).toEqual([])
})

test.each(['ca', 'fingerprint', 'public'] as const)(
  'a man in the middle hears not one byte on the first connection, by %s',
  async (by) => {
    const { fake, clock } = await cluster()
    await using _fake = fake
    const trust = {
      ca: byAuthority(fake),
      fingerprint: byFingerprint(fake),
      public: { by: 'public' } as Trust,
    }[by]
    fake.happens({ kind: 'certificate', by: 'stranger' })
    using client = clientFor(fake, clock, trust)
    const answer = await client.get(PVE.version, {})
    const stranger = fake.nodes[0]!.certificate.fingerprint
    expect(answer).toMatchObject({ kind: 'wrong-certificate', shown: { fingerprint: stranger } })
    expect(fake.nodes.map(({ certificate }) => bytesTo(fake, certificate.fingerprint))).toEqual([0, 0, 0])
    expect(fake.ledger.requests).toHaveLength(0)
  },
)

test.each(['ca', 'fingerprint'] as const)(
  'a certificate that changes while in use ends the connection, by %s: nothing is sent, to no address',
  async (by) => {
    const { fake, clock } = await cluster()
    await using _fake = fake
    using client = clientFor(fake, clock, by === 'ca' ? byAuthority(fake) : byFingerprint(fake))
    expect((await client.get(PVE.version, {})).kind).toBe('ok')
    fake.happens({ kind: 'certificate', node: 'pve1', by: 'stranger' })
    const stranger = fake.nodes[0]!.certificate.fingerprint
    expect(await client.get(PVE.version, {})).toMatchObject({ kind: 'wrong-certificate' })
    expect(bytesTo(fake, stranger)).toBe(0)
    const [before, asked] = [connectionsOf(fake), fake.ledger.requests.length]
    clock.advance(3_600_000)
    expect(await client.get(PVE.resources, {})).toMatchObject({ kind: 'wrong-certificate' })
    expect(client.halted).toMatchObject({ shown: { fingerprint: stranger } })
    expect([connectionsOf(fake), fake.ledger.requests.length]).toEqual([before, asked])
  },
)

test.each(['ca', 'fingerprint'] as const)(
  'whoever answers in place of a lost node hears nothing either, by %s',
  async (by) => {
    const { fake, clock } = await cluster()
    await using _fake = fake
    using client = clientFor(fake, clock, by === 'ca' ? byAuthority(fake) : byFingerprint(fake))
    expect((await client.get(PVE.version, {})).kind).toBe('ok')
    fake.happens({ kind: 'certificate', node: 'pve2', by: 'stranger' })
    fake.happens({ kind: 'node-loss', node: 'pve1' })
    expect(await client.get(PVE.version, {})).toMatchObject({
      kind: 'wrong-certificate',
      address: `127.0.0.1:${fake.nodes[1]!.port}`,
    })
    expect(bytesTo(fake, fake.nodes[1]!.certificate.fingerprint)).toBe(0)
  },
)

test('an authority’s renewed certificate is taken, a confirmed one is not replaced by it', async () => {
  const { fake, clock } = await cluster()
  await using _fake = fake
  const confirmed = byFingerprint(fake)
  using byCa = clientFor(fake, clock, byAuthority(fake))
  using pinned = clientFor(fake, clock, confirmed)
  fake.happens({ kind: 'certificate', by: 'own-authority' })
  expect((await byCa.get(PVE.version, {})).kind).toBe('ok')
  expect((await pinned.get(PVE.version, {})).kind).toBe('wrong-certificate')
})

test('a certificate of the right authority that is past its time will not do', async () => {
  const { fake, clock } = await cluster()
  await using _fake = fake
  fake.happens({ kind: 'certificate', by: 'own-authority', notAfterMs: Date.UTC(2016, 0, 1) })
  using client = clientFor(fake, clock, byAuthority(fake))
  const expired = await client.get(PVE.version, {})
  if (expired.kind === 'ok') throw new Error('an expired certificate was taken')
  expect(failureText(expired)).toContain('expired')
  expect(bytesTo(fake, fake.nodes[0]!.certificate.fingerprint)).toBe(0)
})

test('a certificate of the right authority for another machine will not do', async () => {
  const authority = new CertificateAuthority()
  const elsewhere = authority.issue({ commonName: 'pve9', names: ['pve9', '10.9.9.9'] })
  let bytes = 0
  const sockets = new Set<TLSSocket>()
  const server = createServer({ cert: elsewhere.pem, key: elsewhere.keyPem }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      bytes += data.length
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  using client = new ApiClient({
    addresses: [{ host: '127.0.0.1', port }],
    trust: { by: 'ca', pem: authority.pem },
    ...{ authorization: 'PVEAPIToken=a@b!c=secret', clock: new FakeClock(NOW) },
  })
  const answer = await client.get(PVE.version, {})
  for (const socket of sockets) socket.destroy()
  server.close()
  if (answer.kind === 'ok') throw new Error('a certificate of another machine was taken')
  expect(failureText(answer)).toContain('for pve9, 10.9.9.9, not for 127.0.0.1')
  expect(bytes).toBe(0)
})

test('a lost address is passed over for the next, and asked again after a while', async () => {
  const { fake, clock } = await cluster()
  await using _fake = fake
  fake.happens({ kind: 'node-loss', node: 'pve1', until: NOW + 60_000 })
  using client = clientFor(fake, clock, byAuthority(fake))
  expect((await client.get(PVE.version, {})).kind).toBe('ok')
  expect(client.address).toBe(`127.0.0.1:${fake.nodes[1]!.port}`)
  const tries = fake.nodes[0]!.connections.length
  await client.get(PVE.version, {})
  expect(fake.nodes[0]!.connections).toHaveLength(tries)
  for (const node of ['pve2', 'pve3']) fake.happens({ kind: 'node-loss', node })
  clock.advance(61_000)
  expect((await client.get(PVE.version, {})).kind).toBe('ok')
  expect(client.address).toBe(`127.0.0.1:${fake.nodes[0]!.port}`)
})

test('when no address answers each says why, and they are left alone for a while', async () => {
  const { fake, clock } = await cluster()
  await using _fake = fake
  for (const { name } of fake.nodes) fake.happens({ kind: 'node-loss', node: name })
  using client = clientFor(fake, clock, byAuthority(fake))
  const answer = await client.get(PVE.version, {})
  if (answer.kind === 'ok') throw new Error('lost nodes answered')
  for (const { port } of fake.nodes) expect(failureText(answer)).toContain(`127.0.0.1:${port}: `)
  const tries = connectionsOf(fake)
  expect((await client.get(PVE.version, {})).kind).toBe('unreachable')
  expect(connectionsOf(fake)).toBe(tries)
})

test('what may not be seen names the right and its path; what is not known is a bad token', async () => {
  const { fake, clock } = await cluster()
  await using _fake = fake
  fake.happens({ kind: 'revoke', path: '/nodes', privileges: ['Sys.Audit'] })
  using client = clientFor(fake, clock, byAuthority(fake))
  expect(await client.get(PVE.nodeStatus, { node: 'pve2' })).toEqual({
    ...{ kind: 'missing-right', path: '/nodes/pve2', privilege: 'Sys.Audit' },
  })
  fake.happens({ kind: 'token-expiry', token: fake.tokens[0]!.id })
  expect(await client.get(PVE.version, {})).toMatchObject({ kind: 'bad-token', said: 'token expired' })
  const asked = fake.ledger.requests.length
  expect(await client.get(PVE.resources, {})).toMatchObject({
    kind: 'held-back',
    after: { kind: 'bad-token' },
  })
  expect(fake.ledger.requests).toHaveLength(asked)
})

test('a node that its cluster cannot reach is no failed login, and is asked again later', async () => {
  const { fake, clock } = await cluster()
  await using _fake = fake
  fake.happens({ kind: 'node-loss', node: 'pve3', until: NOW + 30_000 })
  using client = clientFor(fake, clock, byAuthority(fake))
  expect(await client.get(PVE.nodeStatus, { node: 'pve3' })).toEqual({
    kind: 'node-unreachable',
    node: 'pve3',
  })
  expect((await client.get(PVE.nodeStatus, { node: 'pve3' })).kind).toBe('held-back')
  expect((await client.get(PVE.nodeStatus, { node: 'pve2' })).kind).toBe('ok')
  clock.advance(120_000)
  expect((await client.get(PVE.nodeStatus, { node: 'pve3' })).kind).toBe('ok')
})

test('a call this version has not is not there', async () => {
  const { fake, clock } = await cluster('8.2')
  await using _fake = fake
  using client = clientFor(fake, clock, byAuthority(fake))
  const call = { ...PVE.version, path: '/cluster/nothing' as never }
  expect(await client.get(call, {})).toMatchObject({ kind: 'not-there' })
})

test.each([
  ['html', { kind: 'not-json', what: 'HTML' }],
  ['not-json', { kind: 'not-json' }],
  ['huge', { kind: 'too-big' }],
  ['hang', { kind: 'hung', afterMs: 300 }],
  ['null-data', { kind: 'ok', value: [] }],
  [
    { status: 500, message: 'no such thing' },
    { kind: 'failed', status: 500, said: 'no such thing' },
  ],
] as const)('an answer that is %p is an outcome with a name', async (how, outcome) => {
  const { fake, clock } = await cluster()
  await using _fake = fake
  fake.happens({ kind: 'answer', call: '/cluster/status', how })
  using client = clientFor(fake, clock, byAuthority(fake))
  const call = { ...PVE.clusterStatus, timeoutMs: how === 'hang' ? 300 : 30_000, maxBytes: 100_000 }
  expect(await client.get(call, {})).toMatchObject(outcome)
})

test('an answer cut off in the middle is no answer', async () => {
  const { fake, clock } = await cluster()
  await using _fake = fake
  fake.happens({ kind: 'answer', call: '/cluster/status', how: 'cut' })
  using client = clientFor(fake, clock, byAuthority(fake))
  expect(await client.get(PVE.clusterStatus, {})).toMatchObject({ kind: 'unreachable' })
})

test('numbers as text are numbers, missing ones are missing, and a row of nonsense loses nobody else', async () => {
  const { fake, clock } = await cluster()
  await using _fake = fake
  using client = clientFor(fake, clock, byAuthority(fake))
  const rows = async () => {
    const answer = await client.get(PVE.resources, {})
    if (answer.kind !== 'ok') throw new Error(failureText(answer))
    return answer
  }
  const plain = await rows()
  fake.happens({ kind: 'answer', call: '/cluster/resources', how: 'strings', until: NOW + 1_000 })
  expect((await rows()).value).toEqual(plain.value)
  clock.advance(1_000)
  fake.happens({ kind: 'answer', call: '/cluster/resources', how: 'absurd-row', until: NOW + 2_000 })
  const odd = await rows()
  expect(odd.value).toHaveLength(plain.value.length)
  expect(odd.bad.count).toBeGreaterThan(0)
  expect(odd.bad.first[0]).toStartWith('row 1')
  clock.advance(1_000)
  fake.happens({ kind: 'answer', call: '/cluster/resources', how: 'missing-keys' })
  for (const row of (await rows()).value) expect(row.cpu).toBeUndefined()
})

test('requests follow each other on one connection, which is left when it has been idle', async () => {
  const { fake, clock } = await cluster()
  await using _fake = fake
  using client = clientFor(fake, clock, byAuthority(fake))
  for (let times = 0; times < 3; times += 1) await client.get(PVE.version, {})
  expect(connectionsOf(fake)).toBe(1)
  clock.advance(4_000)
  await client.get(PVE.version, {})
  expect(connectionsOf(fake)).toBe(2)
})

test('no machine is sent more than three requests in any second, whoever asks at once and however late waits end', async () => {
  const { fake, clock } = await cluster()
  await using _fake = fake
  let turns = 0
  using client = new ApiClient({
    addresses: [{ host: '127.0.0.1', port: fake.nodes[0]!.port }],
    ...{ trust: byAuthority(fake), authorization: fake.authorization, clock },
    pause: async (ms) => clock.advance(ms + (++turns % 3 === 0 ? 900 : 40)),
  })
  const calls = Array.from({ length: 12 }, (_, at) =>
    at % 2 === 0 ? client.get(PVE.version, {}) : client.get(PVE.nodeStatus, { node: fake.nodes[0]!.name }),
  )
  for (const { kind } of await Promise.all(calls)) expect(kind).toBe('ok')
  const sentAt = client.sentAt
  expect(sentAt).toHaveLength(12)
  // The fourth after any is more than a second later, at the moment it is written to the socket.
  for (let at = 3; at < sentAt.length; at++) expect(sentAt[at]! - sentAt[at - 3]!).toBeGreaterThan(1_000)
})

test('with a real clock, seven requests at once take the time of six waits', async () => {
  const now = systemClock.now()
  const spec = sampleCluster({ now, release: '9.1', nodes: 1, guests: 1 })
  await using fake = await startFakeCluster({ clock: systemClock, spec })
  using client = new ApiClient({
    addresses: [{ host: '127.0.0.1', port: fake.nodes[0]!.port }],
    ...{ trust: byAuthority(fake), authorization: fake.authorization, clock: systemClock },
  })
  await Promise.all(Array.from({ length: 7 }, () => client.get(PVE.version, {})))
  expect(fake.ledger.requests).toHaveLength(7)
  // Under load a request may arrive later than it was sent, but the seven cannot have been sent within less than this.
  expect(client.requestsPerMinute).toBe(7)
  expect(systemClock.now() - now).toBeGreaterThanOrEqual(1_990)
})
