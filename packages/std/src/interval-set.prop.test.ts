import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { IntervalSet } from './interval-set.ts'

const range = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 8 }))
  .map(([from, length]): [number, number] => [from, from + length])

test('holds exactly the integers of a plain Set, whatever the order of adding', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 30 }), (ranges) => {
      const set = IntervalSet.from(ranges)
      const plain = new Set<number>()
      for (const [from, to] of ranges) for (let n = from; n <= to; n += 1) plain.add(n)
      for (let n = -1; n <= 80; n += 1) expect(set.has(n)).toBe(plain.has(n))
      expect(set.size).toBe(plain.size)
      for (const [from, to] of [
        [3, 5],
        [10, 20],
        [0, 68],
      ] as const) {
        const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i)
        expect(set.hasRange(from, to)).toBe(numbers.every((n) => plain.has(n)))
      }
    }),
  )
})

test('ranges are sorted, disjoint and never adjacent', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 30 }), (ranges) => {
      const out = IntervalSet.from(ranges).ranges()
      for (let i = 1; i < out.length; i += 1) expect(out[i]![0]).toBeGreaterThan(out[i - 1]![1] + 1)
    }),
  )
})

test('add says whether the value was new', () => {
  const set = IntervalSet.from([[1, 3]])
  expect(set.add(2)).toBe(false)
  expect(set.add(4)).toBe(true)
  expect(set.ranges()).toEqual([[1, 4]])
})

test('dropBelow forgets small values and cuts the range at the limit', () => {
  const set = IntervalSet.from([
    [1, 3],
    [5, 9],
  ])
  set.dropBelow(6)
  expect(set.ranges()).toEqual([[6, 9]])
})
