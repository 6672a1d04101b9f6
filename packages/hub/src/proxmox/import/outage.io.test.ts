import { expect, test } from 'bun:test'
import type { Sample } from '@lumen/model/sample'
import { startTestProxmox, type TestProxmox, valueIn } from '@lumen/testkit/proxmox/test-proxmox'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const SHARED = 'cluster home'

/** Until nothing is under way that was due. */
async function settles(t: TestProxmox): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    await t.passes(MINUTE)
    await t.tsdb.flush()
  }
  await t.passes(2 * MINUTE)
}

/** A hub that ran, was away for so long, and runs again. */
async function isAway(t: TestProxmox, ms: number): Promise<{ from: number; to: number }> {
  t.tsdb.keepsMs = 366 * DAY
  await settles(t)
  expect(t.proxmox.list()[0]!.import).toBeNull()
  const from = t.samples(SHARED).at(-1)!.ts + 10_000
  await t.tsdb.flush()
  t.clock.advance(ms)
  await t.restart()
  await settles(t)
  const to = t.samples(SHARED).find(({ ts, intervalMs }) => ts >= from && intervalMs === 10_000)!.ts
  return { from, to }
}

const filled = (t: TestProxmox, host: string, { from, to }: { from: number; to: number }): Sample[] =>
  t.samples(host).filter(({ ts, intervalMs }) => ts >= from - MINUTE && ts < to && intervalMs > 10_000)

test.each([
  ['9.1', 3 * HOUR, [MINUTE], 2 * MINUTE],
  ['9.1', 3 * DAY, [30 * MINUTE, MINUTE], 31 * MINUTE],
  // Seventy rows each: minutes of the last 70, half hours of the last 35 hours, three hours before.
  ['8.4', 3 * HOUR, [30 * MINUTE, MINUTE], 31 * MINUTE],
  ['8.4', 3 * DAY, [3 * HOUR, 30 * MINUTE, MINUTE], 181 * MINUTE],
  ['8.2', 3 * HOUR, [30 * MINUTE, MINUTE], 31 * MINUTE],
] as const)(
  '%s: what %i ms away left out is filled from what the cluster kept',
  async (release, awayMs, steps, edgeMs) => {
    await using t = await startTestProxmox(release, { guests: 4, historyMs: 60 * DAY })
    const hole = await isAway(t, awayMs)
    // Where points of ten seconds are kept, the last half hour is fetched as them.
    const fetchedMs = release === '8.2' ? 0 : 28 * MINUTE
    expect(hole.to - hole.from).toBeGreaterThan(awayMs - 35 * MINUTE)
    expect(hole.to - hole.from).toBeLessThan(awayMs - fetchedMs + 2 * MINUTE)
    for (const host of ['pve1', SHARED]) {
      const samples = filled(t, host, hole)
      expect([...new Set(samples.map(({ intervalMs }) => intervalMs))]).toEqual([...steps])
      expect(samples[0]!.ts - hole.from).toBeGreaterThanOrEqual(0)
      expect(samples[0]!.ts - hole.from).toBeLessThan(edgeMs)
      for (const [index, { ts, intervalMs }] of samples.entries()) {
        const next = samples[index + 1]?.ts ?? hole.to
        expect(ts + intervalMs).toBeLessThanOrEqual(next)
        expect(next - ts - intervalMs).toBeLessThan(
          steps.includes((3 * HOUR) as never) ? 181 * MINUTE : 31 * MINUTE,
        )
      }
    }
    for (const sample of filled(t, 'pve1', hole)) {
      const { signal } = t.fake.truth.node('pve1').quantities.cpu
      const mean = (100 * signal.integral(sample.ts, sample.ts + sample.intervalMs)) / sample.intervalMs
      expect(Math.abs(valueIn(sample, 'host.cpu_pct')! - mean)).toBeLessThan(0.02)
    }
    const told = (t.tsdb.storedEvents.get(t.host(SHARED).id) ?? []).filter(
      ({ type, detail }) => type === 'import' && Number(detail.from) >= hole.from - MINUTE,
    )
    expect(told.length).toBe(steps.length)
    expect(t.fake.ledger.violations).toEqual([])
  },
)

test('what was filled is not asked for again, also after a restart', async () => {
  await using t = await startTestProxmox('9.1', { guests: 2, historyMs: 40 * DAY })
  const hole = await isAway(t, 3 * HOUR)
  const count = () => [t.fake.ledger.count('/nodes/{node}/rrddata'), filled(t, SHARED, hole).length]
  const before = count()
  await t.restart()
  await settles(t)
  expect(count()).toEqual(before)
  expect(before[1]).toBeGreaterThan(100)
})

test('a fill that is cut short goes on when the cluster answers again', async () => {
  await using t = await startTestProxmox('9.1', { guests: 2, historyMs: 40 * DAY })
  const how = { status: 595, message: 'No route to host' }
  t.tsdb.keepsMs = 366 * DAY
  await settles(t)
  await t.tsdb.flush()
  t.clock.advance(3 * HOUR)
  const until = t.clock.now() + 4 * MINUTE
  for (const call of ['/nodes/{node}/qemu/{vmid}/rrddata', '/nodes/{node}/lxc/{vmid}/rrddata'])
    t.fake.happens({ kind: 'answer', call, how, until })
  const from = t.samples(SHARED).at(-1)!.ts
  await t.restart()
  await t.passes(2 * MINUTE)
  await t.tsdb.flush()
  await t.passes(MINUTE)
  expect(t.proxmox.list()[0]!.import?.fault).not.toBeNull()
  await t.restart()
  await t.passes(8 * MINUTE)
  await t.tsdb.flush()
  await settles(t)
  expect(t.proxmox.list()[0]!.import).toBeNull()
  const to = t.samples(SHARED).find(({ ts, intervalMs }) => ts > from && intervalMs === 10_000)!.ts
  const times = filled(t, SHARED, { from, to }).map(({ ts }) => ts)
  expect(new Set(times).size).toBe(times.length)
  expect(times.length).toBeGreaterThan(140)
})
