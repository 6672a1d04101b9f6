import { expect, test } from 'bun:test'
import { withoutAwaited } from './live-edge.ts'

const NOW = 1_790_000_000_000
const POLLED = { kind: 'proxmox-node', intervalMs: 30_000 } as const
const RANGE = { from: NOW - 3_600_000, to: NOW + 1_000 }
const ago = (fromS: number, toS: number) => ({ from: NOW - fromS * 1_000, to: NOW - toS * 1_000 })

test('what a polled host is still awaited to tell is no gap', () => {
  expect(withoutAwaited([ago(900, 600), ago(60, 0)], POLLED, RANGE, NOW)).toEqual([ago(900, 600)])
  expect(withoutAwaited([ago(80, 20)], POLLED, RANGE, NOW)).toEqual([])
  expect(withoutAwaited([], POLLED, RANGE, NOW)).toEqual([])
})

test('a polled host that is late has a gap from its last reading on', () => {
  expect(withoutAwaited([ago(91, 0)], POLLED, RANGE, NOW)).toEqual([ago(91, 0)])
  expect(withoutAwaited([ago(80, 65)], POLLED, RANGE, NOW)).toEqual([ago(80, 65)])
})

test('an agent’s gaps stay', () => {
  expect(withoutAwaited([ago(30, 0)], { kind: 'agent', intervalMs: 5_000 }, RANGE, NOW)).toEqual([ago(30, 0)])
})
