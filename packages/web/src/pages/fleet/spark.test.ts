import { expect, test } from 'bun:test'
import { sparkPaths } from './spark.ts'

test('a gap breaks the line instead of joining its ends', () => {
  const { line } = sparkPaths([10, 20, null, 30, 40])
  expect(line.match(/M/g)).toHaveLength(2)
  expect(line).not.toContain('L2 ')
})

test('nothing known draws nothing', () => {
  expect(sparkPaths([null, null])).toEqual({ line: '', area: '' })
  expect(sparkPaths([])).toEqual({ line: '', area: '' })
})

test('a value that stands alone is still visible', () => {
  expect(sparkPaths([null, 50, null]).line).toMatch(/^M1 \S+L1\.5 \S+$/)
})

test('a full load touches the top and idle the bottom, whatever the ceiling', () => {
  expect(sparkPaths([100, 0]).line).toBe('M0 2L1 98')
  expect(sparkPaths([25, 0]).line).toBe('M0 2L1 98')
})

test('a bucket alone at the end reaches back, as the drawing ends there', () => {
  expect(sparkPaths([null, null, 50]).line).toMatch(/^M1\.5 \d+L2 \d+$/)
  expect(sparkPaths([null, 50, null]).line).toMatch(/^M1 \d+L1\.5 \d+$/)
})
