import { expect, test } from 'bun:test'
import { clusterDetailSchema } from '@lumen/protocol/http/proxmox/cluster'
import type { ProxmoxConnection } from '@lumen/protocol/http/proxmox/connections'
import { type FakeBackupServer, startFakeBackupServer } from '@lumen/testkit/proxmox/fake-backup-server'
import { startTestProxmox, type TestProxmox } from '@lumen/testkit/proxmox/test-proxmox'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

async function connect(t: TestProxmox, server: FakeBackupServer): Promise<ProxmoxConnection> {
  return t.proxmox.add({
    ...{ name: 'vault', kind: 'pbs', addresses: [`127.0.0.1:${server.nodes[0]!.port}`] },
    ...{ token_id: server.tokens[0]!.id, secret: server.tokens[0]!.secret },
    trust: { by: 'ca', pem: server.caPem },
  })
}

test('datastores, groups and jobs of a backup server are shown, groups with the guests they are of', async () => {
  await using t = await startTestProxmox('9.1', { guests: 10, historyMs: 20 * DAY })
  await using pbs = await startFakeBackupServer({ clock: t.clock, cluster: t.fake })
  const { id } = await connect(t, pbs)
  await t.passes(2 * MINUTE)
  const detail = clusterDetailSchema.parse(await t.proxmox.detail(id))
  const { server, cluster, parts, connection } = detail
  expect(cluster).toBeNull()
  expect(connection.state).toBe('up')
  expect(parts.map(({ name, faults }) => [name, faults])).toEqual([
    ['datastores', []],
    ['groups', []],
    ['jobs', []],
    ['server_tasks', []],
  ])
  expect(server!.datastores.map(({ name, error }) => [name, error])).toEqual([
    ['main', null],
    ['archive', null],
  ])
  const [main] = server!.datastores
  expect(main!.used_bytes! + main!.avail_bytes!).toBe(main!.total_bytes!)
  expect(main!.deduplication).toBeGreaterThan(1)
  const groups = server!.groups.filter(({ store }) => store === 'main')
  expect(groups.map(({ type, guest }) => [type, guest?.vmid, guest?.name]).sort()).toEqual([
    ['ct', 100, 'dns'],
    ['ct', 104, 'home-assistant'],
    ['ct', 108, 'web'],
  ])
  expect(new Set(groups.map(({ verified }) => verified))).toEqual(new Set(['ok']))
  expect(server!.jobs.map(({ kind, store, state }) => `${kind} ${store} ${state}`)).toEqual([
    ...['verify main ok', 'verify archive ok', 'prune main ok', 'prune archive ok'],
    ...['sync main ok', 'sync archive ok', 'gc main ok', 'gc archive ok'],
  ])
  expect(server!.tasks).toEqual([])
  expect(t.proxmox.troubles()).toEqual([])
  expect(pbs.ledger.violations).toEqual([])
  expect(pbs.ledger.ownFaults).toEqual([])
})

test('one backup that both a cluster and its backup server tell of is one', async () => {
  await using t = await startTestProxmox('9.1', { guests: 10, historyMs: 20 * DAY })
  const countOf = async (vmid: number) => {
    const { cluster } = await t.proxmox.detail(t.connection.id)
    return cluster!.guests.find((guest) => guest.vmid === vmid)!.backup!.count
  }
  await t.passes(2 * MINUTE)
  const before = await countOf(100)
  await using pbs = await startFakeBackupServer({ clock: t.clock, cluster: t.fake })
  await connect(t, pbs)
  await t.passes(2 * MINUTE)
  expect(await countOf(100)).toBe(before)
})

test('where the cluster may not see its storage, the backup server tells of the guest’s backups', async () => {
  await using t = await startTestProxmox('9.1', { guests: 10, historyMs: 20 * DAY })
  t.fake.happens({ kind: 'revoke', path: '/storage', privileges: ['Datastore.Audit'] })
  for (const name of ['local', 'nas', 'pbs']) {
    t.fake.happens({ kind: 'revoke', path: `/storage/${name}`, privileges: ['Datastore.Audit'] })
  }
  await using pbs = await startFakeBackupServer({ clock: t.clock, cluster: t.fake })
  await connect(t, pbs)
  await t.passes(2 * MINUTE)
  const { cluster } = await t.proxmox.detail(t.connection.id)
  const of = (vmid: number) => cluster!.guests.find((guest) => guest.vmid === vmid)!.backup!
  expect(of(100)).toMatchObject({ state: 'ok', count: 1, last: { where: 'vault: main', verified: null } })
  expect(of(101)).toMatchObject({ state: 'unknown', last: null })
})

test('a job that fails and a datastore that cannot be read are told of, each by its name', async () => {
  await using t = await startTestProxmox('9.1', { guests: 10, historyMs: 20 * DAY })
  await using pbs = await startFakeBackupServer({ clock: t.clock, cluster: t.fake })
  const { id } = await connect(t, pbs)
  pbs.happens({ kind: 'server-job', job: 'verify', state: 'verification failed', at: t.clock.now() - DAY })
  await t.passes(2 * MINUTE)
  const { server } = await t.proxmox.detail(id)
  expect(server!.jobs[0]).toMatchObject({ kind: 'verify', state: 'failed', message: 'verification failed' })
  expect(server!.tasks[0]).toMatchObject({ state: 'failed', message: 'verification failed' })
  expect(t.proxmox.troubles().map(({ key, words }) => `${key} | Hub ${words}`)).toEqual([
    'vault: verify verify-main | Hub hears from backup server vault: verification of main failed: verification failed',
    'vault: verify verify-archive | Hub hears from backup server vault: verification of archive failed: verification failed',
  ])
})

test('a token that may not see a datastore names the right, and the rest goes on', async () => {
  await using t = await startTestProxmox('9.1', { guests: 10, historyMs: 20 * DAY })
  await using pbs = await startFakeBackupServer({ clock: t.clock, cluster: t.fake })
  const call = '/admin/datastore/{store}/groups'
  pbs.happens({ kind: 'answer', call, how: { status: 403, message: 'permission check failed' } })
  const { id } = await connect(t, pbs)
  await t.passes(2 * MINUTE)
  const { server, parts } = await t.proxmox.detail(id)
  expect(parts.find(({ name }) => name === 'groups')!.faults[0]).toContain(
    'Datastore.Audit on /datastore/main',
  )
  expect(server!.datastores).toHaveLength(2)
  expect(server!.jobs).toHaveLength(8)
})
