import { expect, test } from 'bun:test'
import { findMetric, layoutOf } from '@lumen/model/metric'
import type { Sample } from '@lumen/model/sample'
import { silentLog } from '@lumen/std/log'
import { NOW, rowIn, startTestProxmox, type TestProxmox, valueIn } from '@lumen/testkit/proxmox/test-proxmox'
import { tempDir } from '@lumen/testkit/temp-dir'
import type { Tsdb } from '@lumen/tsdb/api'
import { openTsdb } from '@lumen/tsdb/open'
import { DEFAULT_RETENTION } from '@lumen/tsdb/retention'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const SHARED = 'cluster home'

/** Until nothing is left to import. */
async function imports(t: TestProxmox): Promise<void> {
  t.tsdb.keepsMs = 366 * DAY
  await t.passes(2 * MINUTE)
  for (let tries = 0; tries < 10; tries++) {
    await t.tsdb.flush()
    await t.passes(MINUTE)
    if (t.proxmox.list()[0]!.import === null && imported(t, SHARED).length > 0) return
  }
  throw new Error(`not imported: ${JSON.stringify(t.proxmox.list()[0]!.import)}`)
}

const eventsOf = (t: TestProxmox, host: string) =>
  (t.tsdb.storedEvents.get(t.host(host).id) ?? []).filter(({ type }) => type === 'import')
const imported = (t: TestProxmox, host: string): Sample[] =>
  t.samples(host).filter(({ intervalMs }) => intervalMs > 10_000)

test.each(['8.2', '8.4', '9.1'] as const)(
  '%s: history of a year is there after connecting, each time from the finest archive',
  async (release) => {
    await using t = await startTestProxmox(release, { guests: 2 })
    await imports(t)
    for (const host of ['pve1', SHARED]) {
      const samples = imported(t, host)
      const oldest = NOW - samples[0]!.ts
      expect(oldest).toBeGreaterThan(340 * DAY)
      expect(oldest).toBeLessThan(366 * DAY)
      const times = samples.map(({ ts }) => ts)
      expect(new Set(times).size).toBe(times.length)
      for (const [index, { ts, intervalMs }] of samples.entries()) {
        const next = times[index + 1]
        if (next !== undefined) expect(ts + intervalMs).toBeLessThanOrEqual(next + intervalMs)
      }
      const coarsest = samples[0]!.intervalMs
      expect(coarsest).toBe(release === '9.1' ? 6 * HOUR : 7 * DAY)
      expect(samples.at(-1)!.intervalMs).toBe(MINUTE)
      expect(eventsOf(t, host).map(({ detail }) => detail.step_ms)).toContain(MINUTE)
    }
    expect(t.fake.ledger.violations).toEqual([])
  },
)

test('what is imported is the cluster’s own, with highs, up to what was measured, and nothing made up', async () => {
  await using t = await startTestProxmox('9.1', { guests: 3, historyMs: 60 * DAY })
  await imports(t)
  const cpu = layoutOf('host').indexOf.get('cpu_pct')!
  for (const sample of imported(t, 'pve1').filter((_, index) => index % 97 === 0)) {
    const row = rowIn(sample, 'host')!
    const truth = t.fake.truth.node('pve1').quantities.cpu
    const mean = (100 * truth.signal.integral(sample.ts, sample.ts + sample.intervalMs)) / sample.intervalMs
    expect(Math.abs(row.values[cpu]! / 100 - mean)).toBeLessThan(0.02)
    // Half an hour's average tells what went on.
    if (sample.intervalMs >= 6 * HOUR) expect(row.maxima![cpu]!).toBeGreaterThanOrEqual(row.values[cpu]!)
    else expect(row.maxima).toBeUndefined()
  }
  for (const host of ['pve1', 'pve2', SHARED]) {
    const first = t.samples(host).find(({ intervalMs }) => intervalMs === 10_000)!.ts
    const last = imported(t, host).at(-1)!
    expect(last.ts + last.intervalMs).toBeLessThanOrEqual(first)
    expect(first - last.ts).toBeLessThan(3 * MINUTE)
  }
  const guests = t.fake.truth.timeline.spec.guests.filter(({ state }) => state === 'running')
  const newest = imported(t, SHARED).at(-1)!
  for (const { type, vmid } of guests) {
    const used = valueIn(newest, 'guest.disk_used_bytes', String(vmid))
    if (type === 'lxc') expect(used).toBeGreaterThan(0)
    else expect(used).toBeNull()
  }
  expect(new Set(guests.map(({ type }) => type)).size).toBe(2)
})

test('what was imported is not asked for again, also after a restart', async () => {
  await using t = await startTestProxmox('9.1', { guests: 2, historyMs: 40 * DAY })
  await imports(t)
  const counts = () => [
    t.fake.ledger.count('/nodes/{node}/rrddata'),
    t.fake.ledger.count('/nodes/{node}/qemu/{vmid}/rrddata'),
    imported(t, SHARED).length,
  ]
  const before = counts()
  await t.restart()
  await t.passes(3 * MINUTE)
  expect(counts()).toEqual(before)
  expect(t.proxmox.list()[0]!.import).toBeNull()
})

test('an import that is cut short goes on after a restart, and counts nothing twice', async () => {
  await using t = await startTestProxmox('9.1', { guests: 2, historyMs: 40 * DAY })
  t.tsdb.keepsMs = 366 * DAY
  const how = { status: 595, message: 'No route to host' }
  const until = NOW + 10 * MINUTE
  for (const call of ['/nodes/{node}/qemu/{vmid}/rrddata', '/nodes/{node}/lxc/{vmid}/rrddata'])
    t.fake.happens({ kind: 'answer', call, how, until })
  await t.passes(2 * MINUTE)
  expect(t.proxmox.list()[0]!.import?.fault).not.toBeNull()
  expect(imported(t, SHARED)).toEqual([])
  await t.restart()
  t.clock.advance(10 * MINUTE)
  await imports(t)
  const times = imported(t, SHARED).map(({ ts }) => ts)
  expect(new Set(times).size).toBe(times.length)
  expect(times.length).toBeGreaterThan(2_000)
})

test('no more is imported than is kept, and the rest when more is to be kept', async () => {
  await using t = await startTestProxmox('9.1', { guests: 2, historyMs: 100 * DAY })
  t.keptMs = 20 * DAY
  await imports(t)
  const oldest = () => t.clock.now() - imported(t, 'pve1')[0]!.ts
  expect(oldest()).toBeLessThanOrEqual(20 * DAY)
  expect(oldest()).toBeGreaterThan(19.9 * DAY)
  t.keptMs = 365 * DAY
  await imports(t)
  expect(oldest()).toBeGreaterThan(95 * DAY)
  const times = imported(t, 'pve1').map(({ ts }) => ts)
  expect(new Set(times).size).toBe(times.length)
})

test('after an upgrade old rows keep the spacing their times have', async () => {
  await using t = await startTestProxmox('9.1', { guests: 2, historyMs: 120 * DAY, upgradedMsAgo: 40 * DAY })
  await imports(t)
  const steps = new Set(imported(t, 'pve1').map(({ intervalMs }) => intervalMs))
  expect(steps).toContain(7 * DAY)
  expect(steps).toContain(6 * HOUR)
})

test('months of a real store answer with what was imported, highs apart from averages, beside what is measured', async () => {
  await using dir = await tempDir()
  let store: Tsdb | undefined
  await using t = await startTestProxmox(
    '9.1',
    { guests: 1, historyMs: 100 * DAY },
    {
      store: async (clock) => {
        store = await openTsdb({
          dir: dir.path,
          clock,
          log: silentLog,
          autoFlush: false,
          retention: { ...DEFAULT_RETENTION, coldMs: 365 * DAY },
        })
        return store
      },
    },
  )
  await t.passes(2 * MINUTE)
  for (let tries = 0; tries < 3; tries++) {
    await store!.flush('all')
    await t.passes(MINUTE)
  }
  expect(t.proxmox.list()[0]!.import).toBeNull()
  const { id } = t.host('pve1')
  const now = t.clock.now()
  const ask = (from: number, points: number) =>
    store!.query({
      host: id,
      metrics: [findMetric('host.cpu_pct')!],
      key: null,
      range: { from, to: now },
      points,
    })
  const months = await ask(now - 95 * DAY, 400)
  const { avg, max } = months.series[0]!
  const known = [...avg.keys()].filter((index) => !Number.isNaN(avg[index]!))
  expect(known.length).toBeGreaterThan(340)
  expect(known.every((index) => max![index]! >= avg[index]!)).toBe(true)
  expect(known.some((index) => max![index]! > 1.1 * avg[index]!)).toBe(true)
  const truth = t.fake.truth.node('pve1').quantities.cpu.signal
  for (const index of known.slice(5, -5).filter((_, at) => at % 20 === 0)) {
    const mean = (100 * truth.integral(months.t[index]!, months.t[index]! + months.stepMs)) / months.stepMs
    expect(Math.abs(avg[index]! / 100 - mean)).toBeLessThan(1)
  }
  const hours = await ask(now - 6 * HOUR, 360)
  expect([...hours.series[0]!.avg].filter(Number.isNaN).length).toBeLessThan(4)
  expect(hours.gaps).toEqual([])
})

test('each node is asked for its own history where its address is known, and others where it is not', async () => {
  await using t = await startTestProxmox('9.1', { guests: 4, historyMs: 40 * DAY })
  await imports(t)
  const asked = t.fake.ledger.requests.filter(({ call }) => call?.endsWith('/rrddata'))
  expect(new Set(asked.map(({ node }) => node))).toEqual(new Set(['pve1', 'pve2']))
  expect(asked.filter(({ node, target }) => node !== target)).toEqual([])
  await t.proxmox.change(t.connection.id, {
    addresses: [`127.0.0.1:${t.fake.nodes[0]!.port}`],
    secret: t.fake.tokens[0]!.secret,
  })
  t.fake.ledger.forget()
  await t.passes(2 * MINUTE)
  const { requests } = t.fake.ledger
  expect(requests.some(({ target }) => target === 'pve2')).toBe(true)
  expect(requests.every(({ node }) => node === 'pve1')).toBe(true)
})
