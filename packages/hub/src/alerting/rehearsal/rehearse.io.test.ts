import { afterAll, beforeAll, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import type { Rehearsal } from '@lumen/protocol/http/alerts/rehearsal'
import { type RuleSpec, ruleSpecSchema } from '@lumen/protocol/http/alerts/rule'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { openTsdb } from '@lumen/tsdb/open'
import { sampleOf } from '../testing/alert-bench.ts'
import { rehearse } from './rehearse.ts'

const START = Date.UTC(2026, 8, 29)
const DAYS = 32
const NOW = START + DAYS * DAY + 7 * HOUR
const HOSTS = [1, 2, 3].map((id) => ({ id, name: `host-${id}`, tags: [] }))

/** Trouble of one host, from so long ago for so long. */
const TROUBLES: { host: number; agoMs: number; forMs: number; cpu: number | null }[] = [
  { host: 1, agoMs: 25 * DAY, forMs: 2 * HOUR, cpu: 99 },
  { host: 2, agoMs: 10 * DAY, forMs: 3 * HOUR, cpu: null },
  { host: 1, agoMs: 5 * DAY, forMs: 20 * MINUTE, cpu: 85 },
  { host: 3, agoMs: 10 * HOUR, forMs: HOUR, cpu: 90 },
  { host: 3, agoMs: 30 * MINUTE, forMs: HOUR, cpu: 92 },
]

let dir: TempDir
let store: Awaited<ReturnType<typeof openTsdb>>

/** A month of three hosts that are quiet but for these troubles: files, rows and memory hold a part of it each. */
beforeAll(async () => {
  dir = await tempDir()
  const clock = new FakeClock(START)
  store = await openTsdb({ dir: dir.path, clock, log: silentLog, autoFlush: false })
  const disks = { '/': { used_pct: 50, used_bytes: 1, total_bytes: 2 } }
  for (let seq = 0; clock.now() < NOW; seq++) {
    const agoMs = NOW - clock.now()
    for (const { id } of HOSTS) {
      const trouble = TROUBLES.find(
        (each) => each.host === id && agoMs <= each.agoMs && agoMs > each.agoMs - each.forMs,
      )
      if (trouble?.cpu === null) continue
      const host = { cpu_pct: trouble?.cpu ?? 20, mem_used_bytes: 1e9 }
      store.append(id, 'a', { ...sampleOf(clock.now(), { host, filesystem: disks }), seq })
    }
    clock.advance(agoMs > 2 * DAY ? 5 * MINUTE : MINUTE)
    if (clock.now() % DAY !== 0) continue
    await store.flush('complete')
    await store.compact()
  }
}, 120_000)

afterAll(async () => {
  await store[Symbol.asyncDispose]()
  await dir[Symbol.asyncDispose]()
})

const CPU = { kind: 'threshold', metric: 'host.cpu_pct', direction: 'above', warning: 80, critical: 95 }

function rule(more: Record<string, unknown> = {}): RuleSpec {
  return ruleSpecSchema.parse({
    ...{ name: 'load', scope: { hosts: 'all', except: [] }, condition: CPU, for_ms: 5 * MINUTE },
    ...more,
  })
}

function rehearsed(spec: RuleSpec, signal = AbortSignal.timeout(60_000)): Promise<Rehearsal> {
  return rehearse(spec, { tsdb: store, hosts: () => HOSTS, imported: () => [], now: () => NOW }, signal)
}

/** Host, level, and how long ago it began and ended, in hours. */
function inHours({ alerts }: Rehearsal) {
  const ago = (at: number | null) => at && Math.round(((NOW - at) / HOUR) * 10) / 10
  return alerts.map(({ host, level, from, to, peak }) => [host, level, ago(from), ago(to), peak])
}

test('a month is replayed from files, rows and memory, the newest alert first', async () => {
  const found = await rehearsed(rule())
  expect(inHours(found)).toEqual([
    ['host-3', 'warning', 0.4, null, 92],
    ['host-3', 'warning', 9.9, 9, 90],
    ['host-1', 'warning', 119.9, 119.7, 85],
    ['host-1', 'critical', 599.9, 598, 99],
  ])
  expect(found).toMatchObject({
    ...{ counts: { day: 2, week: 3, month: 4 }, total: 4, limit: null, from: NOW - 30 * DAY, to: NOW },
  })
  expect(Math.abs(found.longest_ms! - 115 * MINUTE)).toBeLessThanOrEqual(5 * MINUTE)
})

test('it says which steps tell of which time', async () => {
  const { covered } = await rehearsed(rule())
  const [coarse, fine] = covered
  expect(coarse).toEqual({ from: NOW - 30 * DAY, to: fine!.from, step_ms: 5 * MINUTE })
  expect(fine).toEqual({ from: NOW - DAY, to: NOW, step_ms: MINUTE })
})

test('a duration, a host of its own threshold and hours of the week count as they would live', async () => {
  const longer = await rehearsed(rule({ for_ms: 30 * MINUTE }))
  expect(longer.counts).toEqual({ day: 1, week: 1, month: 2 })
  const overrides = [{ host_id: 3, warning: 91 }]
  expect((await rehearsed(rule({ overrides }))).counts).toEqual({ day: 1, week: 2, month: 3 })
  const off = [{ host_id: 3, is_enabled: false }]
  expect((await rehearsed(rule({ overrides: off }))).counts).toEqual({ day: 0, week: 1, month: 2 })
  // NOW is 07:00: the alert of 30 minutes ago waits for the hours to begin.
  const schedule = { zone: 'UTC', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '06:45', to: '23:00' }] }
  const told = await rehearsed(rule({ schedule }))
  expect(told.alerts[0]!.from).toBe(NOW - 15 * MINUTE)
})

test('a suggestion would have fired about once, and does when it is rehearsed', async () => {
  const { suggestion } = await rehearsed(rule())
  expect(suggestion).toMatchObject({ for_ms: 5 * MINUTE })
  const { warning, critical, for_ms } = suggestion!
  const again = await rehearsed(rule({ condition: { ...CPU, warning, critical }, for_ms }))
  expect(again.counts.month).toBe(Math.round(suggestion!.per_month))
  expect(again.counts.month).toBeGreaterThanOrEqual(1)
  expect(again.counts.month).toBeLessThanOrEqual(2)
})

test('a host that is down is told by the silence in its history', async () => {
  const condition = { kind: 'state', state: 'host_down', level: 'critical' }
  const found = await rehearsed(rule({ condition, for_ms: 0 }))
  expect(inHours(found)).toEqual([['host-2', 'critical', 240, 237, null]])
  expect(found.suggestion).toBeNull()
})

test('between the rows of imported history a host was not down', async () => {
  const condition = { kind: 'state', state: 'host_down', level: 'critical' } as const
  const asked: number[] = []
  const found = await rehearse(
    rule({ condition, for_ms: 0 }),
    {
      ...{ tsdb: store, hosts: () => HOSTS, now: () => NOW },
      imported: (hostId) => {
        asked.push(hostId)
        return [{ from: NOW - 241 * HOUR, to: NOW - 238 * HOUR }]
      },
    },
    AbortSignal.timeout(60_000),
  )
  expect(asked.length).toBe(HOSTS.length)
  expect(inHours(found)).toEqual([['host-2', 'critical', 238, 237, null]])
})

test('where history has no answer, it says why', async () => {
  const states = await rehearsed(
    rule({ condition: { kind: 'state', state: 'unit_failed', level: 'warning' } }),
  )
  expect(states.limit).toContain('states')
  expect([states.total, states.counts.month]).toEqual([0, null])
})

test('a rule about a change is judged from a week after history began, one about a disk from six hours after', async () => {
  const changes = { kind: 'changes', metric: 'host.cpu_pct', direction: 'up', warning: 100, critical: null }
  const found = await rehearsed(rule({ condition: changes, for_ms: 0 }))
  // whole hours are compared, and what was 25 days ago has no week before it that is kept
  expect(inHours(found).map(([host, , from]) => [host, Math.round(from as number)])).toEqual([
    ['host-3', 0],
    ['host-3', 10],
    ['host-1', 120],
  ])
  expect(found.covered).toEqual([{ from: expect.any(Number), to: NOW, step_ms: 5 * MINUTE }])
  expect(found.suggestion).toBeNull()
  const fills = { kind: 'fills', metric: 'filesystem.used_pct', warning: 24, critical: null }
  const still = await rehearsed(rule({ condition: fills }))
  expect(still).toMatchObject({ limit: null, total: 0, counts: { day: 0, week: 0, month: 0 } })
})

test('a rule that meets nothing is nothing, and a key glob chooses things', async () => {
  const nobody = await rehearsed(rule({ scope: { hosts: [{ by: 'tag', tag: 'none' }], except: [] } }))
  expect([nobody.covered, nobody.limit]).toEqual([[], null])
  const disks = { ...CPU, metric: 'filesystem.used_pct', warning: 40, critical: null }
  expect((await rehearsed(rule({ condition: { ...disks, key: '/' } }))).total).toBe(3)
  expect((await rehearsed(rule({ condition: { ...disks, key: '/mnt/*' } }))).total).toBe(0)
})

test('it is given up when nobody waits for it', async () => {
  const reason = new Error('left')
  const given = AbortSignal.abort(reason)
  expect(await rehearsed(rule(), given).catch((fault: unknown) => fault)).toBe(reason)
})
