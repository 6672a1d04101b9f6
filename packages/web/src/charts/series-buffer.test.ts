import { describe, expect, test } from 'bun:test'
import { lowerBound, SeriesBuffer } from './series-buffer.ts'

const columns = (t: number[], named: Record<string, number[]>) => ({
  t: Float64Array.from(t),
  columns: new Map(Object.entries(named).map(([name, values]) => [name, Float64Array.from(values)])),
})

describe('series buffer', () => {
  test('a series that turns up late is missing before, never zero', () => {
    const buffer = new SeriesBuffer()
    buffer.append(1000, [['a', 1]])
    buffer.append(2000, [
      ['a', 2],
      ['b', 5],
    ])
    expect([...buffer.column('a')!]).toEqual([1, 2])
    expect([...buffer.column('b')!]).toEqual([Number.NaN, 5])
  })

  test('a row keeps what an append does not name', () => {
    const buffer = new SeriesBuffer()
    buffer.append(1000, [['a', 1]])
    buffer.append(1000, [['b', 2]])
    expect([...buffer.t]).toEqual([1000])
    expect(buffer.newest('a')).toBe(1)
    expect(buffer.newest('b')).toBe(2)
  })

  test('an append before the last row is refused and changes nothing', () => {
    const buffer = new SeriesBuffer()
    buffer.append(2000, [['a', 2]])
    expect(buffer.append(1000, [['a', 1]])).toBe(false)
    expect([...buffer.t]).toEqual([2000])
  })

  test('splice replaces the rows of its range and keeps those around it', () => {
    const buffer = new SeriesBuffer()
    for (const t of [1, 2, 3, 4, 5]) buffer.append(t, [['a', t]])
    buffer.splice(2, 4, columns([2, 4], { a: [20, 40], b: [7, 8] }))
    expect([...buffer.t]).toEqual([1, 2, 4, 5])
    expect([...buffer.column('a')!]).toEqual([1, 20, 40, 5])
    expect([...buffer.column('b')!]).toEqual([Number.NaN, 7, 8, Number.NaN])
  })

  test('a day of live rows in a sliding window does not grow the memory', () => {
    const buffer = new SeriesBuffer()
    for (let t = 0; t < 17_280; t++) {
      buffer.append(t, [['a', t]])
      buffer.trimBefore(t - 179)
    }
    expect(buffer.length).toBe(180)
    expect(buffer.capacity).toBeLessThanOrEqual(512)
    expect(buffer.column('a')![0]).toBe(17_279 - 179)
    expect(buffer.newest('a')).toBe(17_279)
  })

  test('lowerBound finds the first value that is not smaller', () => {
    expect([0, 1, 2, 3, 4, 9].map((value) => lowerBound([1, 3, 3, 4], value))).toEqual([0, 0, 1, 1, 3, 4])
  })
})
