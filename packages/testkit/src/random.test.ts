import { expect, test } from 'bun:test'
import { seededRandom } from './random.ts'

test('the same seed gives the same numbers, another seed others', () => {
  const take = (seed: number) => Array.from({ length: 5 }, seededRandom(seed))
  expect(take(7)).toEqual(take(7))
  expect(take(7)).not.toEqual(take(8))
})

test('numbers are spread evenly over [0, 1)', () => {
  const random = seededRandom(1)
  const bins = new Array<number>(10).fill(0)
  for (let i = 0; i < 10_000; i++) {
    const value = random()
    expect(value >= 0 && value < 1).toBe(true)
    bins[Math.floor(value * 10)]! += 1
  }
  for (const size of bins) expect(Math.abs(size - 1_000)).toBeLessThan(150)
})
