import { expect, test } from 'bun:test'
import { NOW, rowIn, startTestProxmox, valueIn } from '@lumen/testkit/proxmox/test-proxmox'

const MINUTE = 60_000
const SHARED = 'cluster home'

test.each(['8.4', '9.1'] as const)(
  '%s: nodes become hosts, guests and shared storages rows of the cluster',
  async (release) => {
    await using t = await startTestProxmox(release)
    await t.passes(3 * MINUTE)
    expect([...t.registry.list()].map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      'pve1: proxmox-node',
      'pve2: proxmox-node',
      `${SHARED}: proxmox-cluster`,
    ])
    for (const name of ['pve1', 'pve2', SHARED]) expect(t.presence.presence(t.host(name)).state).toBe('up')
    const guests = t
      .samples(SHARED)
      .at(-1)!
      .rows.filter(({ entity }) => entity === 'guest')
    const charted = t.fake.truth.timeline.spec.guests.filter(({ state }) => state !== 'template')
    expect(guests.map(({ key }) => Number(key)).sort()).toEqual(charted.map(({ vmid }) => vmid).sort())
    expect(t.fake.ledger.violations).toEqual([])
    expect(t.fake.ledger.ownFaults).toEqual([])
  },
)

test.each(['8.4', '9.1'] as const)(
  '%s: points of ten seconds are those of the cluster, each once',
  async (release) => {
    await using t = await startTestProxmox(release)
    await t.passes(4 * MINUTE)
    const samples = t.samples('pve2').filter(({ ts }) => ts >= NOW - 10 * MINUTE)
    expect(samples.length).toBeGreaterThan(70)
    expect(new Set(samples.map(({ ts }) => ts)).size).toBe(samples.length)
    for (const sample of samples) {
      const readAt = t.fake.truth.lastRound('pve2', sample.ts + 9_999)
      expect(valueIn(sample, 'host.cpu_pct')!).toBeCloseTo(100 * t.fake.truth.node('pve2').cpu(readAt)!, 1)
      expect(valueIn(sample, 'host.mem_used_bytes')).toBe(
        Math.floor(t.fake.truth.node('pve2').memUsedBytes(readAt)!),
      )
    }
    const spacing = samples.slice(1).map(({ ts }, index) => ts - samples[index]!.ts)
    expect(new Set(spacing)).toEqual(new Set([10_000]))
  },
)

test('8.2, which keeps no points, is looked at every ten seconds', async () => {
  await using t = await startTestProxmox('8.2')
  await t.passes(3 * MINUTE)
  const samples = t.samples('pve1')
  expect(samples.length).toBeGreaterThanOrEqual(16)
  const last = samples.at(-1)!
  expect(valueIn(last, 'host.cpu_pct')).not.toBeNull()
  expect(valueIn(t.samples(SHARED).at(-1), 'guest.net_rx_bytes_per_s', '100')).not.toBeNull()
  expect(samples.some((sample) => valueIn(sample, 'host.load1') !== null)).toBe(true)
  expect(t.fake.ledger.violations).toEqual([])
})

test('a single node without a cluster has its guests itself', async () => {
  await using t = await startTestProxmox('9.1', { nodes: 1 })
  await t.passes(2 * MINUTE)
  expect([...t.registry.list()].map(({ name }) => name)).toEqual(['pve1'])
  expect(rowIn(t.samples('pve1').at(-1), 'guest', '100')).toBeDefined()
  expect(rowIn(t.samples('pve1').at(-1), 'storage', 'local')).toBeDefined()
})

test('a shared storage is told of once, a node’s own by its node', async () => {
  await using t = await startTestProxmox('9.1')
  await t.passes(2 * MINUTE)
  const shared = t
    .samples(SHARED)
    .at(-1)!
    .rows.filter(({ entity }) => entity === 'storage')
  const isShared = new Map(t.fake.truth.timeline.spec.storages.map(({ name, isShared }) => [name, isShared]))
  expect(shared.length).toBeGreaterThan(0)
  for (const { key } of shared) expect(isShared.get(key)).toBe(true)
  expect(new Set(shared.map(({ key }) => key)).size).toBe(shared.length)
  const own = t
    .samples('pve1')
    .at(-1)!
    .rows.filter(({ entity }) => entity === 'storage')
  expect(own.length).toBeGreaterThan(0)
  for (const { key } of own) expect(isShared.get(key)).toBe(false)
})

test.each(['8.2', '9.1'] as const)(
  '%s: a guest that moves keeps its series, with one gap in its rates and no spike',
  async (release) => {
    await using t = await startTestProxmox(release)
    await t.passes(3 * MINUTE)
    const guest = t.fake.truth.timeline.spec.guests.find(({ state }) => state === 'running')!
    const key = String(guest.vmid)
    t.fake.happens({ kind: 'migrate', guest: guest.vmid, to: guest.node === 'pve1' ? 'pve2' : 'pve1' })
    const movedAt = t.clock.now()
    await t.passes(4 * MINUTE)
    const samples = t.samples(SHARED).filter(({ ts }) => ts >= NOW)
    const rates = samples.map((sample) => valueIn(sample, 'guest.net_rx_bytes_per_s', key))
    const before = rates.filter((rate, index) => rate !== null && samples[index]!.ts < movedAt) as number[]
    const after = rates.filter((rate, index) => rate !== null && samples[index]!.ts >= movedAt) as number[]
    expect(after.length).toBeGreaterThan(8)
    expect(Math.max(...after)).toBeLessThan(20 * Math.max(...before))
    expect(
      samples.filter((sample) => rowIn(sample, 'guest', key)?.attributes.node === guest.node).length,
    ).toBeGreaterThan(0)
    expect(rowIn(samples.at(-1), 'guest', key)?.attributes.node).not.toBe(guest.node)
    const events = t.tsdb.storedEvents.get(t.host(SHARED).id) ?? []
    expect(events.filter(({ type }) => type !== 'import')).toMatchObject([
      { type: 'guest', detail: { vmid: guest.vmid, change: 'node', from: guest.node } },
    ])
  },
)

test('a guest that is stopped uses nothing that is known, and one that starts has no rate at first', async () => {
  await using t = await startTestProxmox('9.1')
  await t.passes(2 * MINUTE)
  const guest = t.fake.truth.timeline.spec.guests.find(({ state }) => state === 'running')!
  const key = String(guest.vmid)
  t.fake.happens({ kind: 'guest-stop', guest: guest.vmid })
  await t.passes(2 * MINUTE)
  const stopped = t.samples(SHARED).at(-1)
  expect(rowIn(stopped, 'guest', key)?.attributes.state).toBe('stopped')
  expect(valueIn(stopped, 'guest.cpu_pct', key)).toBeNull()
  expect(valueIn(stopped, 'guest.mem_used_bytes', key)).toBeNull()
  expect(valueIn(stopped, 'guest.uptime_s', key)).toBeNull()
  expect(valueIn(stopped, 'guest.mem_total_bytes', key)).toBe(guest.memoryBytes)
  t.fake.happens({ kind: 'guest-start', guest: guest.vmid })
  const startedAt = t.clock.now()
  await t.passes(3 * MINUTE)
  const running = t
    .samples(SHARED)
    .filter((sample) => sample.ts > startedAt && valueIn(sample, 'guest.cpu_pct', key) !== null)
  expect(valueIn(running[0], 'guest.net_rx_bytes_per_s', key)).toBeNull()
  expect(valueIn(running[1], 'guest.net_rx_bytes_per_s', key)).not.toBeNull()
})

test('a node that its cluster says is offline is down at once, and up again when it is back', async () => {
  await using t = await startTestProxmox('9.1', { nodes: 3 })
  await t.passes(2 * MINUTE)
  t.fake.happens({ kind: 'node-loss', node: 'pve3', until: t.clock.now() + 3 * MINUTE })
  await t.passes(MINUTE)
  expect(t.presence.presence(t.host('pve3'))).toEqual({
    ...{ state: 'down', reason: 'its cluster says that it is offline' },
  })
  expect(t.presence.presence(t.host(SHARED)).state).toBe('up')
  const last = t.samples('pve3').at(-1)!.ts
  await t.passes(MINUTE)
  expect(t.samples('pve3').at(-1)!.ts).toBe(last)
  await t.passes(4 * MINUTE)
  expect(t.presence.presence(t.host('pve3')).state).toBe('up')
  expect(t.samples('pve3').at(-1)!.ts).toBeGreaterThan(last)
})

test('what the hub missed while it was down is fetched, up to half an hour, and nothing counts twice', async () => {
  await using t = await startTestProxmox('9.1')
  const agesMs: number[] = []
  t.onSamples = (_, samples) => {
    for (const { ts } of samples) agesMs.push(t.clock.now() - ts)
  }
  await t.passes(2 * MINUTE)
  await t.restart()
  const before = t.samples('pve1').length
  const last = t.samples('pve1').at(-1)!.ts
  t.clock.advance(20 * MINUTE)
  await t.passes(2 * MINUTE)
  const filled = t.samples('pve1').filter(({ ts }) => ts > last && ts < NOW + 20 * MINUTE)
  const spacing = filled.slice(1).map(({ ts }, index) => ts - filled[index]!.ts)
  expect(filled[0]!.ts - last).toBe(10_000)
  expect(new Set(spacing)).toEqual(new Set([10_000]))
  expect(
    t
      .samples('pve1')
      .slice(0, before)
      .every(({ ts }) => ts <= last),
  ).toBe(true)
  expect(valueIn(filled[0], 'host.net_rx_bytes_per_s')).not.toBeNull()
  expect(agesMs.length).toBeGreaterThan(10)
  expect(Math.max(...agesMs)).toBeLessThan(2 * MINUTE)
  await t.restart()
  t.clock.advance(50 * MINUTE)
  await t.passes(MINUTE)
  const oldest = t.samples('pve1').find(({ ts }) => ts > NOW + 30 * MINUTE)!
  expect(t.clock.now() - oldest.ts).toBeLessThan(33 * MINUTE)
})

test('a node’s clock that is wrong moves none of its points', async () => {
  await using t = await startTestProxmox('9.1')
  await t.passes(2 * MINUTE)
  for (const offsetMs of [-90_000, 90_000]) {
    const from = t.clock.now()
    t.fake.happens({ kind: 'node-clock', node: 'pve2', offsetMs, until: from + 6 * MINUTE })
    await t.passes(6 * MINUTE)
    const late = t.samples('pve2').filter(({ ts }) => ts >= from + 3 * MINUTE && ts < t.clock.now())
    expect(late.length).toBeGreaterThan(10)
    const newest = late.at(-1)!
    expect(t.clock.now() - newest.ts).toBeLessThan(2 * MINUTE)
    // The fake reads at its rounds: moved by the offset, the truth of about that time is what is told.
    const truth = [-2, -1, 0, 1, 2].map(
      (off) => t.fake.truth.node('pve2').cpu(newest.ts + off * 10_000)! * 100,
    )
    const told = valueIn(newest, 'host.cpu_pct')!
    expect(told).toBeGreaterThan(Math.min(...truth) - 2)
    expect(told).toBeLessThan(Math.max(...truth) + 2)
  }
})

test('numbers as text, rows of nonsense and answers of nothing lose nothing else', async () => {
  await using t = await startTestProxmox('9.1')
  await t.passes(2 * MINUTE)
  for (const how of ['strings', 'absurd-row', 'missing-keys', 'null-data'] as const) {
    t.fake.happens({ kind: 'answer', how, until: t.clock.now() + 2 * MINUTE })
    // What failed is left alone for up to five minutes.
    await t.passes(8 * MINUTE)
    expect(t.clock.now() - t.samples('pve1').at(-1)!.ts).toBeLessThan(1.5 * MINUTE)
    expect(t.proxmox.list()[0]!.state).toBe('up')
  }
  const cpus = t.samples('pve1').map((sample) => valueIn(sample, 'host.cpu_pct'))
  expect(cpus.every((cpu) => cpu === null || (cpu > 0 && cpu < 100))).toBe(true)
})

test('without the right to see points what may be seen is looked at', async () => {
  await using t = await startTestProxmox('9.1')
  t.fake.happens({ kind: 'revoke', path: '/', privileges: ['Sys.Audit'] })
  await t.passes(2 * MINUTE)
  expect(t.proxmox.list()[0]).toMatchObject({ state: 'limited' })
  expect(t.proxmox.list()[0]!.missing_rights.map(({ path }) => path)).toContain('/')
  expect(rowIn(t.samples(SHARED).at(-1), 'guest', '100')).toBeDefined()
})

test('a right that only adds something is a hint, and the connection is up without it', async () => {
  await using t = await startTestProxmox('9.1')
  t.fake.happens({ kind: 'revoke', path: '/', privileges: ['VM.GuestAgent.Audit'] })
  await t.passes(2 * MINUTE)
  const { state, missing_rights } = t.proxmox.list()[0]!
  expect(state).toBe('up')
  expect(missing_rights).toMatchObject([{ path: '/vms', privilege: 'VM.GuestAgent.Audit', is_extra: true }])
})

test('a connection that ends leaves its hosts, or takes them with all they hold', async () => {
  for (const history of ['keep', 'delete'] as const) {
    await using t = await startTestProxmox('9.1')
    await t.passes(2 * MINUTE)
    const ids = [...t.registry.list()].map(({ id }) => id)
    await t.proxmox.remove(t.connection.id, history)
    expect([...t.registry.list()]).toHaveLength(history === 'keep' ? 3 : 0)
    expect(t.tsdb.deleted.sort()).toEqual(history === 'keep' ? [] : ids.sort())
    if (history === 'keep') {
      expect(t.presence.presence(t.host('pve1'))).toMatchObject({
        reason: 'its connection to Proxmox was removed',
      })
    }
  }
})

test('a host that is deleted is made anew while its node is there; its token is nobody’s', async () => {
  await using t = await startTestProxmox('9.1')
  await t.passes(MINUTE)
  const host = t.host('pve1')
  await expect(t.registry.rotate(host)).rejects.toMatchObject({ code: 'host_without_agent' })
  await t.registry.remove(host)
  await t.passes(2 * MINUTE)
  expect(t.host('pve1').id).not.toBe(host.id)
  expect(t.samples('pve1').length).toBeGreaterThan(0)
})

test('a node named as an agent’s host is another host', async () => {
  await using t = await startTestProxmox('9.1')
  await t.registry.add('pve1')
  await t.passes(MINUTE)
  expect(t.host('pve1').kind).toBe('agent')
  expect(t.host('pve1 (Proxmox)').kind).toBe('proxmox-node')
})

test('how full a virtual machine is inside comes from its agent, and who has none is asked ever more seldom', async () => {
  await using t = await startTestProxmox('9.1', { guests: 12 })
  await t.passes(3 * MINUTE)
  const { spec } = t.fake.truth.timeline
  const running = spec.guests.filter(({ type, state }) => type === 'qemu' && state === 'running')
  expect(new Set(running.map(({ agent }) => agent)).size).toBeGreaterThan(1)
  for (const { vmid, agent } of running) {
    const used = valueIn(t.samples(SHARED).at(-1), 'guest.disk_used_bytes', String(vmid))
    if (agent === 'answering') expect(used).toBeGreaterThan(0)
    else expect(used).toBeNull()
  }
  expect(t.proxmox.list()[0]).toMatchObject({ state: 'up', faults: [] })
  const asked = () => t.fake.ledger.count('/nodes/{node}/qemu/{vmid}/agent/get-fsinfo')
  const first = asked()
  await t.passes(10 * MINUTE)
  const answering = running.filter(({ agent }) => agent === 'answering').length
  expect(asked() - first).toBeLessThanOrEqual(2 * answering + (running.length - answering))
})

test('8: without the right for agents no virtual machine is asked', async () => {
  await using t = await startTestProxmox('8.4')
  await t.passes(12 * MINUTE)
  // That version has no right that only looks: nothing is missing.
  expect(t.proxmox.list()[0]).toMatchObject({ state: 'up', missing_rights: [] })
  expect(t.fake.ledger.count('/nodes/{node}/qemu/{vmid}/agent/get-fsinfo')).toBe(0)
})

test('what the store took and gave up again is fetched again, as long as it is there to fetch', async () => {
  await using t = await startTestProxmox('9.1')
  await t.passes(3 * MINUTE)
  const duplicates = () => t.counters.get('frames_duplicate')
  t.tsdb.givenUpFrom = Math.floor((t.clock.now() - 10 * MINUTE) / 10_000)
  const before = duplicates()
  await t.passes(MINUTE)
  expect(duplicates() - before).toBeGreaterThan(100)
  t.tsdb.givenUpFrom = Math.floor((t.clock.now() - 40 * MINUTE) / 10_000)
  await t.passes(MINUTE)
  const later = duplicates()
  await t.passes(MINUTE)
  expect(duplicates()).toBe(later)
})
