import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProxmoxConnection, ProxmoxTest } from '@lumen/protocol/http/proxmox/connections'
import { systemClock } from '@lumen/std/clock'
import { type FakeCluster, startFakeCluster } from '@lumen/testkit/proxmox/fake-cluster'
import { sampleCluster } from '@lumen/testkit/proxmox/sample-cluster'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { CONTROL_DB_FILE } from '../control-db/control-db.ts'
import { SECRET_KEY_FILE } from '../secrets/secret-box.ts'
import { startTestHub, type TestHub } from '../testing/test-hub.ts'

const WITHIN = { withinMs: 30_000 }

async function setup() {
  const now = systemClock.now()
  const spec = sampleCluster({ now, release: '9.1', nodes: 2, guests: 4 })
  const fake = await startFakeCluster({ clock: systemClock, spec })
  const t = await startTestHub()
  await t.logIn()
  return {
    fake,
    t,
    async [Symbol.asyncDispose]() {
      await t[Symbol.asyncDispose]()
      await fake[Symbol.asyncDispose]()
    },
  }
}

const addressesOf = (fake: FakeCluster) => fake.nodes.map(({ port }) => `127.0.0.1:${port}`)
const inputOf = (fake: FakeCluster, more: Record<string, unknown> = {}) => ({
  name: 'home',
  kind: 'pve',
  addresses: addressesOf(fake),
  token_id: fake.tokens[0]!.id,
  secret: fake.tokens[0]!.secret,
  trust: { by: 'ca', pem: fake.caPem },
  ...more,
})

async function create(t: TestHub, input: unknown): Promise<ProxmoxConnection> {
  const answer = await t.call('POST', '/api/proxmox', input)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { connection: ProxmoxConnection }).connection
}

async function shown(t: TestHub, id: number): Promise<ProxmoxConnection | undefined> {
  const answer = (await (await t.call('GET', '/api/proxmox')).json()) as { connections: ProxmoxConnection[] }
  return answer.connections.find((connection) => connection.id === id)
}

const reaches = (t: TestHub, id: number, state: ProxmoxConnection['state']) =>
  until(
    `connection ${id} to be ${state}`,
    async () => {
      const connection = await shown(t, id)
      return connection?.state === state && connection
    },
    WITHIN,
  )

test('a connection is made, comes up by itself, is changed, and ends', async () => {
  await using s = await setup()
  const { id } = await create(s.t, inputOf(s.fake))
  const up = await reaches(s.t, id, 'up')
  expect(up).toMatchObject({ name: 'home', fault: null, certificate: null, missing_rights: [], faults: [] })
  expect(up.version).toStartWith('9.1')
  expect((await s.t.call('POST', '/api/proxmox', inputOf(s.fake, { name: 'HOME' }))).status).toBe(409)
  const renamed = await s.t.call('PATCH', `/api/proxmox/${id}`, { name: 'lab' })
  expect(await renamed.json()).toMatchObject({ connection: { name: 'lab' } })
  expect((await s.t.call('DELETE', `/api/proxmox/${id}`)).status).toBe(204)
  expect(await shown(s.t, id)).toBeUndefined()
  expect((await s.t.call('DELETE', `/api/proxmox/${id}`)).status).toBe(404)
  expect(s.fake.ledger.violations).toEqual([])
})

test('a connection ends with what it told of, or leaves it; hosts with an agent stay either way', async () => {
  await using s = await setup()
  const { host: own } = (await (await s.t.call('POST', '/api/hosts', { name: 'mine' })).json()) as {
    host: { id: number }
  }
  const hosts = async () => {
    const answer = (await (await s.t.call('GET', '/api/hosts')).json()) as {
      hosts: { id: number; name: string; state: string }[]
    }
    return answer.hosts
  }
  const connect = async () => {
    const { id } = await create(s.t, inputOf(s.fake))
    await until('its nodes and the cluster', async () => (await hosts()).length === 4, WITHIN)
    return id
  }
  const kept = await connect()
  expect((await s.t.call('DELETE', `/api/proxmox/${kept}`)).status).toBe(204)
  const before = await hosts()
  expect(before.map(({ name }) => name).sort()).toEqual(['cluster home', 'mine', 'pve1', 'pve2'])
  expect(before.filter(({ id }) => id !== own.id).map(({ state }) => state)).toEqual(['down', 'down', 'down'])
  for (const { id } of before) {
    if (id !== own.id) expect((await s.t.call('DELETE', `/api/hosts/${id}`)).status).toBe(204)
  }
  const gone = await connect()
  const told = (await hosts()).filter(({ id }) => id !== own.id)
  expect((await s.t.call('DELETE', `/api/proxmox/${gone}?history=delete`)).status).toBe(204)
  expect((await hosts()).map(({ id }) => id)).toEqual([own.id])
  for (const { id } of told) {
    const query = `/api/query?host=${id}&metrics=host.cpu_pct&from=0&to=${systemClock.now()}`
    expect((await s.t.call('GET', query)).status).toBe(404)
  }
})

test('whether disks are asked is off unless said, and can be changed by itself', async () => {
  await using s = await setup()
  const { id, smart } = await create(s.t, inputOf(s.fake))
  expect(smart).not.toBe(true)
  const change = async (body: unknown) =>
    (
      (await (await s.t.call('PATCH', `/api/proxmox/${id}`, body)).json()) as {
        connection: ProxmoxConnection
      }
    ).connection.smart
  expect(await change({ smart: true })).toBe(true)
  expect(await change({ name: 'lab' })).toBe(true)
  expect(await change({ smart: false })).toBe(false)
})

test('rules about connections watch what is connected, and the cluster is counted in the list of hosts', async () => {
  await using s = await setup()
  const watched = async () => {
    const { rules } = (await (await s.t.call('GET', '/api/alerts/rules')).json()) as {
      rules: { template: string | null; subjects: number }[]
    }
    const names = ['hub_proxmox', 'hub_certificate', 'hub_backup_server', 'hub_disk']
    return names.map((name) => rules.find(({ template }) => template === name)?.subjects)
  }
  expect(await watched()).toEqual([0, 0, 0, 1])
  await create(s.t, inputOf(s.fake))
  expect(await watched()).toEqual([1, 1, 0, 1])
  const counts = { nodes_online: 2, nodes_total: 2, guests_running: 4, guests_total: 4, is_quorate: true }
  await until(
    'the cluster to be counted',
    async () => {
      const { hosts } = (await (await s.t.call('GET', '/api/hosts')).json()) as {
        hosts: { kind: string; cluster: unknown }[]
      }
      expect(hosts.filter(({ kind, cluster }) => kind !== 'proxmox-cluster' && cluster !== null)).toEqual([])
      return Bun.deepEquals(hosts.find(({ kind }) => kind === 'proxmox-cluster')?.cluster, counts)
    },
    WITHIN,
  )
})

test('the secret is in no answer and not in the database, and works again after a restart', async () => {
  await using s = await setup()
  await using dir = await tempDir()
  const { secret } = s.fake.tokens[0]!
  let id = 0
  {
    await using t = await startTestHub({ dataDir: dir.path })
    await t.logIn()
    const answer = await t.call('POST', '/api/proxmox', inputOf(s.fake))
    const text = await answer.text()
    expect(text).not.toContain(secret)
    id = (JSON.parse(text) as { connection: { id: number } }).connection.id
    expect(await (await t.call('GET', '/api/proxmox')).text()).not.toContain(secret)
    expect(await (await t.call('PATCH', `/api/proxmox/${id}`, { name: 'x' })).text()).not.toContain(secret)
    expect(await (await t.call('POST', `/api/proxmox/${id}/test`)).text()).not.toContain(secret)
  }
  for (const file of [CONTROL_DB_FILE, `${CONTROL_DB_FILE}-wal`, SECRET_KEY_FILE]) {
    const path = join(dir.path, file)
    if (await Bun.file(path).exists()) expect(readFileSync(path).includes(secret)).toBe(false)
  }
  await using again = await startTestHub({ dataDir: dir.path })
  const { cookie } = await logInAgain(again)
  again.cookie = cookie
  await reaches(again, id, 'up')
})

async function logInAgain(t: TestHub): Promise<{ cookie: string }> {
  const answer = await t.call('POST', '/api/login', { username: 'admin', password: 'correct horse battery' })
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
}

test('a new address needs the secret again; another order or fewer do not', async () => {
  await using s = await setup()
  const { id } = await create(s.t, inputOf(s.fake))
  const change = (body: unknown) => s.t.call('PATCH', `/api/proxmox/${id}`, body)
  const elsewhere = await change({ addresses: [...addressesOf(s.fake), '127.0.0.1:1'] })
  expect(elsewhere.status).toBe(400)
  expect(await elsewhere.json()).toMatchObject({ code: 'secret_needed' })
  expect((await change({ addresses: addressesOf(s.fake).toReversed() })).status).toBe(200)
  expect((await change({ addresses: addressesOf(s.fake).slice(1) })).status).toBe(200)
  expect((await change({ addresses: addressesOf(s.fake) })).status).toBe(400)
  const { secret } = s.fake.tokens[0]!
  expect((await change({ addresses: addressesOf(s.fake), secret })).status).toBe(200)
})

test('a certificate that changes halts the connection and shows old and new, until a person confirms it', async () => {
  await using s = await setup()
  const old = s.fake.nodes.map(({ certificate }) => certificate.fingerprint)
  const trust = { by: 'fingerprint', sha256: old }
  s.fake.happens({ kind: 'certificate', by: 'stranger' })
  const renewed = s.fake.nodes.map(({ certificate }) => certificate.fingerprint)
  const { id } = await create(s.t, inputOf(s.fake, { trust }))
  const halted = await reaches(s.t, id, 'halted')
  expect(halted.certificate?.trusted).toEqual(old)
  expect(renewed).toContain(halted.certificate!.shown!.fingerprint)
  expect(halted.fault).toContain('nothing was sent')
  expect(s.fake.ledger.requests).toHaveLength(0)
  const confirmed = { trust: { by: 'fingerprint', sha256: renewed.map((text) => text.replaceAll(':', '')) } }
  expect((await s.t.call('PATCH', `/api/proxmox/${id}`, confirmed)).status).toBe(200)
  await reaches(s.t, id, 'up')
})

test('a test without saving says what it would show and names each right that is missing', async () => {
  await using s = await setup()
  const { name: _, ...words } = inputOf(s.fake)
  const tried = async (body: unknown) =>
    (await (await s.t.call('POST', '/api/proxmox/test', body)).json()) as ProxmoxTest
  expect(await tried(words)).toMatchObject({
    ...{ ok: true, fault: null, nodes: 2, guests: 4, has_history: true, missing_rights: [] },
  })
  s.fake.happens({ kind: 'revoke', path: '/', privileges: ['Sys.Audit', 'VM.GuestAgent.Audit'] })
  const poor = await tried(words)
  expect(poor).toMatchObject({ ok: true, has_history: null })
  expect(poor.missing_rights.map(({ privilege, path }) => `${privilege} on ${path}`)).toEqual([
    'Sys.Audit on /',
    'Sys.Audit on /nodes',
    'VM.GuestAgent.Audit on /vms',
  ])
  expect(await tried({ ...words, secret: 'wrong' })).toMatchObject({ ok: false, version: null })
  expect(await tried({ ...words, trust: { by: 'public' } })).toMatchObject({
    ...{ ok: false, certificate: { trusted: [], shown: { fingerprint: expect.any(String) } } },
  })
  expect(await (await s.t.call('GET', '/api/proxmox')).json()).toEqual({ connections: [] })
})

test('the certificate is shown without a byte being sent', async () => {
  await using s = await setup()
  const body = { kind: 'pve', addresses: [...addressesOf(s.fake), '127.0.0.1:1'] }
  const answer = await s.t.call('POST', '/api/proxmox/fingerprint', body)
  const { probes } = (await answer.json()) as {
    probes: { certificate: { fingerprint: string; names: string[] } | null; fault: string | null }[]
  }
  expect(probes.map(({ certificate }) => certificate?.fingerprint)).toEqual([
    ...s.fake.nodes.map(({ certificate }) => certificate.fingerprint),
    undefined,
  ])
  expect(probes[0]!.certificate!.names).toContain('127.0.0.1')
  expect(probes[2]!.fault).not.toBeNull()
  const said = s.fake.nodes.flatMap(({ connections }) => connections.map(({ clientBytes }) => clientBytes))
  expect(said).toEqual([0, 0])
})

test.each([
  [{ addresses: [] }, 'addresses'],
  [{ addresses: ['https://pve1'] }, 'addresses[0]'],
  [{ token_id: 'root@pam' }, 'token_id'],
  [{ secret: 'two words' }, 'secret'],
  [{ secret: 'a\r\nX: y' }, 'secret'],
  [{ trust: { by: 'nobody' } }, 'trust.by'],
  [{ trust: { by: 'fingerprint', sha256: ['AB'] } }, 'trust.sha256[0]'],
  [{ trust: { by: 'ca', pem: 'x' } }, 'trust.pem'],
])('%p is refused, naming the field', async (wrong, path) => {
  await using s = await setup()
  const answer = await s.t.call('POST', '/api/proxmox', inputOf(s.fake, wrong))
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ errors: [{ path }] })
})

test('without the key a connection says that its secret must be entered again', async () => {
  await using s = await setup()
  await using dir = await tempDir()
  {
    await using t = await startTestHub({ dataDir: dir.path })
    await t.logIn()
    await create(t, inputOf(s.fake))
  }
  await Bun.file(join(dir.path, SECRET_KEY_FILE)).delete()
  await using t = await startTestHub({ dataDir: dir.path })
  t.cookie = (await logInAgain(t)).cookie
  const sealed = await reaches(t, 1, 'sealed')
  expect(sealed.fault).toContain('enter the secret again')
  expect((await t.call('POST', '/api/proxmox/1/test')).status).toBe(409)
  const { secret } = s.fake.tokens[0]!
  expect((await t.call('PATCH', '/api/proxmox/1', { secret })).status).toBe(200)
  await reaches(t, 1, 'up')
})

test('the commands that make a token give the read-only role to user and token', async () => {
  await using s = await setup()
  const answer = await (await s.t.call('GET', '/api/proxmox/commands')).json()
  expect(JSON.stringify(answer)).toContain("pveum acl modify / --tokens 'lumen@pve!hub' --roles PVEAuditor")
  expect(JSON.stringify(answer)).toContain('proxmox-backup-manager')
})
