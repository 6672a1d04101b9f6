import { expect, test } from 'bun:test'
import { figure, quantile } from './result.ts'

test('the value is the median, with the spread beside it', () => {
  const made = figure({ group: 'g', name: 'n', unit: 'ms', values: [3, 100, 1, 2, 4] })
  expect([made.value, made.spread, made.met, made.target]).toEqual([3, [1, 100], null, null])
})

test('a ratio is judged against the peer of the same run', () => {
  const made = figure({
    group: 'agent',
    name: 'CPU',
    unit: 'ms',
    values: [4],
    peer: { name: 'node_exporter', values: [10] },
    target: { of: 'ratio', atMost: 0.5 },
  })
  expect([made.ratio, made.met, made.target]).toEqual([0.4, true, '<= 0.5 x peer'])
})

test('without the peer the verdict stays open', () => {
  const made = figure({
    group: 'agent',
    name: 'CPU',
    unit: 'ms',
    values: [4],
    peer: { name: 'node_exporter', values: [] },
    target: { of: 'ratio', atMost: 0.5 },
  })
  expect([made.peer_value, made.ratio, made.met]).toEqual([null, null, null])
})

test('quantiles interpolate', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
  expect(quantile([10], 0.99)).toBe(10)
  expect(quantile([], 0.5)).toBe(null)
})
