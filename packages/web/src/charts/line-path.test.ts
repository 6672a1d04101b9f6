import { describe, expect, test } from 'bun:test'
import { joinLimit, type PathSink, runsOf, stack, traceBand, traceLine } from './line-path.ts'

const NONE = Number.NaN
const t = Float64Array.of(0, 10, 20, 30, 40)
const all = { from: 0, to: 100 }
const plain = { x: (at: number) => at, y: (value: number) => value, stepMs: 10 }

function recorded(draw: (sink: PathSink) => void): string {
  const words: string[] = []
  draw({
    moveTo: (x, y) => words.push(`M${x},${y}`),
    lineTo: (x, y) => words.push(`L${x},${y}`),
    closePath: () => words.push('Z'),
  })
  return words.join(' ')
}

describe('line', () => {
  test('breaks at a missing value and never goes down to zero', () => {
    expect(runsOf(t, Float64Array.of(1, 2, NONE, 4, 5), all, 15, [])).toEqual([
      { first: 0, last: 1 },
      { first: 3, last: 4 },
    ])
  })

  test('breaks where rows are further apart than readings can be', () => {
    const far = Float64Array.of(0, 10, 40, 50, 60)
    expect(runsOf(far, Float64Array.of(1, 2, 3, 4, 5), all, 15, [])).toHaveLength(2)
  })

  test('breaks at a gap of the ledger, however short', () => {
    const gaps = [{ from: 21, to: 29, cause: 'dropped' }]
    expect(runsOf(t, Float64Array.of(1, 2, 3, 4, 5), all, 15, gaps)).toEqual([
      { first: 0, last: 2 },
      { first: 3, last: 4 },
    ])
  })

  test('breaks at each of many gaps and nowhere else', () => {
    const gaps = [3, 12, 14, 36].map((from) => ({ from, to: from + 1, cause: 'dropped' }))
    expect(runsOf(t, Float64Array.of(1, 2, 3, 4, 5), all, 15, gaps)).toEqual([
      { first: 0, last: 0 },
      { first: 1, last: 1 },
      { first: 2, last: 3 },
      { first: 4, last: 4 },
    ])
  })

  test('leaves the window on both sides', () => {
    expect(runsOf(t, Float64Array.of(1, 2, 3, 4, 5), { from: 15, to: 25 }, 15, [])).toEqual([
      { first: 1, last: 3 },
    ])
  })

  test('of nothing is nothing', () => {
    expect(runsOf(new Float64Array(0), new Float64Array(0), all, 15, [])).toEqual([])
    expect(runsOf(t, Float64Array.of(NONE, NONE, NONE, NONE, NONE), all, 15, [])).toEqual([])
  })

  test('goes through the middles of buckets and ends at their edges', () => {
    const path = recorded((sink) => traceLine(sink, t, Float64Array.of(1, 2), { first: 0, last: 1 }, plain))
    expect(path).toBe('M0,1 L5,1 L15,2 L20,2')
  })

  test('of one bucket is a dash as wide as the bucket', () => {
    const path = recorded((sink) => traceLine(sink, t, Float64Array.of(7), { first: 0, last: 0 }, plain))
    expect(path).toBe('M0,7 L5,7 L10,7')
  })
})

describe('band', () => {
  test('lies between the two and has no height where the maximum is missing', () => {
    const path = recorded((sink) =>
      traceBand(sink, t, Float64Array.of(1, 2), Float64Array.of(3, NONE), { first: 0, last: 1 }, plain),
    )
    expect(path).toBe('M0,3 L5,3 L15,2 L20,2 L20,2 L15,2 L5,1 L0,1 Z')
  })
})

test('a stack adds up and a hole in one is a hole above it', () => {
  const [first, second] = stack([Float64Array.of(1, NONE, 3), Float64Array.of(10, 20, 30)])
  expect([...first!]).toEqual([1, NONE, 3])
  expect([...second!]).toEqual([11, NONE, 33])
})

test('one empty raw bucket is jitter, two are a gap; a minute is never bridged', () => {
  expect(joinLimit(5_000, 5_000)).toBeGreaterThan(10_000)
  expect(joinLimit(5_000, 5_000)).toBeLessThan(15_000)
  expect(joinLimit(60_000, 5_000)).toBeLessThan(120_000)
})
