import { expect, test } from 'bun:test'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { Pacer } from './pacer.ts'

test('places are a little more than a third of a second apart, counted from when one was free', () => {
  const clock = new FakeClock()
  const pacer = new Pacer(clock, 3)
  const waits = [0, 1, 2].map(() => Math.round(Pacer.reserve([pacer])))
  expect(waits).toEqual([0, 383, 767])
  clock.advance(10_000)
  expect(Pacer.reserve([pacer])).toBe(0)
})

test('a place is free with all of them, or it is not taken', () => {
  const clock = new FakeClock()
  const [address, one, other] = [new Pacer(clock, 3), new Pacer(clock, 3), new Pacer(clock, 3)]
  expect(Pacer.reserve([address, one])).toBe(0)
  expect(Math.round(Pacer.reserve([address, other]))).toBe(383)
  expect(Math.round(Pacer.reserve([one]))).toBe(383)
  expect(Math.round(Pacer.reserve([other]))).toBe(767)
  expect(Pacer.reserve([])).toBe(0)
})

test('waits that end late together are kept apart as well', () => {
  const clock = new FakeClock()
  const pacer = new Pacer(clock, 3)
  for (let at = 0; at < 4; at++) Pacer.reserve([pacer])
  clock.advance(5_000)
  const more = [0, 1, 2, 3].map(() => Math.round(Pacer.pass([pacer])))
  expect(more).toEqual([0, 383, 767, 1_150])
  expect(Math.round(Pacer.reserve([pacer]))).toBe(1_533)
})
