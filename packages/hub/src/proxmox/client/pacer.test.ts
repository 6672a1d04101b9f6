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

test('waits that end late are kept apart as well, by when they ended', async () => {
  const clock = new FakeClock()
  const pacer = new Pacer(clock, 3)
  for (let at = 0; at < 4; at++) Pacer.reserve([pacer])
  clock.advance(5_000)
  const sentAt: number[] = []
  // Each wait ends a fifth of a second late.
  const pause = async (ms: number) => clock.advance(ms + 200)
  const from = clock.monotonic()
  await Promise.all(
    [1, 2, 3, 4].map(async () => {
      await Pacer.pass([pacer], pause)
      sentAt.push(Math.round(clock.monotonic() - from))
    }),
  )
  expect(sentAt).toEqual([0, 583, 1_167, 1_750])
  expect(Math.round(Pacer.reserve([pacer]))).toBe(383)
})

test('a turn is taken with all of them', async () => {
  const clock = new FakeClock()
  const [address, one, other] = [new Pacer(clock, 3), new Pacer(clock, 3), new Pacer(clock, 3)]
  const waits: number[] = []
  const pause = async (ms: number) => {
    waits.push(Math.round(ms))
    clock.advance(ms)
  }
  const turns = [[address, one], [address, other], [one], []]
  await Promise.all(turns.map((each) => Pacer.pass(each, pause)))
  expect(waits).toEqual([383])
})
