import { expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { DEFAULT_RETENTION, type Retention } from '../retention.ts'
import { type ColdShare, type ForecastInput, forecast } from './forecast.ts'

const NOW = 20_000 * DAY
const budget = { maxBytes: null, minFreeBytes: 0 }

function input(wanted: Partial<Retention>, cold: ColdShare[] = []): ForecastInput {
  return {
    now: NOW,
    wanted: { retention: { ...DEFAULT_RETENTION, ...wanted }, budget },
    current: { retention: DEFAULT_RETENTION, budget },
    ram: { bytes: 1_000, from: NOW - 10 * MINUTE },
    hot: {
      bytes: 50_000,
      entities: [{ entity: 'host', heldMs: DAY, numbers: 14_400, bytes: 48_000 }],
    },
    cold,
    hosts: 3,
  }
}

const day = (ago: number, bytes: number, entity: ColdShare['entity'] = 'host'): ColdShare => ({
  entity,
  span: { from: NOW - ago * DAY, to: NOW - (ago - 1) * DAY },
  bytes,
})

test('before the first cold day the size of one is estimated from the minutes of the hot tier', () => {
  const { entities, basis } = forecast(input({ coldMs: 100 * DAY }))
  // 10 numbers a minute: two of them in each of 5 minutes' cold rows, at 2.1 bytes
  expect(entities).toEqual([{ entity: 'host', bytesPerDay: 6_048, bytes: 604_800 }])
  expect(basis).toEqual({ hosts: 3, days: 1 })
})

test('with cold days it rests on their files, for each entity by its own retention', () => {
  const cold = [day(4, 100), day(3, 200), day(3, 60), day(4, 1_000, 'container')]
  const { entities, tiers, basis } = forecast(
    input({ coldMs: 100 * DAY, coldMsByEntity: { container: 10 * DAY } }, cold),
  )
  expect(entities).toEqual([
    { entity: 'host', bytesPerDay: 180, bytes: 18_000 },
    { entity: 'container', bytesPerDay: 1_000, bytes: 10_000 },
  ])
  expect(tiers[2]).toEqual({ tier: 'cold', bytesNow: 1_360, bytes: 28_000 })
  expect(basis.days).toBe(2)
})

test('a month’s file counts by its days, and files older than the newest month do not count', () => {
  const month: ColdShare = {
    entity: 'host',
    span: { from: NOW - 31 * DAY, to: NOW - DAY },
    bytes: 3_000,
  }
  const { entities } = forecast(input({ coldMs: 10 * DAY }, [day(70, 9_999), month]))
  expect(entities).toEqual([{ entity: 'host', bytesPerDay: 100, bytes: 1_000 }])
})

test('saving a shorter retention deletes whole files past it, and raw frames in memory', () => {
  const cold = [day(40, 10), day(30, 20), day(8, 30), day(20, 7, 'container')]
  const { deletes } = forecast(
    input({ ramMs: 5 * MINUTE, coldMs: 7 * DAY, coldMsByEntity: { container: 20 * DAY } }, cold),
  )
  expect(deletes).toEqual([
    { tier: 'ram', entity: null, range: { from: NOW - 10 * MINUTE, to: NOW - 5 * MINUTE }, bytes: 500 },
    { tier: 'cold', entity: 'host', range: { from: NOW - 40 * DAY, to: NOW - 7 * DAY }, bytes: 60 },
  ])
})

test('memory grows with its window; the hot file holds its time and up to a day more, and never shrinks', () => {
  const { tiers } = forecast(input({ ramMs: 30 * MINUTE, hotMs: 24 * HOUR }))
  expect(tiers.slice(0, 2)).toEqual([
    { tier: 'ram', bytesNow: 1_000, bytes: 3_000 },
    { tier: 'hot', bytesNow: 50_000, bytes: 96_000 },
  ])
  expect(forecast(input({ hotMs: 6 * HOUR })).tiers[1]!.bytes).toBe(60_000)
})

test('a store that holds nothing expects nothing', () => {
  const empty = { ...input({}), ram: { bytes: 0, from: null }, hot: { bytes: 0, entities: [] }, hosts: 0 }
  expect(forecast(empty)).toEqual({
    tiers: [
      { tier: 'ram', bytesNow: 0, bytes: 0 },
      { tier: 'hot', bytesNow: 0, bytes: 0 },
      { tier: 'cold', bytesNow: 0, bytes: 0 },
    ],
    entities: [],
    deletes: [],
    basis: { hosts: 0, days: 0 },
  })
})
