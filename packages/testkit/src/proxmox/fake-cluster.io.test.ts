import { expect, test } from 'bun:test'
import { FakeClock } from '../fake-clock.ts'
import { PVE_CALLS } from './api-shapes.ts'
import { askFake } from './ask-fake.ts'
import type { PveRelease } from './cluster-spec.ts'
import { type FakeClusterOptions, startFakeCluster } from './fake-cluster.ts'
import { type SampleOptions, sampleCluster } from './sample-cluster.ts'

const NOW = Date.UTC(2026, 5, 1, 12)

async function start(sample: Partial<SampleOptions> = {}, more: Partial<FakeClusterOptions> = {}) {
  const clock = new FakeClock(NOW)
  const fake = await startFakeCluster({ clock, spec: sampleCluster({ now: NOW, ...sample }), ...more })
  return Object.assign(fake, { clock })
}

/** Every call with its braces filled and what it must have. */
async function everyCall(fake: Awaited<ReturnType<typeof start>>): Promise<string[]> {
  const tasks = await askFake(fake, '/nodes/pve1/tasks')
  const [task] = tasks.data as { upid: string }[]
  const fill: Record<string, string> = {
    ...{
      node: 'pve1',
      storage: 'nas',
      name: 'rpool',
      upid: encodeURIComponent(task?.upid ?? ''),
      id: '103-0',
    },
  }
  return Object.entries(PVE_CALLS).map(([template, { parameters }]) => {
    const type = template.includes('/lxc/') ? 'lxc' : 'qemu'
    const vmid = fake.timeline
      .guestsOf('pve1', NOW)
      .find(
        (guest) =>
          guest.type === type && guest.state === 'running' && (type === 'lxc' || guest.agent === 'answering'),
      )?.vmid
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'vmid' ? String(vmid) : fill[name]!,
    )
    if (parameters.timeframe) return `${path}?timeframe=week&cf=AVERAGE`
    return parameters.disk ? `${path}?disk=/dev/sda` : path
  })
}

const RELEASES: PveRelease[] = ['8.2', '8.4', '9.1']

test.each(RELEASES)(
  'a %s answers every documented call in its documented shape',
  async (release) => {
    const guestAgent = {
      path: '/',
      privileges: ['VM.Monitor', 'VM.GuestAgent.Audit', 'VM.Audit', 'Sys.Audit', 'Datastore.Audit'],
    }
    const token = { id: 'a@pve!b', secret: 's', isSeparated: false, grants: [], userGrants: [guestAgent] }
    await using fake = await start({ release, hasCeph: true }, { tokens: [token] })
    const calls = await everyCall(fake)
    expect(calls).toHaveLength(39)
    for (const [index, path] of calls.entries()) {
      const { status, reason } = await askFake(fake, path, { node: index % 3 })
      const isLater = release === '8.2' && path === '/cluster/metrics/export'
      expect({ path, status, reason }).toEqual({
        path,
        ...(isLater
          ? { status: 501, reason: "Method 'GET /cluster/metrics/export' not implemented" }
          : { status: 200, reason: 'OK' }),
      })
    }
    expect(fake.ledger.ownFaults).toEqual([])
    expect(fake.ledger.violations).toEqual([])
  },
  120_000,
)

type Row = Record<string, unknown>

test('what is served is the truth of the last round, whatever node is asked', async () => {
  await using fake = await start()
  for (const ms of [0, 4_000, 61_500]) {
    fake.clock.advance(ms)
    const now = fake.clock.now()
    const { truth, timeline } = fake
    for (const viewer of [0, 2]) {
      const rows = (await askFake(fake, '/cluster/resources', { node: viewer })).data as Row[]
      for (const { name } of timeline.spec.nodes) {
        const round = truth.lastRound(name, now)
        const node = truth.node(name)
        expect(rows.find(({ id }) => id === `node/${name}`)).toMatchObject({
          ...{ cpu: expect.closeTo(node.cpu(round)!, 12), mem: node.memUsedBytes(round) },
          ...{ uptime: node.uptimeS(round), status: 'online' },
        })
      }
      for (const { vmid, type, node: home } of timeline.spec.guests) {
        const round = truth.lastRound(home, now)
        const guest = truth.guest(vmid)
        expect(rows.find(({ id }) => id === `${type}/${vmid}`)).toMatchObject({
          status: guest.run(round) === undefined ? 'stopped' : 'running',
          ...{ mem: guest.memUsedBytes(round) ?? 0, netin: guest.counters(round)?.netIn ?? 0 },
          ...{ disk: guest.diskUsedBytes(round) ?? 0, uptime: guest.uptimeS(round) ?? 0 },
        })
      }
      expect(rows.find(({ id }) => id === 'storage/pve2/nas')).toMatchObject({
        disk: truth.storage('pve2', 'nas').usedBytes(truth.lastRound('pve2', now)),
      })
    }
  }
})

interface Metric {
  id: string
  metric: string
  timestamp: number
  type: string
  value: number
}

const exported = async (fake: Awaited<ReturnType<typeof start>>, query: string, node = 0) =>
  ((await askFake(fake, `/cluster/metrics/export${query}`, { node })).data as { data: Metric[] }).data

test('the export has half an hour of ten seconds of everything, in order and true', async () => {
  await using fake = await start({ guests: 6 })
  const all = await exported(fake, '?history=1')
  const times = [...new Set(all.filter(({ id }) => id === 'lxc/100').map(({ timestamp }) => timestamp))]
  expect(times).toEqual(Array.from({ length: 181 }, (_, index) => NOW / 1_000 - 1_800 + index * 10))
  expect(all.map(({ timestamp }) => timestamp)).toEqual(
    all.map(({ timestamp }) => timestamp).sort((a, b) => a - b),
  )
  const guest = fake.truth.guest(100)
  const of = (metric: string) => all.filter((row) => row.id === 'lxc/100' && row.metric === metric)
  expect(of('cpu_current').map(({ value }) => value)).toEqual(
    times.map((s) => expect.closeTo(guest.cpu(s * 1_000)!, 12)),
  )
  expect(of('net_in').map(({ value }) => value)).toEqual(times.map((s) => guest.counters(s * 1_000)!.netIn))
  expect([of('net_in')[0]!.type, of('mem_used')[0]!.type]).toEqual(['derive', 'gauge'])
  expect(all.some(({ id, metric }) => id === 'qemu/101' && metric === 'disk_used')).toBe(false)
  const stopped = new Set(all.filter(({ id }) => id === 'qemu/105').map(({ metric }) => metric))
  expect(stopped).toEqual(new Set(['uptime', 'cpu_max', 'mem_total', 'disk_total']))
  expect(new Set(all.map(({ id }) => id.split('/')[0]))).toEqual(new Set(['node', 'lxc', 'qemu', 'storage']))
  expect(all.some(({ id }) => id === 'storage/pve3/nas')).toBe(true)
})

test('the export gives what is later than asked for, the newest round, or one node', async () => {
  await using fake = await start({ guests: 3 })
  const startTime = NOW / 1_000 - 30
  const later = await exported(fake, `?history=1&start-time=${startTime}`)
  expect(Math.min(...later.map(({ timestamp }) => timestamp))).toBe(startTime + 3)
  expect(later.filter(({ id, metric }) => id === 'node/pve1' && metric === 'uptime')).toHaveLength(3)
  const newest = await exported(fake, '')
  expect(new Set(newest.filter(({ id }) => id === 'node/pve2').map(({ timestamp }) => timestamp)).size).toBe(
    1,
  )
  const local = await exported(fake, '?local-only=1', 1)
  expect(new Set(local.filter(({ metric }) => metric === 'cpu_avg1').map(({ id }) => id))).toEqual(
    new Set(['node/pve2']),
  )
  const named = await exported(fake, '?node-list=pve1,pve3', 1)
  expect(new Set(named.filter(({ metric }) => metric === 'cpu_avg1').map(({ id }) => id))).toEqual(
    new Set(['node/pve1', 'node/pve3']),
  )
})

test('a node that booted has nothing to export from before', async () => {
  await using fake = await start({ guests: 3 })
  fake.happens({ kind: 'node-loss', node: 'pve1', until: NOW + 600_000 })
  fake.clock.advance(700_000)
  const rows = (await exported(fake, '?history=1', 1)).filter(
    ({ id, metric }) => id === 'node/pve1' && metric === 'uptime',
  )
  expect(rows.map(({ value }) => value)).toEqual(Array.from({ length: 11 }, (_, index) => index * 10))
})

test('a standalone node is a cluster of nobody', async () => {
  await using fake = await start({ nodes: 1, release: '8.4' })
  expect((await askFake(fake, '/cluster/status')).data).toEqual([
    ...[
      {
        type: 'node',
        id: 'node/pve1',
        name: 'pve1',
        nodeid: 0,
        ip: '192.168.1.11',
        local: 1,
        online: 1,
        level: '',
      },
    ],
  ])
  expect(await exported(fake, '?history=1')).not.toEqual([])
  expect((await askFake(fake, '/cluster/resources?type=vm')).data).toHaveLength(40)
})
