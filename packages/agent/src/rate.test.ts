import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { GrowthBook, perSecond } from './rate.ts'

test('the first reading is only a baseline', () => {
  const book = new GrowthBook()
  expect(book.read('sda', [100], 0)).toBeUndefined()
  expect(book.read('sda', [150], 5_000)).toEqual({ by: [50], elapsedMs: 5_000 })
})

test('one counter that goes back makes the whole row start anew', () => {
  const book = new GrowthBook()
  book.read('sda', [100, 100], 0)
  expect(book.read('sda', [200, 5], 1_000)).toBeUndefined()
  expect(book.read('sda', [300, 6], 2_000)).toEqual({ by: [100, 1], elapsedMs: 1_000 })
})

test('a row that was away for a round starts anew', () => {
  const book = new GrowthBook()
  book.read('sdb', [1], 0)
  book.endRound()
  book.endRound()
  expect(book.read('sdb', [1_000_000], 10_000)).toBeUndefined()
})

test('no time passed means no rate', () => {
  const book = new GrowthBook()
  book.read('sda', [1], 1_000)
  expect(book.read('sda', [2], 1_000)).toBeUndefined()
})

test('whatever counters do, growth is never negative and never more than the counter itself', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1e9), { minLength: 2, maxLength: 50 }), (counters) => {
      const book = new GrowthBook()
      counters.forEach((counter, i) => {
        const growth = book.read('x', [counter], i * 1_000)
        book.endRound()
        if (growth === undefined) return
        expect(perSecond(growth.by[0]!, growth.elapsedMs)).toBe(counter - counters[i - 1]!)
        expect(growth.by[0]!).toBeGreaterThanOrEqual(0)
        expect(growth.by[0]!).toBeLessThanOrEqual(counter)
      })
    }),
  )
})
