import { expect, test } from 'bun:test'
import { DAY, HOUR } from '@lumen/model/time'
import { FakeClock } from '../fake-clock.ts'
import { askFake } from './ask-fake.ts'
import { startFakeBackupServer } from './fake-backup-server.ts'
import { startFakeCluster } from './fake-cluster.ts'
import type { FakeServer } from './fake-server.ts'
import { PBS_CALLS } from './pbs-calls.ts'
import { sampleCluster } from './sample-cluster.ts'

const NOW = Date.UTC(2026, 5, 1, 12)
type Row = Record<string, unknown>

const rows = async (server: FakeServer, path: string) => (await askFake(server, path)).data as Row[]

test('a backup server answers each of its calls in its shape, to a token with a colon', async () => {
  await using server = await startFakeBackupServer({ clock: new FakeClock(NOW) })
  expect(server.authorization).toMatch(/^PBSAPIToken=lumen@pbs!hub:[0-9a-f-]{36}$/)
  for (const template of Object.keys(PBS_CALLS)) {
    const path = template.replace('{store}', 'main').replace('{node}', 'localhost')
    expect({ path, status: (await askFake(server, path)).status }).toEqual({ path, status: 200 })
  }
  const equals = { authorization: server.authorization.replace('hub:', 'hub=') }
  const refused = await askFake(server, '/version', { headers: equals })
  expect([refused.status, refused.reason]).toEqual([401, 'Unauthorized'])
  expect(server.ledger.violations).toEqual([])
  expect(server.ledger.ownFaults).toEqual([])
  await askFake(server, '/admin/datastore/main/snapshots')
  expect(server.ledger.violations).toEqual(['GET /admin/datastore/main/snapshots: no such call'])
})

test('its groups are what the cluster backed up, with the newest backup of each guest', async () => {
  const clock = new FakeClock(NOW)
  await using cluster = await startFakeCluster({ clock, spec: sampleCluster({ now: NOW, guests: 8 }) })
  await using server = await startFakeBackupServer({ clock, cluster })
  const groups = await rows(server, '/admin/datastore/main/groups')
  expect(groups.map((row) => row['backup-id'])).toEqual(expect.arrayContaining(['100', '104']))
  expect(groups[0]).toMatchObject({ 'backup-type': 'ct', 'backup-count': 14 })
  expect(await rows(server, '/admin/datastore/archive/groups')).toEqual([])
  cluster.happens({ kind: 'backup', guest: 103, storage: 'pbs' })
  clock.advance(HOUR)
  const added = (await rows(server, '/admin/datastore/main/groups')).find((row) => row['backup-id'] === '103')
  expect(added).toMatchObject({ 'backup-type': 'vm', 'last-backup': NOW / 1_000 + 2, 'backup-count': 1 })
  const missing = await askFake(server, '/admin/datastore/none/groups')
  expect([missing.status, missing.text]).toEqual([400, "no such datastore 'none'"])
})

test('usage is the truth, and the day it is full lies where the last month points to', async () => {
  const clock = new FakeClock(NOW)
  await using server = await startFakeBackupServer({ clock })
  const usage = async () =>
    (await rows(server, '/status/datastore-usage')).find(({ store }) => store === 'main')!
  const { used, total, avail, history } = await usage()
  expect(used).toBe(server.truth.storage('pbs', 'main').usedBytes(NOW))
  expect(Number(used) + Number(avail)).toBe(Number(total))
  expect(history).toHaveLength(30)
  for (let day = 0; day < 30; day++)
    server.happens({ kind: 'storage-fill', at: NOW + day * DAY, storage: 'main', share: 0.6 + day / 100 })
  clock.advance(30 * DAY)
  const full = Number((await usage())['estimated-full-date']) * 1_000
  expect(Math.abs(full - (NOW + 40 * DAY))).toBeLessThan(2 * DAY)
  server.happens({ kind: 'storage-loss', storage: 'main' })
  expect(await usage()).toEqual({ store: 'main', error: "unable to open datastore 'main'" })
})

test('a job that fails is so in its list and in the tasks', async () => {
  const clock = new FakeClock(NOW)
  await using server = await startFakeBackupServer({ clock })
  expect((await rows(server, '/admin/verify'))[0]).toMatchObject({ 'last-run-state': 'OK' })
  server.happens({ kind: 'server-job', job: 'verify', state: 'verification failed - 2 snapshots' })
  clock.advance(DAY)
  const [job] = await rows(server, '/admin/verify?store=main')
  expect(job).toMatchObject({ store: 'main', 'last-run-state': 'verification failed - 2 snapshots' })
  const failed = await rows(server, '/nodes/localhost/tasks?errors=1&limit=500')
  expect(failed.map(({ worker_type, status }) => [worker_type, status])).toEqual(
    Array(2).fill(['verificationjob', 'verification failed - 2 snapshots']),
  )
  expect(failed.map(({ upid }) => upid)).toContain(job!['last-run-upid'])
  expect((await rows(server, '/admin/prune'))[0]).toMatchObject({ 'last-run-state': 'OK' })
})

test('what is revoked is not listed', async () => {
  await using server = await startFakeBackupServer({ clock: new FakeClock(NOW) })
  server.happens({ kind: 'revoke', path: '/datastore/archive', privileges: ['Datastore.Audit'] })
  server.happens({ kind: 'revoke', path: '/system', privileges: ['Sys.Audit'] })
  expect((await rows(server, '/status/datastore-usage')).map(({ store }) => store)).toEqual(['main'])
  expect(await rows(server, '/nodes/localhost/tasks')).toEqual([])
  const { data } = await askFake(server, '/access/permissions')
  expect(Object.keys(data as object)).toEqual([
    '/',
    '/datastore',
    '/datastore/main',
    '/datastore/archive',
    '/system',
    '/system/tasks',
  ])
  expect(data).toMatchObject({ '/datastore/main': { 'Datastore.Audit': true } })
  expect((data as Row)['/datastore/archive']).not.toHaveProperty(['Datastore.Audit'])
  const refused = await askFake(server, '/admin/datastore/archive/groups')
  expect([refused.status, refused.text]).toEqual([
    403,
    'Permission check failed (/datastore/archive, Datastore.Audit|Datastore.Backup)',
  ])
})
