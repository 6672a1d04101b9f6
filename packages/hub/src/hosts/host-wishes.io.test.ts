import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ack } from '@lumen/protocol/agent/ack'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import { openControlDb } from '../control-db/control-db.ts'
import { MIGRATIONS } from '../control-db/schema.ts'
import { pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'lumen-wishes-'))
let t: TestHub
beforeAll(async () => {
  t = await startTestHub({ dataDir })
  await t.logIn()
})
afterAll(async () => {
  await t[Symbol.asyncDispose]()
  rmSync(dataDir, { recursive: true, force: true })
})

const policyOf = async (token: string) => ((await (await t.push(token, pushOf([]))).json()) as Ack).policy
const patch = async (id: number, body: object) => {
  const answer = await t.call('PATCH', `/api/hosts/${id}`, body)
  return { status: answer.status, host: ((await answer.json()) as { host: HostSummary }).host }
}
const put = (body: object) => t.call('PUT', '/api/settings', body)

test('an agent hears of the fleet’s wishes with the next ack, of its host’s own over those, and of both ended', async () => {
  const one = await t.addHost('one')
  const other = await t.addHost('other')
  const first = await policyOf(one.token)
  expect(first).toMatchObject({ interval_ms: 5_000, collectors: {} })
  expect((await put({ interval_ms: 10_000, collectors: { docker: 'off' } })).status).toBe(200)
  const fleet = await policyOf(one.token)
  expect(fleet).toMatchObject({ interval_ms: 10_000, collectors: { docker: 'off' } })
  expect(fleet.rev).toBeGreaterThan(first.rev)
  const { host } = await patch(one.id, {
    interval_ms: 1_000,
    collectors: { docker: 'auto', processes: 'off' },
  })
  expect(host).toMatchObject({
    name: 'one',
    policy: {
      interval_ms: 1_000,
      collectors: { docker: 'auto', processes: 'off' },
      own_interval_ms: 1_000,
      own_collectors: { docker: 'auto', processes: 'off' },
    },
  })
  const own = await policyOf(one.token)
  expect(own).toMatchObject({ interval_ms: 1_000, collectors: { docker: 'auto', processes: 'off' } })
  expect(own.rev).toBeGreaterThan(fleet.rev)
  expect(await policyOf(other.token)).toEqual(fleet)
  await patch(one.id, { interval_ms: null, collectors: null })
  const ended = await policyOf(one.token)
  expect(ended).toEqual({ ...fleet, rev: ended.rev })
  expect(ended.rev).toBeGreaterThan(own.rev)
  await put({ interval_ms: 5_000, collectors: {} })
})

test('what is not named stays, also when two changes are under way', async () => {
  const { id } = await t.addHost('both')
  await Promise.all([patch(id, { interval_ms: 2_000 }), patch(id, { collectors: { gpu: 'off' } })])
  const { host } = await patch(id, { name: 'renamed' })
  expect(host).toMatchObject({
    name: 'renamed',
    policy: { own_interval_ms: 2_000, own_collectors: { gpu: 'off' } },
  })
})

test.each([
  { interval_ms: 999 },
  { interval_ms: 300_001 },
  { interval_ms: 1_000.5 },
  { collectors: { docker: 'on' } },
  { collectors: { docker: '/var/run/docker.sock' } },
  { collectors: { shell: 'auto' } },
  { name: null },
])('%j is no wish a host can have', async (body) => {
  const { id } = await t.addHost(`h${Math.abs(Bun.hash.crc32(JSON.stringify(body)))}`)
  expect((await t.call('PATCH', `/api/hosts/${id}`, body)).status).toBe(400)
  const { name: _, ...settings } = body as { name?: null }
  if (Object.keys(settings).length > 0) expect((await put(settings)).status).toBe(400)
})

test('the older agent is told its host’s own interval', async () => {
  const { id, token } = await t.addHost('old')
  await patch(id, { interval_ms: 30_000 })
  const answer = await fetch(`${t.hub.url}/api/agent/policy`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect(await answer.json()).toEqual({ collection_interval: '30s' })
})

test('wishes are kept over a restart, and a database from before them is brought up', async () => {
  const { id, token } = await t.addHost('kept')
  await patch(id, { interval_ms: 60_000 })
  const before = await policyOf(token)
  await t[Symbol.asyncDispose]()
  const { cookie } = t
  t = await startTestHub({ dataDir })
  t.cookie = cookie
  expect(await policyOf(token)).toEqual(before)

  const old = mkdtempSync(join(tmpdir(), 'lumen-old-'))
  {
    using db = new Database(join(old, 'control.db'))
    db.exec(`${MIGRATIONS[0]}; PRAGMA user_version = 1;
      INSERT INTO hosts (name, token_hash, created_at) VALUES ('nas', 'x', 0)`)
  }
  await using db = await openControlDb(old, 'inline')
  expect(db.read('SELECT name, wishes FROM hosts')).toEqual([{ name: 'nas', wishes: null }])
  rmSync(old, { recursive: true, force: true })
})
