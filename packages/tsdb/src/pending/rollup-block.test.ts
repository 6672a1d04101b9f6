import { expect, test } from 'bun:test'
import { layoutOf } from '@lumen/model/metric'
import { RollupBlock } from './rollup-block.ts'

const FIELDS = layoutOf('host').metrics.length
const only = (value: number) => new Float64Array(FIELDS).fill(Number.NaN).fill(value, 0, 1)

test('an average that comes with its highest counts as one value with that maximum', () => {
  const block = new RollupBlock('host')
  block.add(7, only(20), only(90))
  block.add(7, only(40))
  const { count, sum, max } = block.copy()
  expect([count[0], sum[0], max[0]]).toEqual([2, 60, 90])
})

test('a highest that is missing, or lower than its average, changes nothing', () => {
  for (const highest of [Number.NaN, 3]) {
    const block = new RollupBlock('host')
    block.add(7, only(20), only(highest))
    expect(block.copy().max[0]).toBe(20)
  }
})
