import { expect, test } from 'bun:test'
import { DAY, HOUR } from '@lumen/model/time'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { DeletionClock } from './deletion-clock.ts'

const T0 = Date.UTC(2026, 10, 1)

test('time that passes is believed, however long', () => {
  const clock = new FakeClock(T0)
  const deletion = new DeletionClock(clock, T0)
  for (const ms of [HOUR, 5 * DAY, 400 * DAY]) {
    clock.advance(ms)
    expect(deletion.now()).toBe(clock.now())
    expect(deletion.isWaiting).toBe(false)
  }
})

test('a clock that jumps ahead deletes by real time until it has stood there for a day', () => {
  const clock = new FakeClock(T0)
  const deletion = new DeletionClock(clock, T0)
  clock.step(400 * DAY)
  expect(deletion.now()).toBe(T0)
  expect(deletion.isWaiting).toBe(true)
  clock.advance(DAY - 1)
  expect(deletion.now()).toBe(T0 + DAY - 1)
  clock.advance(1)
  expect(deletion.now()).toBe(clock.now())
  expect(deletion.isWaiting).toBe(false)
})

test('a clock that is put right in time was never believed', () => {
  const clock = new FakeClock(T0)
  const deletion = new DeletionClock(clock, T0)
  clock.step(40 * DAY)
  deletion.now()
  clock.advance(HOUR)
  clock.step(-40 * DAY)
  expect(deletion.now()).toBe(T0 + HOUR)
  clock.step(40 * DAY)
  clock.advance(DAY - HOUR)
  expect(deletion.now()).toBeLessThan(T0 + 2 * DAY)
})

test('at open the newest reading says what time it was', () => {
  const clock = new FakeClock(T0)
  expect(new DeletionClock(clock, T0 - 40 * DAY).isWaiting).toBe(true)
  expect(new DeletionClock(clock, T0 - 40 * DAY).now()).toBe(T0 - 40 * DAY)
  expect(new DeletionClock(clock, T0 - HOUR).now()).toBe(T0)
  expect(new DeletionClock(clock, null).now()).toBe(T0)
})

test('a clock set back is believed', () => {
  const clock = new FakeClock(T0)
  const deletion = new DeletionClock(clock, T0)
  clock.step(-3 * DAY)
  expect(deletion.now()).toBe(T0 - 3 * DAY)
})
