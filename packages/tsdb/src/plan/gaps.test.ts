import { expect, test } from 'bun:test'
import { bucketStart, MINUTE, SECOND } from '@lumen/model/time'
import { COLD_STEP_MS } from '../cold/cold-series.ts'
import { T0 } from '../testing/samples.ts'
import { cellGaps, countFrames, emptyCells, type FrameCells, rawGaps } from './gaps.ts'

const NOW = T0 + 200 * MINUTE
const ALL = { from: T0 - 10 * MINUTE, to: NOW }

/** Frames of each minute, by its number. */
function cells(frames: Record<number, number>): FrameCells {
  const filled = emptyCells(ALL, MINUTE)
  for (const [minute, n] of Object.entries(frames)) countFrames(filled, T0 + Number(minute) * MINUTE, n)
  return filled
}

/** Minutes `from` to before `to`, every `every`th, with `n` frames each. */
function regime(from: number, to: number, every: number, n: number): Record<number, number> {
  return Object.fromEntries(
    Array.from({ length: Math.ceil((to - from) / every) }, (_, index) => [from + index * every, n]),
  )
}

function gapsOf(frames: Record<number, number>, intervalMs: number | undefined): [number, number][] {
  const found = cellGaps(cells(frames), ALL, T0, intervalMs, NOW)
  return found.map(({ from, to }) => [(from - T0) / MINUTE, (to - T0) / MINUTE])
}

test('the silence an interval explains is no gap, whatever the interval is today', () => {
  const yesterday = regime(0, 100, 5, 1)
  const today = regime(100, 200, 1, 12)
  expect(gapsOf({ ...yesterday, ...today }, 5 * SECOND)).toEqual([])
  expect(gapsOf(regime(0, 200, 5, 1), undefined)).toEqual([])
  expect(gapsOf({ ...regime(0, 100, 1, 12), ...regime(104, 200, 5, 1) }, 300 * SECOND)).toEqual([])
  expect(gapsOf(regime(0, 200, 1, 1), MINUTE)).toEqual([])
})

test('an outage is a gap at the interval of its own time, not at that of today', () => {
  const before = { ...regime(0, 40, 1, 12), ...regime(45, 100, 1, 12) }
  expect(gapsOf({ ...before, ...regime(104, 200, 5, 1) }, 300 * SECOND)).toEqual([[40, 45]])
  expect(gapsOf({ ...regime(0, 50, 5, 1), ...regime(80, 200, 5, 1) }, 300 * SECOND)).toEqual([[46, 80]])
  expect(
    gapsOf({ ...regime(0, 50, 5, 1), ...regime(80, 120, 5, 1), ...regime(120, 200, 1, 12) }, 5_000),
  ).toEqual([[46, 80]])
})

test('outages one after the other do not explain each other', () => {
  const frames = { ...regime(0, 20, 1, 12), 50: 1, 80: 1, ...regime(110, 200, 1, 12) }
  expect(gapsOf(frames, 5 * SECOND)).toEqual([
    [20, 50],
    [51, 80],
    [81, 110],
  ])
})

test('a minute with its last frames only, after an outage, does not hide it', () => {
  expect(gapsOf({ ...regime(0, 20, 1, 12), 21: 1, ...regime(22, 200, 1, 12) }, 5 * SECOND)).toEqual([
    [20, 21],
  ])
  expect(gapsOf({ ...regime(0, 19, 1, 12), 19: 1, 22: 1, ...regime(23, 200, 1, 12) }, 5 * SECOND)).toEqual([
    [20, 22],
  ])
})

test('an agent that reads every minute may put two frames into one minute and none into the next', () => {
  const frames = { ...regime(0, 50, 1, 1), 50: 2, ...regime(52, 200, 1, 1) }
  expect(gapsOf(frames, MINUTE)).toEqual([])
})

test('between raw frames the longer interval of the two says what is a gap', () => {
  const frames = [0, 5, 305, 605, 610].map((s, index) => ({
    ts: NOW - 15 * MINUTE + s * SECOND,
    intervalMs: index === 2 || index === 3 ? 300 * SECOND : 5 * SECOND,
  }))
  const now = frames.at(-1)!.ts + SECOND
  expect(rawGaps(frames, { from: T0, to: now }, now)).toEqual([])
})

/** Gaps between cells of five minutes, in their numbers. */
function coldGapsOf(frames: Record<number, number>): [number, number][] {
  const first = bucketStart(T0, COLD_STEP_MS)
  const filled = emptyCells({ from: first, to: NOW }, COLD_STEP_MS)
  for (const [cell, n] of Object.entries(frames)) countFrames(filled, first + Number(cell) * COLD_STEP_MS, n)
  const found = cellGaps(filled, { from: first, to: NOW }, first, 5 * SECOND, NOW)
  return found.map(({ from, to }) => [(from - first) / COLD_STEP_MS, (to - first) / COLD_STEP_MS])
}

test('by five minutes every silent cell of a frequent agent is a gap', () => {
  expect(coldGapsOf({ ...regime(0, 10, 1, 60), ...regime(11, 40, 1, 60) })).toEqual([[10, 11]])
})

test('by five minutes an agent that reads that seldom leaves no gap, but an outage does', () => {
  expect(coldGapsOf({ ...regime(0, 10, 1, 1), 11: 2, ...regime(12, 40, 1, 1) })).toEqual([])
  expect(coldGapsOf({ ...regime(0, 10, 1, 1), ...regime(20, 40, 1, 1) })).toEqual([[10, 20]])
})

test('a range that ends before the first frame has no gap, wherever in its minute it ends', () => {
  const within = { from: T0, to: T0 + 90 * SECOND + 7 }
  expect(cellGaps(emptyCells(within, MINUTE), within, NOW - MINUTE, 5 * SECOND, NOW)).toEqual([])
})
