import { describe, expect, test } from 'bun:test'
import { coverageTable, unite } from './coverage-rows.ts'

const part = (entity: string, tier: 'hot' | 'cold', ...ranges: [number, number][]) => ({
  entity,
  tier,
  ranges: ranges.map(([from, to]) => ({ from, to })),
  bytes: 10,
  rows: 3,
})
const now = 1_000_000
const storage = {
  tiers: [
    { tier: 'ram' as const, bytes: 1, from: 900_000, to: now },
    { tier: 'hot' as const, bytes: 2, from: 600_000, to: 990_000 },
    { tier: 'cold' as const, bytes: 3, from: 0, to: 600_000 },
  ],
  coverage: [
    part('host', 'cold', [0, 200_000], [300_000, 600_000]),
    part('host', 'hot', [600_000, 990_000]),
    part('nic', 'cold', [200_000, 600_000]),
  ],
}

describe('coverage', () => {
  const table = coverageTable(storage, now)

  test('has a row for each tier, from what its kinds have or else from its own ends', () => {
    expect(table.window).toEqual({ from: 0, to: now })
    expect(table.tiers.map(({ span, holes, bytes, rows }) => ({ span, holes, bytes, rows }))).toEqual([
      { span: { from: 900_000, to: now }, holes: [], bytes: 1, rows: null },
      { span: { from: 600_000, to: 990_000 }, holes: [], bytes: 2, rows: 3 },
      { span: { from: 0, to: 600_000 }, holes: [], bytes: 3, rows: 6 },
    ])
  })

  test('has a row for each kind, with both of its tiers and the hole between', () => {
    const [host, nic] = table.kinds
    expect(host).toMatchObject({
      what: { kind: 'entity', entity: 'host' },
      span: { from: 0, to: 990_000 },
      holes: [{ from: 200_000, to: 300_000 }],
      bytes: 20,
      rows: 6,
    })
    expect(host?.stretches.map(({ left, tier }) => [left, tier])).toEqual([
      [0.2, null],
      [0, 'cold'],
      [0.3, 'cold'],
      [0.6, 'hot'],
    ])
    expect(nic?.holes).toEqual([])
  })

  test('of an empty store is three empty rows', () => {
    const empty = storage.tiers.map(({ tier }) => ({ tier, bytes: 0, from: null, to: null }))
    const { tiers, kinds, window } = coverageTable({ tiers: empty, coverage: [] }, now)
    expect(tiers.map(({ span, stretches }) => [span, stretches])).toEqual([
      [null, []],
      [null, []],
      [null, []],
    ])
    expect(kinds).toEqual([])
    expect(window.to - window.from).toBe(60_000)
  })
})

test('ranges that touch or overlap are one', () => {
  const ranges = [
    { from: 20, to: 30 },
    { from: 0, to: 10 },
    { from: 10, to: 15 },
    { from: 25, to: 27 },
  ]
  expect(unite(ranges)).toEqual([
    { from: 0, to: 15 },
    { from: 20, to: 30 },
  ])
})
