import { describe, expect, test } from 'bun:test'
import type { Forecast } from '@lumen/protocol/http/storage'
import { basisSeconds, deleteRows, diskNeed, kindRows, tierCost } from './forecast-rows.ts'

const forecast: Forecast = {
  tiers: [
    { tier: 'ram', bytes_now: 40, bytes: 40 },
    { tier: 'hot', bytes_now: 100, bytes: 200 },
    { tier: 'cold', bytes_now: 300, bytes: 800 },
  ],
  entities: [
    { entity: 'container', bytes_per_day: 20, bytes: 600 },
    { entity: 'host', bytes_per_day: 5, bytes: 150 },
    { entity: 'future', bytes_per_day: 1, bytes: 50 },
  ],
  deletes: [],
  basis: { hosts: 3, days: 9.7 },
}
const budget = { max_bytes: null, min_free_bytes: 50 }

test('each kind has a row with its share, one without data says nothing rather than zero', () => {
  expect(kindRows(['host', 'gpu', 'container'], forecast)).toEqual([
    { entity: 'host', title: 'Host', bytesPerDay: 5, bytes: 150, share: 150 / 800 },
    { entity: 'gpu', title: 'GPU', bytesPerDay: null, bytes: null, share: 0 },
    { entity: 'container', title: 'Container', bytesPerDay: 20, bytes: 600, share: 0.75 },
    { entity: 'future', title: 'future', bytesPerDay: 1, bytes: 50, share: 50 / 800 },
  ])
  expect(kindRows(['host'], undefined)[0]).toMatchObject({ bytes: null, share: 0 })
})

test('a tier costs what it takes now and when full', () => {
  expect(tierCost(forecast, 'cold')).toEqual({ now: 300, full: 800 })
  expect(tierCost(undefined, 'cold')).toBeUndefined()
})

describe('what the disk needs', () => {
  test('is hot and cold, not memory', () => {
    expect(diskNeed(forecast, undefined)).toEqual({ bytes: 1000, over: null })
  })

  test('is held against the cap', () => {
    expect(diskNeed(forecast, { ...budget, max_bytes: 1000 }).over).toBeNull()
    expect(diskNeed(forecast, { ...budget, max_bytes: 999 }).over).toEqual({ kind: 'cap', bytes: 999 })
  })

  test('is held against what may still be added to the disk', () => {
    expect(diskNeed(forecast, { ...budget, free_bytes: 650 }).over).toBeNull()
    expect(diskNeed(forecast, { ...budget, free_bytes: 649 }).over).toEqual({ kind: 'free', bytes: 999 })
  })
})

test('what is deleted is listed by tier and age and adds up', () => {
  const part = (tier: 'hot' | 'cold', from: number, bytes: number) => ({
    tier,
    entity: null,
    from,
    to: from + 1,
    bytes,
  })
  const deletes = [part('cold', 5, 1), part('hot', 9, 2), part('cold', 5, 4)]
  expect(deleteRows({ ...forecast, deletes })).toEqual({
    rows: [deletes[1]!, deletes[2]!, deletes[0]!],
    bytes: 7,
  })
})

test('the basis is told in whole days once there are several', () => {
  expect(basisSeconds(forecast)).toBe(9 * 86_400)
  expect(basisSeconds({ ...forecast, basis: { hosts: 1, days: 0.25 } })).toBe(21_600)
})
