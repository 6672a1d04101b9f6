import { expect, test } from 'bun:test'
import { FakeClock } from '@lumen/testkit/fake-clock'
import type { Refusal } from '../refusal.ts'
import { Throttle } from './throttle.ts'

const waitOf = (throttle: Throttle, keys: string[]): number => {
  try {
    throttle.begin(keys)
    return 0
  } catch (fault) {
    return (fault as Refusal).options.retryAfterS ?? -1
  }
}

test('four failures are free, then the wait doubles up to its limit', () => {
  const clock = new FakeClock()
  const throttle = new Throttle(clock, 10_000)
  const waits: number[] = []
  for (let attempt = 0; attempt < 10; attempt++) {
    let wait = waitOf(throttle, ['account a'])
    waits.push(wait)
    while (wait > 0) {
      clock.advance(wait * 1_000)
      wait = waitOf(throttle, ['account a'])
    }
  }
  expect(waits).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 10])
})

test('the refusal says how long to wait in words', () => {
  const throttle = new Throttle(new FakeClock(), 60_000)
  for (let attempt = 0; attempt < 5; attempt++) throttle.begin(['address x'])
  expect(() => throttle.begin(['address x'])).toThrow('try again in 1 s')
})

test('a blocked key blocks the attempt and does not count for the others', () => {
  const throttle = new Throttle(new FakeClock(), 60_000)
  for (let attempt = 0; attempt < 5; attempt++) throttle.begin(['address x'])
  for (let attempt = 0; attempt < 9; attempt++) expect(waitOf(throttle, ['account a', 'address x'])).toBe(1)
  expect(waitOf(throttle, ['account a', 'address y'])).toBe(0)
})

test('success clears, and so does an hour of quiet', () => {
  const clock = new FakeClock()
  const throttle = new Throttle(clock, 60_000)
  for (let attempt = 0; attempt < 4; attempt++) throttle.begin(['a'])
  throttle.succeed(['a'])
  for (let attempt = 0; attempt < 5; attempt++) expect(waitOf(throttle, ['a'])).toBe(0)
  clock.advance(3_600_000)
  for (let attempt = 0; attempt < 5; attempt++) expect(waitOf(throttle, ['a'])).toBe(0)
})

test('a flood of different keys cannot fill the memory, and forgets the oldest', () => {
  const throttle = new Throttle(new FakeClock(), 60_000)
  for (let attempt = 0; attempt < 5; attempt++) throttle.begin(['first'])
  for (let key = 0; key < 10_000; key++) throttle.begin([`k${key}`])
  expect(waitOf(throttle, ['first'])).toBe(0)
})
