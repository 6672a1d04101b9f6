import { expect, test } from 'bun:test'
import {
  type ClusterDetail,
  type ClusterPartName,
  clusterDetailSchema,
} from '@lumen/protocol/http/proxmox/cluster'
import { NOW, startTestProxmox, type TestProxmox } from '@lumen/testkit/proxmox/test-proxmox'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Enough for the backups that are kept. */
const HISTORY_MS = 20 * DAY
const RELEASES = ['8.2', '8.4', '9.1'] as const

/** As it goes over the wire. */
const detailOf = async (t: TestProxmox) => clusterDetailSchema.parse(await t.proxmox.detail(t.connection.id))
async function clusterOf(t: TestProxmox): Promise<NonNullable<ClusterDetail['cluster']>> {
  return (await detailOf(t)).cluster!
}
async function faultsOf(t: TestProxmox): Promise<Partial<Record<ClusterPartName, string[]>>> {
  const { parts } = await detailOf(t)
  return Object.fromEntries(
    parts.filter(({ faults }) => faults.length > 0).map(({ name, faults }) => [name, faults]),
  )
}

test.each(RELEASES)(
  '%s: what is shown of nodes, guests and storages is what is true of them',
  async (release) => {
    await using t = await startTestProxmox(release, { historyMs: HISTORY_MS, nodes: 3, guests: 20 })
    await t.passes(3 * MINUTE)
    const { truth } = t.fake
    const { spec } = truth.timeline
    const cluster = await clusterOf(t)
    expect(cluster).toMatchObject({ name: 'homelab', is_quorate: true, nodes_online: 3, nodes_total: 3 })
    for (const node of cluster.nodes) {
      const spent = spec.nodes.find(({ name }) => name === node.name)!
      expect(node).toMatchObject({ is_online: true, cores: spent.cores, mem_total_bytes: spent.memoryBytes })
      expect(node.host_id).toBe(t.host(node.name).id)
      expect(node.version).toMatch(release === '9.1' ? /^9\.1/ : /^8\./)
    }
    expect(cluster.guests.map(({ vmid }) => vmid)).toEqual(spec.guests.map(({ vmid }) => vmid))
    for (const guest of cluster.guests) {
      const known = spec.guests.find(({ vmid }) => vmid === guest.vmid)!
      expect(guest).toMatchObject({
        kind: known.type,
        name: known.name,
        node: known.node,
        cores: known.cores,
      })
      expect(guest.is_template).toBe(known.state === 'template')
      expect(guest.state).toBe(known.state === 'running' ? 'running' : 'stopped')
      expect(guest.is_on_boot).toBe(known.state === 'template' ? null : known.isOnBoot)
      expect(guest.tags).toEqual(known.tags === undefined ? [] : [known.tags])
      expect(guest.ha_state).toBe(spec.ha.includes(guest.vmid) ? 'started' : null)
      const isRunning = known.state === 'running'
      expect(guest.cpu_pct === null).toBe(!isRunning)
      expect(guest.mem_used_bytes === null).toBe(!isRunning)
    }
    const storages = cluster.storages.map(({ name, nodes }) => `${name} on ${nodes}`)
    expect(storages).toEqual([
      ...['local on pve1', 'local on pve2', 'local on pve3'],
      ...['local-zfs on pve1', 'local-zfs on pve2', 'local-zfs on pve3'],
      ...['nas on pve1,pve2,pve3', 'pbs on pve1,pve2,pve3'],
    ])
    for (const { name, nodes, used_bytes, total_bytes } of cluster.storages) {
      const readAt = truth.lastRound(nodes[0]!, t.clock.now())
      expect(total_bytes).toBe(spec.storages.find((storage) => storage.name === name)!.totalBytes)
      const used = truth.storage(nodes[0]!, name).usedBytes(readAt)
      expect(Math.abs(used_bytes! - used)).toBeLessThan(0.001 * total_bytes!)
    }
    expect(await faultsOf(t)).toEqual({})
    expect(t.fake.ledger.violations).toEqual([])
    expect(t.fake.ledger.ownFaults).toEqual([])
  },
)

test.each(RELEASES)(
  '%s: pools, disks, certificates, HA and replication are read; no disk is woken',
  async (release) => {
    await using t = await startTestProxmox(release, { historyMs: HISTORY_MS, nodes: 3, guests: 6 })
    await t.passes(release === '9.1' ? 62 * MINUTE : 6 * MINUTE)
    const cluster = await clusterOf(t)
    expect(
      cluster.pools.map(({ node, name, health, has_errors }) => [node, name, health, has_errors]),
    ).toEqual([
      ['pve1', 'rpool', 'ONLINE', false],
      ['pve2', 'rpool', 'ONLINE', false],
      ['pve3', 'rpool', 'ONLINE', false],
    ])
    const age = NOW - cluster.pools[0]!.scrubbed_at!
    expect(age).toBeGreaterThan(0)
    expect(age).toBeLessThan(36 * DAY)
    expect(cluster.disks).toHaveLength(9)
    expect(cluster.disks[0]).toMatchObject({ node: 'pve1', kind: 'nvme', used_by: 'ZFS', health: null })
    expect(cluster.asks_smart).toBe(false)
    for (const { name } of t.fake.nodes) expect(t.fake.ledger.diskWakeUps(name)).toEqual([])
    expect(cluster.certificates.map(({ node, fingerprint }) => [node, fingerprint])).toEqual(
      t.fake.nodes.map(({ name, certificate }) => [name, certificate.fingerprint]),
    )
    expect(cluster.ha!.resources.map(({ id, state }) => [id, state])).toEqual([
      ['ct:100', 'started'],
      ['vm:101', 'started'],
    ])
    expect(cluster.replications).toMatchObject([
      { id: '103-0', vmid: 103, source: 'pve1', target: 'pve2', state: 'ok', fail_count: 0, error: null },
    ])
    expect(t.fake.ledger.violations).toEqual([])
  },
)

test('health and wear are asked for at most once an hour, and only where somebody said so', async () => {
  await using t = await startTestProxmox('9.1', { historyMs: HISTORY_MS })
  t.fake.happens({ kind: 'disk-trouble', node: 'pve1', disk: '/dev/nvme0n1', health: 'FAILED', wearout: 3 })
  await t.proxmox.change(t.connection.id, { smart: true })
  await t.passes(62 * MINUTE)
  expect((await clusterOf(t)).asks_smart).toBe(true)
  const [worn, other] = (await clusterOf(t)).disks
  expect(worn).toMatchObject({ path: '/dev/nvme0n1', health: 'FAILED', life_left_pct: 3 })
  expect(other).toMatchObject({ health: 'PASSED', life_left_pct: 93 })
  expect(t.fake.ledger.count('/nodes/{node}/disks/list', 'pve1')).toBe(2)
})

test.each(RELEASES)('%s: backups of a guest are those that lie on the storages', async (release) => {
  await using t = await startTestProxmox(release, { historyMs: HISTORY_MS, nodes: 3, guests: 10 })
  await t.passes(3 * MINUTE)
  const { guests, not_covered, backup_jobs } = await clusterOf(t)
  const of = (vmid: number) => guests.find((guest) => guest.vmid === vmid)!.backup!
  expect(of(100)).toMatchObject({
    ...{ state: 'ok', count: 21, is_covered: true, jobs: ['backup-nightly', 'backup-offsite'] },
    last: { where: 'pbs', verified: 'ok' },
    last_run: { state: 'ok', node: 'pve1' },
  })
  const lastNight = Date.UTC(2026, 5, 1, 3)
  expect(of(100).last!.at).toBeGreaterThanOrEqual(lastNight)
  expect(of(100).last!.at).toBeLessThan(lastNight + 10 * MINUTE)
  expect(of(100).age_s).toBe(Math.round((t.clock.now() - of(100).last!.at) / 1_000))
  expect(of(101)).toMatchObject({ state: 'ok', count: 7, last: { where: 'nas', verified: null } })
  expect(of(106)).toMatchObject({ state: 'never', count: 0, last: null, age_s: null, is_covered: false })
  expect(not_covered).toEqual([106])
  expect(backup_jobs.map(({ id, guests: covered }) => [id, covered.length])).toEqual([
    ['backup-nightly', 9],
    ['backup-offsite', 3],
  ])
  expect(t.fake.ledger.violations).toEqual([])
})

test('a backup that failed says why, of the guest it was for alone, until one is made', async () => {
  await using t = await startTestProxmox('9.1', { historyMs: HISTORY_MS, nodes: 2, guests: 4 })
  const night = Date.UTC(2026, 5, 1)
  t.fake.happens({
    ...{ kind: 'backup-outcome', at: night, until: night + DAY, guest: 101 },
    ...{ outcome: 'failed', message: 'no space left' },
  })
  await t.passes(2 * MINUTE)
  const of = async (vmid: number) => {
    const { guests } = await clusterOf(t)
    return guests.find((guest) => guest.vmid === vmid)!.backup!
  }
  expect(await of(101)).toMatchObject({
    ...{ state: 'failed', count: 7 },
    last_run: { state: 'failed', message: 'no space left', node: 'pve2' },
  })
  expect((await of(101)).last!.at).toBeLessThan(night)
  expect(await of(103)).toMatchObject({ state: 'ok' })
  expect((await clusterOf(t)).tasks).toMatchObject([
    { type: 'vzdump', node: 'pve2', state: 'failed', message: 'job errors' },
  ])
  t.fake.happens({ kind: 'backup', guest: 101, storage: 'nas', at: night + DAY })
  t.clock.advance(13 * HOUR)
  await t.passes(2 * MINUTE)
  expect(await of(101)).toMatchObject({ state: 'ok' })
})

test('a storage that may not be seen leaves out its backups and names the right; all else goes on', async () => {
  await using t = await startTestProxmox('9.1', { historyMs: HISTORY_MS, nodes: 2, guests: 8 })
  t.fake.happens({ kind: 'revoke', path: '/storage/nas', privileges: ['Datastore.Audit'] })
  t.fake.happens({ kind: 'revoke', path: '/', privileges: ['Sys.Audit'] })
  await t.passes(3 * MINUTE)
  const faults = await faultsOf(t)
  for (const part of ['status', 'ha', 'coverage', 'pools'] as const) {
    expect(faults[part]?.[0]).toContain('Sys.Audit')
  }
  const { guests, is_quorate, ha, pools, not_covered } = await clusterOf(t)
  expect({ is_quorate, ha, pools, not_covered }).toEqual({
    ...{ is_quorate: null, ha: null, pools: [], not_covered: null },
  })
  expect(guests).toHaveLength(8)
  expect(guests[0]!.is_on_boot).toBe(true)
  expect(guests[0]!.backup).toMatchObject({ count: 14, last: { where: 'pbs' }, is_covered: null })
})

test('a storage that hangs costs its own backups and nothing else', async () => {
  await using t = await startTestProxmox('9.1', { historyMs: HISTORY_MS, nodes: 2, guests: 8 })
  const call = '/nodes/{node}/storage/{storage}/content'
  t.fake.happens({ kind: 'answer', call, how: { status: 500, message: 'storage is not online' } })
  await t.passes(3 * MINUTE)
  const faults = await faultsOf(t)
  expect(Object.keys(faults)).toEqual(['backups'])
  expect(faults.backups!.some((text) => text.includes('/storage/nas/content'))).toBe(true)
  const { guests, pools } = await clusterOf(t)
  expect(guests[1]!.backup).toMatchObject({ state: 'unknown', last: null })
  expect(pools).toHaveLength(2)
})
