import { expect, test } from 'bun:test'
import { bucketStart, chooseStep, DAY, HOUR, intersect, MINUTE, SECOND, STEPS_MS } from '@lumen/model/time'
import fc from 'fast-check'
import { bucketStarts, gridOf, gridRange } from './grid.ts'
import { type PlanInput, plan } from './plan.ts'

const NOW = 1_790_000_000_000

const input: fc.Arbitrary<PlanInput> = fc.record({
  range: fc
    .tuple(fc.integer({ min: NOW - 72 * HOUR, max: NOW }), fc.integer({ min: 1, max: 72 * HOUR }))
    .map(([from, span]) => ({ from, to: from + span })),
  points: fc.integer({ min: 10, max: 5_000 }),
  now: fc.constant(NOW),
  keptMs: fc.constant(48 * HOUR),
  cold: fc
    .option(fc.integer({ min: 25, max: 60 }))
    .map((hours) =>
      hours === null ? [] : [{ from: NOW - 72 * HOUR, to: bucketStart(NOW - hours * HOUR, DAY) }],
    )
    .map((spans) => spans.filter(({ from, to }) => from < to)),
  ram: fc.option(
    fc.record({
      completeFrom: fc.integer({ min: NOW - 16 * MINUTE, max: NOW }),
      intervalMs: fc.constantFrom(1, 5, 7, 60, 300).map((seconds) => seconds * SECOND),
    }),
  ),
})

test('buckets are aligned to the epoch, as many as wanted at most, at an allowed step', () => {
  fc.assert(
    fc.property(input, (each) => {
      const { grid } = plan(each)
      expect(STEPS_MS).toContain(grid.stepMs)
      expect(grid.start % grid.stepMs).toBe(0)
      expect(grid.buckets).toBeLessThanOrEqual(each.points)
      expect(grid.buckets).toBeGreaterThan(0)
    }),
  )
})

test('raw frames answer only ranges that RAM has all of, never finer than the interval', () => {
  fc.assert(
    fc.property(input, (each) => {
      const { grid, source } = plan(each)
      if (source === 'rollups') expect(grid.stepMs).toBeGreaterThanOrEqual(MINUTE)
      else {
        expect(grid.start).toBeGreaterThanOrEqual(each.ram!.completeFrom)
        expect(grid.stepMs).toBeGreaterThanOrEqual(each.ram!.intervalMs)
      }
    }),
  )
})

test('a grid that meets days of the cold tier is no finer than five minutes, and as fine as that where points allow', () => {
  fc.assert(
    fc.property(input, (each) => {
      const { grid, source } = plan(each)
      if (source === 'ram') return
      const meets = each.cold.some((days) => intersect(days, gridRange(grid)) !== undefined)
      if (meets) expect(grid.stepMs).toBeGreaterThanOrEqual(5 * MINUTE)
      const finest = meets ? 5 * MINUTE : MINUTE
      if (grid.stepMs > 5 * MINUTE) {
        expect(grid.stepMs).toBe(chooseStep(each.range, each.points, finest))
      }
    }),
  )
})

test('the tiers on disk are asked for the whole grid or not at all', () => {
  fc.assert(
    fc.property(input, (each) => {
      const { grid, source, disk } = plan(each)
      if (source === 'ram') expect(disk).toBeNull()
      else if (disk !== null) expect(disk).toEqual(grid)
      else {
        const isPast = gridRange(grid).to <= NOW - each.keptMs
        expect(isPast || grid.start >= NOW + MINUTE).toBe(true)
      }
    }),
  )
})

test('neighbouring ranges that each hold a bucket start share no bucket and leave none out', () => {
  const at = fc.integer({ min: NOW, max: NOW + HOUR })
  fc.assert(
    fc.property(at, at, at, fc.constantFrom(...STEPS_MS.filter((step) => step < HOUR)), (a, b, c, stepMs) => {
      const [from, middle, to] = [a, b, c].sort((x, y) => x - y) as [number, number, number]
      const starts = (first: number, last: number) => bucketStarts(gridOf({ from: first, to: last }, stepMs))
      const inside = (first: number, last: number) => Math.ceil(first / stepMs) * stepMs < last
      fc.pre(inside(from, middle) && inside(middle, to))
      expect([...starts(from, middle), ...starts(middle, to)]).toEqual(starts(from, to))
    }),
  )
})

test('a range too short to hold a bucket start is answered by the bucket around it', () => {
  expect(gridOf({ from: NOW + 1, to: NOW + 2 }, MINUTE).buckets).toBe(1)
})
