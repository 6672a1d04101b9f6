import { expect, test } from 'bun:test'
import { BoundedCache } from './bounded-cache.ts'

test('past its bound the value unused for longest goes', () => {
  const cache = new BoundedCache<string>(100)
  for (const name of ['a', 'b', 'c', 'd']) cache.put(name, name.toUpperCase(), 25)
  expect(cache.get('a')).toBe('A')
  cache.put('e', 'E', 25)
  expect(['a', 'b', 'c', 'd', 'e'].map((name) => cache.get(name))).toEqual(['A', undefined, 'C', 'D', 'E'])
  expect(cache.bytes).toBe(100)
})

test('what would take more than a quarter is not kept, and empties nothing', () => {
  const cache = new BoundedCache<number>(100)
  cache.put('a', 1, 20)
  cache.put('wide', 2, 26)
  expect([cache.isWorth(26), cache.get('wide'), cache.get('a'), cache.bytes]).toEqual([
    false,
    undefined,
    1,
    20,
  ])
})

test('a value that is put again or dropped counts no longer', () => {
  const cache = new BoundedCache<number>(100)
  cache.put('a', 1, 20)
  cache.put('a', 2, 5)
  expect([cache.get('a'), cache.bytes, [...cache.names()], [...cache.values()]]).toEqual([2, 5, ['a'], [2]])
  cache.drop('a')
  cache.drop('a')
  expect([cache.get('a'), cache.bytes]).toEqual([undefined, 0])
})
