import { expect, test } from 'bun:test'
import type { ClusterDetail } from '@lumen/protocol/http/proxmox/detail'
import { startFakeBackupServer } from '@lumen/testkit/proxmox/fake-backup-server'
import { NOW, startTestProxmox, type TestProxmox, valueIn } from '@lumen/testkit/proxmox/test-proxmox'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function detailOf(t: TestProxmox): ClusterDetail {
  const { cluster } = t.proxmox.detail(t.connection.id)
  if (cluster === null) throw new Error('there is no cluster')
  return cluster
}

test.each(['8.2', '8.4', '9.1'] as const)(
  '%s: a cluster tells its quorum, nodes, guests, storages, pools and disks',
  async (release) => {
    await using t = await startTestProxmox(release, { nodes: 3, guests: 20 })
    await t.passes(2 * MINUTE)
    const { spec } = t.fake.truth.timeline
    const cluster = detailOf(t)
    expect(cluster).toMatchObject({ name: 'homelab', quorate: true, host: t.host('cluster home').id })
    expect(cluster.nodes).toEqual(
      spec.nodes.map(({ name, address }) => ({ name, host: t.host(name).id, online: true, ip: address })),
    )
    expect(cluster.guests.map(({ vmid }) => vmid).sort()).toEqual(spec.guests.map(({ vmid }) => vmid).sort())
    const templates = spec.guests.filter(({ state }) => state === 'template').map(({ vmid }) => vmid)
    expect(cluster.guests.filter(({ template }) => template).map(({ vmid }) => vmid)).toEqual(templates)
    const pools = spec.nodes.flatMap(({ name, pools }) => pools.map((pool) => `${name}/${pool.name}`))
    expect(cluster.pools.map(({ node, name }) => `${node}/${name}`)).toEqual(pools)
    for (const pool of cluster.pools) {
      expect(pool).toMatchObject({ health: 'ONLINE', errors: 0 })
      expect(NOW - pool.scrubbed_at!).toBeLessThan(40 * DAY)
    }
    expect(cluster.disks).toHaveLength(spec.nodes.reduce((sum, { disks }) => sum + disks.length, 0))
    expect(spec.nodes.flatMap(({ name }) => t.fake.ledger.diskWakeUps(name))).toEqual([])
    expect(cluster.ha?.services.map(({ sid }) => sid).sort()).toEqual(
      spec.ha
        .map(
          (vmid) =>
            `${spec.guests.find((guest) => guest.vmid === vmid)!.type === 'qemu' ? 'vm' : 'ct'}:${vmid}`,
        )
        .sort(),
    )
    expect(cluster.replications).toMatchObject([
      { guest: spec.replications[0]!.guest, fail_count: 0, error: null },
    ])
    const shared = spec.storages.filter(({ isShared }) => isShared).map(({ name }) => name)
    expect(
      cluster.storages
        .filter(({ node }) => node === null)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(shared.sort())
    expect(t.fake.ledger.violations).toEqual([])
    expect(t.fake.ledger.ownFaults).toEqual([])
  },
)

test('each guest’s newest backup is there with age, size and whether it was verified; who has none is named', async () => {
  await using t = await startTestProxmox('9.1', { nodes: 2, guests: 20 })
  await t.passes(2 * MINUTE)
  const { spec } = t.fake.truth.timeline
  const cluster = detailOf(t)
  const jobs = spec.backupJobs
  for (const { vmid, state } of spec.guests.filter(({ state }) => state !== 'template')) {
    const guest = cluster.guests.find((one) => one.vmid === vmid)!
    const covering = jobs.filter(({ guests }) => guests.includes(vmid)).map(({ id }) => id)
    expect(guest.backup!.jobs.sort()).toEqual(covering.sort())
    expect(cluster.uncovered.includes(vmid)).toBe(covering.length === 0)
    if (covering.length === 0 || state === 'stopped') continue
    expect(NOW - guest.backup!.last_good!).toBeLessThan(DAY)
    expect(guest.backup!.size_bytes).toBeGreaterThan(0)
    expect(guest.backup!.count).toBeGreaterThan(1)
  }
  expect(cluster.backup_jobs.map(({ id }) => id)).toEqual(jobs.map(({ id }) => id))
  expect(cluster.backup_jobs[0]!.next_run).toBeGreaterThan(NOW)
  const verified = cluster.guests.map(({ backup }) => backup?.verified)
  expect(verified).toContain('ok')
})

test('a backup that fails, a pool in trouble, a full storage and a failed replication show', async () => {
  await using t = await startTestProxmox('9.1', { nodes: 2, guests: 10 })
  const { spec } = t.fake.truth.timeline
  const node = spec.nodes[0]!
  const pool = node.pools[0]!.name
  t.fake.happens({
    kind: 'backup-outcome',
    outcome: 'failed',
    message: 'no space',
    at: NOW - 2 * DAY,
    until: NOW - DAY,
  })
  t.fake.happens({ kind: 'pool-trouble', node: node.name, pool, health: 'DEGRADED', errors: 3 })
  t.fake.happens({ kind: 'storage-fill', storage: 'nas', share: 0.97 })
  t.fake.happens({
    kind: 'replication-failure',
    guest: spec.replications[0]!.guest,
    message: 'ssh failed',
    at: NOW - HOUR,
  })
  await t.passes(2 * MINUTE)
  const cluster = detailOf(t)
  expect(cluster.failed_backups.length).toBeGreaterThan(0)
  for (const { type, status, started_at } of cluster.failed_backups) {
    expect(type).toBe('vzdump')
    expect(status).not.toBe('OK')
    expect(NOW - started_at).toBeLessThan(2 * DAY)
  }
  expect(cluster.pools.find((one) => one.node === node.name && one.name === pool)).toMatchObject({
    ...{ health: 'DEGRADED', errors: 3 },
  })
  expect(valueIn(t.samples(node.name).at(-1), 'zpool.errors', pool)).toBe(3)
  expect(cluster.storages.find(({ name }) => name === 'nas')).toMatchObject({ nearly_full: true })
  expect(cluster.replications[0]).toMatchObject({ error: 'ssh failed' })
  expect(cluster.replications[0]!.fail_count).toBeGreaterThan(0)
})

test('a cluster in two parts says that it has no quorum', async () => {
  await using t = await startTestProxmox('9.1', { nodes: 3 })
  await t.passes(MINUTE)
  t.fake.happens({ kind: 'partition', groups: [['pve1'], ['pve2', 'pve3']] })
  await t.passes(2 * MINUTE)
  expect(detailOf(t).quorate).toBe(false)
})

test('a backup server tells its datastores, groups, jobs and what failed', async () => {
  await using t = await startTestProxmox('9.1', { nodes: 1, guests: 10 })
  await using pbs = await startFakeBackupServer({ clock: t.clock, cluster: t.fake })
  pbs.happens({ kind: 'server-job', job: 'verify', state: 'verification failed', at: NOW - 2 * DAY })
  const { id } = await t.proxmox.add({
    name: 'pbs',
    kind: 'pbs',
    addresses: [`127.0.0.1:${pbs.nodes[0]!.port}`],
    token_id: pbs.tokens[0]!.id,
    secret: pbs.tokens[0]!.secret,
    trust: { by: 'fingerprint', sha256: [pbs.nodes[0]!.certificate.fingerprint] },
  })
  await t.passes(2 * MINUTE)
  const { connection, cluster, backup_server: server } = t.proxmox.detail(id)
  expect(connection).toMatchObject({ state: 'up', missing_rights: [], version: '4.1' })
  expect(cluster).toBeNull()
  expect(server!.datastores.map(({ name }) => name)).toEqual(['main', 'archive'])
  const [main] = server!.datastores
  expect(main!.used_pct).toBeGreaterThan(10)
  expect(main!.groups.length).toBeGreaterThan(0)
  for (const { last_backup } of main!.groups) expect(last_backup).toBeLessThan(NOW)
  expect(new Set(server!.jobs.map(({ kind }) => kind))).toEqual(new Set(['verify', 'prune', 'sync', 'gc']))
  expect(server!.jobs.find(({ kind }) => kind === 'verify')!.last_state).toBe('verification failed')
  expect(server!.failed_tasks.length).toBeGreaterThan(0)
  expect(pbs.ledger.violations).toEqual([])
  expect(pbs.ledger.ownFaults).toEqual([])
})

test('machines are known by what their configuration says, for agents to be found in them', async () => {
  await using t = await startTestProxmox('9.1', { nodes: 2, guests: 12 })
  await t.passes(2 * MINUTE)
  const { spec } = t.fake.truth.timeline
  const machines = t.proxmox.machines()
  const guests = spec.guests.filter(({ state }) => state !== 'template')
  for (const { vmid, type, node, mac, name } of guests) {
    const machine = machines.find((one) => one.vmid === vmid)!
    expect(machine).toMatchObject({ kind: type, node, name, macs: [mac.toLowerCase()] })
    expect(machine.uuid === null).toBe(type === 'lxc')
  }
  expect(machines.filter(({ kind }) => kind === 'node').map(({ name, ips }) => `${name} ${ips}`)).toEqual(
    spec.nodes.map(({ name, address }) => `${name} ${address}`),
  )
  expect(machines).toHaveLength(guests.length + spec.nodes.length)
})
