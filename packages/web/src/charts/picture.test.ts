import { describe, expect, test } from 'bun:test'
import { maxName } from './merge-history.ts'
import { beginOf, composePicture, distinct, lineStats, type PictureOptions, valueAt } from './picture.ts'
import { SeriesBuffer } from './series-buffer.ts'

function data() {
  const buffer = new SeriesBuffer()
  for (const [t, rx, peak, tx] of [
    [0, 10, 40, 1],
    [10, 20, 20, 2],
    [20, 30, 30, 3],
  ] as const)
    buffer.append(t, [
      ['rx', rx],
      [maxName('rx'), peak],
      ['tx', tx],
    ])
  return { buffer, stepMs: 10, joinMs: 15, gaps: [] }
}

const window = { from: 0, to: 30 }
const options: PictureOptions = {
  lines: [{ name: 'rx', label: 'Received', slot: 0 }],
  unit: 'count',
  valueAxis: 'auto',
  isStacked: false,
  limit: null,
  colours: ['#111111', '#222222'],
  intervals: 4,
}

describe('picture', () => {
  test('makes room for the maxima, not only for the averages', () => {
    expect(composePicture(data(), window, options).values.max).toBe(40)
  })

  test('draws a band only where the catalogue keeps maxima, the first line last and so on top', () => {
    const lines = [...options.lines, { name: 'tx', label: 'Sent', slot: 1 }]
    const picture = composePicture(data(), window, { ...options, lines })
    expect(picture.lines.map(({ edge }) => edge !== null)).toEqual([false, true])
    expect(picture.lines.map(({ colour }) => colour)).toEqual(['#222222', '#111111'])
  })

  test('a mirrored line goes down and its numbers stay as they are', () => {
    const line = { name: 'tx', label: 'Sent', slot: 1, isMirrored: true }
    const picture = composePicture(data(), window, { ...options, lines: [line] })
    expect([...picture.lines[0]!.values]).toEqual([-1, -2, -3])
    expect(picture.values.min).toBe(-picture.values.max)
    expect(lineStats(data(), line, window)).toMatchObject({ last: 3, min: 1, max: 3 })
  })

  test('stacked lines lie on each other', () => {
    const lines = [...options.lines, { name: 'tx', label: 'Sent', slot: 1 }]
    const picture = composePicture(data(), window, { ...options, lines, isStacked: true })
    expect([...picture.lines[0]!.values]).toEqual([11, 22, 33])
    expect([...picture.lines[0]!.edge!]).toEqual([10, 20, 30])
  })

  test('a line nobody has data for is empty, not zero', () => {
    const line = { name: 'none', label: 'None', slot: 0 }
    const picture = composePicture(data(), window, { ...options, lines: [line] })
    expect([...picture.lines[0]!.values].every(Number.isNaN)).toBe(true)
    expect(lineStats(data(), line, window).avg).toBeNull()
    expect(valueAt(data(), line, 5)).toBeNull()
  })
})

test('where data begins later than the window is known, unless a gap says that there was data before', () => {
  const rows = data()
  const lines = options.lines
  expect(beginOf(rows, lines, { from: -100, to: 30 })).toBe(0)
  expect(beginOf(rows, lines, window)).toBeUndefined()
  expect(beginOf(rows, lines, { from: 500, to: 600 })).toBeUndefined()
  const gaps = [{ from: -50, to: 0, cause: 'the agent was stopped' }]
  expect(beginOf({ ...rows, gaps }, lines, { from: -100, to: 30 })).toBeUndefined()
})

test('a line that came later than the others has its own beginning', () => {
  const rows = data()
  rows.buffer.append(30, [['late', 5]])
  expect(beginOf(rows, [{ name: 'late', label: 'Late', slot: 0 }], { from: -100, to: 40 })).toBe(30)
})

test('thresholds are drawn where the value axis reaches, and none moves it', () => {
  const thresholds = [
    { value: 30, level: 'warning' as const },
    { value: 9_000, level: 'critical' as const },
  ]
  const without = composePicture(data(), window, options)
  const picture = composePicture(data(), window, { ...options, thresholds })
  expect(picture.thresholds).toEqual([thresholds[0]!])
  expect(picture.values).toEqual(without.values)
  expect(distinct([...thresholds, ...thresholds])).toEqual(thresholds)
})
