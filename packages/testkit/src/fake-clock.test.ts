import { expect, test } from 'bun:test'
import { FakeClock } from './fake-clock.ts'

test('time that passes moves both clocks, a step only the wall clock', () => {
  const clock = new FakeClock(1_000_000)
  clock.advance(250)
  expect([clock.now(), clock.monotonic()]).toEqual([1_000_250, 250])
  clock.step(-7_200_000)
  expect([clock.now(), clock.monotonic()]).toEqual([-6_199_750, 250])
  expect(() => clock.advance(-1)).toThrow('use step()')
})
