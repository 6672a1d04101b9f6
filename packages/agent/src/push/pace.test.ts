import { expect, test } from 'bun:test'
import { Pace } from './pace.ts'

test('slow answers make less go at once, fast ones more again, and each is followed by as long a rest', () => {
  const pace = new Pace(() => 0)
  expect(pace.maxFrames).toBe(200)
  pace.onAnswer(1_000, 400)
  expect([pace.maxFrames, pace.notBefore]).toEqual([100, 1_400])
  for (let i = 0; i < 9; i += 1) pace.onAnswer(2_000, 5_000)
  expect(pace.maxFrames).toBe(10)
  for (let i = 0; i < 20; i += 1) pace.onAnswer(3_000, 5)
  expect([pace.maxFrames, pace.notBefore]).toEqual([200, 3_005])
})

test('a hub that asks to wait is left alone for that long, and a second if it does not say', () => {
  const pace = new Pace(() => 0)
  pace.onBusy(1_000, 5_000)
  expect(pace.notBefore).toBe(6_000)
  pace.onBusy(10_000, 0)
  expect(pace.notBefore).toBe(11_000)
})
