import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { forecastSchema, storageSchema } from '@lumen/protocol/http/storage'
import { openTsdb } from '@lumen/tsdb/open'
import type { TsdbOptions } from '@lumen/tsdb/options'
import { frameOf, pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'

const MIB = 1024 * 1024
const RETENTION = {
  ram_ms: 15 * MINUTE,
  hot_ms: DAY,
  cold_ms: 30 * DAY,
  cold_ms_by_entity: {},
}

let t: TestHub
beforeAll(async () => {
  t = await startTestHub()
  await t.logIn()
})
afterAll(() => t[Symbol.asyncDispose]())
beforeEach(() => {
  t.tsdb.limits = null
  t.tsdb.stored.budget.usedBytes = 300 * MIB
  t.tsdb.stored.budget.freeBytes = 1e12
})

const ask = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
  const answer = await t.call(method, path, body)
  return { httpStatus: answer.status, ...((await answer.json()) as Record<string, unknown>) }
}

test('the storage call answers what the store reports, with its health', async () => {
  const day = Math.floor(Date.now() / DAY) * DAY
  const ranges = [{ from: day, to: day + HOUR }]
  Object.assign(t.tsdb.stored, {
    tiers: [{ tier: 'hot', bytes: 5, from: day, to: day + HOUR }],
    coverage: [{ entity: 'host', tier: 'hot', ranges, bytes: 4, rows: 60 }],
    wear: [{ day, tier: 'hot', bytes: 9, commits: 2, fsyncs: 3 }],
    quarantine: [{ file: 'hot.db-1', reason: 'file is not a database' }],
    tooOldFrames: 7,
  })
  expect(await ask('GET', '/api/storage')).toEqual({
    httpStatus: 200,
    tiers: [{ tier: 'hot', bytes: 5, from: day, to: day + HOUR }],
    coverage: [{ entity: 'host', tier: 'hot', ranges, bytes: 4, rows: 60 }],
    wear: [{ day, tier: 'hot', bytes: 9, commits: 2, fsyncs: 3 }],
    budget: {
      max_bytes: null,
      min_free_bytes: 0,
      used_bytes: 300 * MIB,
      free_bytes: 1e12,
      stage: null,
      given: [],
    },
    health: {
      fault: null,
      compact_fault: null,
      is_deleting_held: false,
      repairs: [],
      quarantine: [{ file: 'hot.db-1', reason: 'file is not a database' }],
      pending_frames: 0,
      given_up_frames: 0,
      too_old_frames: 7,
      last_flush_at: null,
    },
  })
})

test('the hub’s own metrics show the store’s bytes, wear, budget and frames too old', async () => {
  const text = await (await t.call('GET', '/metrics')).text()
  for (const line of [
    'lumen_hub_store_bytes{tier="hot"} 5',
    `lumen_hub_store_folder_bytes ${300 * MIB}`,
    'lumen_hub_budget_stage 0',
    'lumen_hub_wear_bytes_total{tier="hot"} 9',
    'lumen_hub_wear_fsyncs_total{tier="hot"} 3',
    'lumen_hub_quarantined_files 1',
    'lumen_hub_too_old_frames_total 7',
  ]) {
    expect(text).toContain(`${line}\n`)
  }
})

test('a forecast asks the store for what was sent and answers in the API’s words', async () => {
  t.tsdb.expected = {
    tiers: [{ tier: 'cold', bytesNow: 1, bytes: 2 }],
    entities: [{ entity: 'host', bytesPerDay: 3, bytes: 4 }],
    deletes: [{ tier: 'cold', entity: 'host', range: { from: 5, to: 6 }, bytes: 7 }],
    basis: { hosts: 8, days: 0.5 },
  }
  const retention = { ...RETENTION, cold_ms_by_entity: { container: 7 * DAY } }
  expect(await ask('POST', '/api/storage/forecast', { retention })).toEqual({
    httpStatus: 200,
    tiers: [{ tier: 'cold', bytes_now: 1, bytes: 2 }],
    entities: [{ entity: 'host', bytes_per_day: 3, bytes: 4 }],
    deletes: [{ tier: 'cold', entity: 'host', from: 5, to: 6, bytes: 7 }],
    basis: { hosts: 8, days: 0.5 },
  })
  expect(t.tsdb.forecastOf?.retention.coldMsByEntity).toEqual({ container: 7 * DAY })
  expect(t.tsdb.limits).toBeNull()
})

const INVALID: [string, object, string][] = [
  ['an entity nobody knows', { cold_ms_by_entity: { spaceship: DAY } }, 'cold_ms_by_entity.spaceship'],
  ['an entity that is never stored', { cold_ms_by_entity: { process: DAY } }, 'cold_ms_by_entity.process'],
  ['a cold tier shorter than the hot one', { hot_ms: 3 * DAY, cold_ms: 2 * DAY }, 'cold_ms'],
  [
    'one entity’s cold tier shorter than the hot one',
    { hot_ms: 3 * DAY, cold_ms_by_entity: { disk: 2 * DAY } },
    'cold_ms_by_entity.disk',
  ],
  ['a hot tier below its minimum', { hot_ms: HOUR }, 'hot_ms'],
  ['a cold tier beyond its maximum', { cold_ms: 366 * DAY }, 'cold_ms'],
  ['half a millisecond', { ram_ms: 5 * MINUTE + 0.5 }, 'ram_ms'],
]

test.each(INVALID)('%s is refused by name and changes nothing', async (_, part, field) => {
  const before = await ask('GET', '/api/settings')
  const body = { retention: { ...RETENTION, ...part } }
  for (const [method, path] of [
    ['PUT', '/api/settings'],
    ['POST', '/api/storage/forecast'],
  ] as const) {
    expect(await ask(method, path, body)).toMatchObject({
      httpStatus: 400,
      code: 'retention_invalid',
      errors: [{ path: `retention.${field}`, message: expect.any(String) }],
    })
  }
  expect(await ask('GET', '/api/settings')).toEqual(before)
  expect(t.tsdb.limits).toBeNull()
})

test('a cap below what exists is refused with both numbers, one that stays as it is is not', async () => {
  const budget = { max_bytes: 100 * MIB, min_free_bytes: 0 }
  const refused = await ask('PUT', '/api/settings', { budget, interval_ms: 10_000 })
  expect(refused).toMatchObject({ httpStatus: 409, code: 'budget_too_small', used_bytes: 300 * MIB })
  expect(refused.detail).toContain('100 MiB')
  expect(refused.detail).toContain('300 MiB')
  expect(t.tsdb.limits).toBeNull()
  expect(await ask('GET', '/api/settings')).toMatchObject({ interval_ms: 5_000, budget: { max_bytes: null } })

  t.tsdb.stored.budget.usedBytes = 50 * MIB
  expect(await ask('PUT', '/api/settings', { budget })).toMatchObject({ httpStatus: 200, budget })
  t.tsdb.stored.budget.usedBytes = 300 * MIB
  const other = { ...budget, min_free_bytes: 5 }
  expect(await ask('PUT', '/api/settings', { budget: other })).toMatchObject({ httpStatus: 200 })
  const tiny = { max_bytes: MIB, min_free_bytes: 0 }
  t.tsdb.stored.budget.usedBytes = 0
  expect(await ask('PUT', '/api/settings', { budget: tiny })).toMatchObject({ code: 'budget_too_small' })
})

test('a floor above what is free is refused with both numbers, one that stays or gets lower is not', async () => {
  t.tsdb.stored.budget.freeBytes = 200 * MIB
  const floor = (mib: number) =>
    ask('PUT', '/api/settings', { budget: { max_bytes: null, min_free_bytes: mib * MIB } })
  const refused = await floor(500)
  expect(refused).toMatchObject({ httpStatus: 409, code: 'budget_too_small', free_bytes: 200 * MIB })
  expect(refused.errors).toMatchObject([{ path: 'budget.min_free_bytes' }])
  expect(refused.detail).toContain('500 MiB')
  expect(t.tsdb.limits).toBeNull()
  expect(await floor(150)).toMatchObject({ httpStatus: 200 })
  t.tsdb.stored.budget.freeBytes = 10 * MIB
  expect(await floor(150)).toMatchObject({ httpStatus: 200 })
  expect(await floor(100)).toMatchObject({ httpStatus: 200 })
})

test('what was set is in force at once and after a restart', async () => {
  const retention = { ...RETENTION, hot_ms: 2 * DAY, cold_ms_by_entity: { container: 7 * DAY } }
  const budget = { max_bytes: 500 * MIB, min_free_bytes: 10 * MIB }
  expect(await ask('PUT', '/api/settings', { retention, budget })).toMatchObject({ retention, budget })
  const limits = {
    retention: {
      ramMs: 15 * MINUTE,
      hotMs: 2 * DAY,
      coldMs: 30 * DAY,
      coldMsByEntity: { container: 7 * DAY },
    },
    budget: { maxBytes: 500 * MIB, minFreeBytes: 10 * MIB },
  }
  expect(t.tsdb.limits).toEqual(limits)

  await t.hub[Symbol.asyncDispose]()
  const opened: TsdbOptions[] = []
  await using again = await startTestHub({
    dataDir: t.dataDir,
    deps: {
      openTsdb: async (options) => {
        opened.push(options)
        return t.tsdb
      },
    },
  })
  expect(again.hub.setupCode).toBeNull()
  expect(opened).toMatchObject([limits])
})

test('over the real store both calls answer as declared, and a cap below its bytes is refused', async () => {
  await using real = await startTestHub({ deps: { openTsdb } })
  await real.logIn()
  const { token } = await real.addHost('nas')
  await real.push(token, pushOf([frameOf(1, Date.now())]))
  const storage = storageSchema.parse(await (await real.call('GET', '/api/storage')).json())
  expect(storage.tiers.map(({ tier }) => tier)).toEqual(['ram', 'hot', 'cold'])
  expect(storage.budget.used_bytes).toBeGreaterThan(0)
  const asked = await real.call('POST', '/api/storage/forecast', { retention: RETENTION })
  expect(forecastSchema.parse(await asked.json()).basis.hosts).toBe(1)
  const budget = { max_bytes: storage.budget.used_bytes - 1, min_free_bytes: 0 }
  const refused = await real.call('PUT', '/api/settings', { budget })
  expect(await refused.json()).toMatchObject({ code: 'budget_too_small' })
})
