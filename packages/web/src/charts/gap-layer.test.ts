import { describe, expect, test } from 'bun:test'
import { cuttingGaps, gapAt, gapRects } from './gap-layer.ts'

const gap = (from: number, to: number) => ({ from, to, cause: 'agent stopped' })
const window = { from: 1000, to: 2000 }

describe('gaps on the canvas', () => {
  test('cover exactly their time', () => {
    expect(gapRects([gap(1250, 1500)], window, 40, 200, 1)).toEqual([{ x: 90, width: 50, isMark: false }])
  })

  test('are cut at the edges of the plot and left out beyond them', () => {
    const [first, ...rest] = gapRects([gap(0, 1100), gap(2000, 2100), gap(100, 1000)], window, 0, 100, 1)
    expect(first).toMatchObject({ x: 0, width: 10 })
    expect(rest).toEqual([])
  })

  test('stay visible when short, even at an edge', () => {
    const [middle, edge] = gapRects([gap(1500, 1501), gap(1999, 2000)], window, 0, 100, 1)
    expect(middle).toMatchObject({ width: 3 })
    expect(edge).toMatchObject({ x: 97, width: 3 })
  })

  test('shorter than a bucket of a long range are a mark on the axis and leave the line whole', () => {
    const hour = 3_600_000
    const year = { from: 0, to: 8760 * hour }
    const short = gap(100 * hour, 100 * hour + 120_000)
    const long = gap(500 * hour, 700 * hour)
    expect(gapRects([short, long], year, 0, 876, 12 * hour)).toEqual([
      { x: expect.closeTo(9.5, 1), width: 1, isMark: true },
      { x: 50, width: 20, isMark: false },
    ])
    expect(cuttingGaps([short, long], 12 * hour)).toEqual([long])
    expect(cuttingGaps([short, long], 60_000)).toEqual([short, long])
  })

  test('short ones that would touch are drawn as one', () => {
    const hour = 3_600_000
    const many = Array.from({ length: 1000 }, (_, i) => gap(i * hour, i * hour + 60_000))
    expect(gapRects(many, { from: 0, to: 1000 * hour }, 0, 100, 12 * hour)).toHaveLength(1)
  })

  test('hold their first instant and not their last', () => {
    expect(gapAt([gap(5, 9)], 5)?.cause).toBe('agent stopped')
    expect(gapAt([gap(5, 9)], 9)).toBeUndefined()
  })
})
