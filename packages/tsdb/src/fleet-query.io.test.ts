import { expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { errorCode } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import type { FleetQuery, FleetSeries, Tsdb } from './api.ts'
import { COLD_STEP_MS } from './cold/cold-series.ts'
import { openTsdb } from './open.ts'
import { D0, dayFrame, dayFrames } from './testing/cold-days.ts'
import { metric, scratchDir, testClock } from './testing/samples.ts'

const HOSTS = Array.from({ length: 20 }, (_, index) => index + 1)
const IOPS = metric('disk.read_iops')
const WHOLE = { from: D0, to: D0 + 4 * DAY }

/** Four days of twenty hosts: two in files, one in rows, the last not yet on the disk in part. */
async function withFleet(
  work: (store: Awaited<ReturnType<typeof openTsdb>>) => Promise<void>,
): Promise<void> {
  const scratch = scratchDir()
  const clock = testClock(D0)
  const store = await openTsdb({ dir: scratch.dir, clock, log: silentLog, autoFlush: false })
  try {
    for (const host of HOSTS) {
      for (const sample of dayFrames(host, 2)) {
        clock.time = Math.max(clock.time, sample.ts)
        store.append(host, 'a', sample)
      }
    }
    clock.time = D0 + 2 * DAY + 36 * HOUR
    await store.flush('all')
    await store.compact()
    for (let seq = 96; seq <= 168; seq++) {
      for (const host of HOSTS) store.append(host, 'a', dayFrame(host, seq))
      if (seq === 150) await store.flush('all')
    }
    await work(store)
  } finally {
    await store[Symbol.asyncDispose]()
    scratch.remove()
  }
}

function fleetQuery(query: Partial<FleetQuery> = {}): FleetQuery {
  return { hosts: HOSTS, metric: IOPS, key: null, range: WHOLE, stepMs: COLD_STEP_MS, ...query }
}

async function fleetOf(store: Tsdb, query: Partial<FleetQuery> = {}): Promise<Told[]> {
  const found: Told[] = []
  for await (const { series } of store.queryFleet(fleetQuery(query))) found.push(...series.map(told))
  return found
}

/** A series as plain values, to compare. */
type Told = ReturnType<typeof told>
function told({ host, key, avg, max }: Omit<FleetSeries, 'metric'>) {
  return { host, key, avg: [...avg], max: max && [...max] }
}

/** What a query of each host answers. */
async function oneByOne(store: Tsdb, hosts: readonly number[], key: string | null): Promise<Told[]> {
  const found: Told[] = []
  for (const host of hosts) {
    const { series, stepMs } = await store.query({ host, metrics: [IOPS], key, range: WHOLE, points: 2_000 })
    expect(stepMs).toBe(COLD_STEP_MS)
    found.push(...series.map((each) => told({ host, ...each })))
  }
  return found
}

test('many hosts at once are answered what each is by itself, over files, rows and memory (T4)', () =>
  withFleet(async (store) => {
    expect(store.minutesFrom('disk')).toBe(D0 + 2 * DAY)
    expect(await fleetOf(store)).toEqual(await oneByOne(store, HOSTS, null))
    expect(await fleetOf(store, { hosts: [7, 3], key: 'sda' })).toEqual(await oneByOne(store, [3, 7], 'sda'))
  }))

test('a host that is deleted while its fleet is read is not told of any more', () =>
  withFleet(async (store) => {
    const parts: number[] = []
    for await (const { series } of store.queryFleet(fleetQuery())) {
      parts.push(...new Set(series.map(({ host }) => host)))
      if (parts.length === 4) await store.deleteHost(20)
    }
    expect(parts).toEqual(HOSTS.slice(0, -1))
    expect(await fleetOf(store)).toEqual(await oneByOne(store, HOSTS.slice(0, -1), null))
  }))

test('flushes between two parts count each frame once (T4)', () =>
  withFleet(async (store) => {
    const expected = await oneByOne(store, HOSTS, null)
    const found: Told[] = []
    for await (const { series } of store.queryFleet(fleetQuery())) {
      found.push(...series.map(told))
      await store.flush('all')
    }
    expect(found).toEqual(expected)
  }))

test('hosts without history and fields that live in memory only are left out', () =>
  withFleet(async (store) => {
    expect(await fleetOf(store, { hosts: [99] })).toEqual([])
    expect(await fleetOf(store, { metric: metric('core.cpu_pct') })).toEqual([])
    expect(await fleetOf(store, { range: { from: D0 - DAY, to: D0 } })).toEqual([])
  }))

test('a step below five minutes is for what no file has', () =>
  withFleet(async (store) => {
    expect(await fleetOf(store, { stepMs: MINUTE }).catch(errorCode)).toBe('step_too_fine')
    const range = { from: store.minutesFrom('disk'), to: WHOLE.to }
    const [first] = await fleetOf(store, { range, stepMs: MINUTE })
    expect(first!.avg.filter((value) => !Number.isNaN(value))).toHaveLength(73)
  }))
