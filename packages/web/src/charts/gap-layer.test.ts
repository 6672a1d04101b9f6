import { describe, expect, test } from 'bun:test'
import { gapAt, gapRects } from './gap-layer.ts'

const gap = (from: number, to: number) => ({ from, to, cause: 'agent stopped' })
const window = { from: 1000, to: 2000 }

describe('gaps on the canvas', () => {
  test('cover exactly their time', () => {
    expect(gapRects([gap(1250, 1500)], window, 40, 200)).toEqual([{ x: 90, width: 50, gap: gap(1250, 1500) }])
  })

  test('are cut at the edges of the plot and left out beyond them', () => {
    const [first, ...rest] = gapRects([gap(0, 1100), gap(2000, 2100), gap(100, 1000)], window, 0, 100)
    expect(first).toMatchObject({ x: 0, width: 10 })
    expect(rest).toEqual([])
  })

  test('stay visible when short, even at an edge', () => {
    const [middle, edge] = gapRects([gap(1500, 1501), gap(1999, 2000)], window, 0, 100)
    expect(middle).toMatchObject({ width: 3 })
    expect(edge).toMatchObject({ x: 97, width: 3 })
  })

  test('hold their first instant and not their last', () => {
    expect(gapAt([gap(5, 9)], 5)?.cause).toBe('agent stopped')
    expect(gapAt([gap(5, 9)], 9)).toBeUndefined()
  })
})
