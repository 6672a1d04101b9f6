import { expect, test } from 'bun:test'
import { exportReachMs } from './export-reach.ts'

const MIB = 1024 ** 2
const MINUTE = 60_000

test('points are asked for as far back as they are kept, while the answer stays small', () => {
  expect(exportReachMs(0, 32 * MIB)).toBe(30 * MINUTE)
  expect(exportReachMs(100, 32 * MIB)).toBe(30 * MINUTE)
})

test('a large cluster is asked for less at once, and never for less than what is new', () => {
  const reachMs = exportReachMs(346, 32 * MIB)
  expect(reachMs).toBeGreaterThan(10 * MINUTE)
  expect(reachMs).toBeLessThan(20 * MINUTE)
  expect(reachMs % 10_000).toBe(0)
  expect(exportReachMs(100_000, 32 * MIB)).toBe(2 * MINUTE)
})
