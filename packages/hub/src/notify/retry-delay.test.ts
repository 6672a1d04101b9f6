import { expect, test } from 'bun:test'
import { HOUR, SECOND } from '@lumen/model/time'
import { MOST_ATTEMPTS, retryAfterMsOf, retryDelayMs } from './retry-delay.ts'

const NOW = Date.UTC(2026, 10, 25, 3, 0, 0)

test.each([
  [null, undefined],
  ['120', 120 * SECOND],
  ['0.25', 250],
  [' 7 ', 7 * SECOND],
  ['Wed, 25 Nov 2026 03:00:30 GMT', 30 * SECOND],
  ['Wed, 25 Nov 2026 02:00:00 GMT', 0],
  ['-5', undefined],
  ['1e9', undefined],
  ['soon', undefined],
  ['', undefined],
])('Retry-After %p is %p ms', (header, ms) => {
  expect(retryAfterMsOf(header, NOW)).toBe(ms)
})

test('delays double up to an hour and never reach below three quarters', () => {
  expect(retryDelayMs(1, 1)).toBe(15 * SECOND)
  expect(retryDelayMs(1, 0)).toBe(11_250)
  expect(retryDelayMs(3, 1)).toBe(60 * SECOND)
  expect(retryDelayMs(30, 1)).toBe(HOUR)
})

test('a service is never asked sooner than it said, and cannot put it off beyond an hour', () => {
  expect(retryDelayMs(1, 0, 60 * SECOND)).toBe(60 * SECOND)
  expect(retryDelayMs(1, 0, 48 * HOUR)).toBe(HOUR)
})

test('all attempts together take about a day', () => {
  const sum = (random: number) =>
    Array.from({ length: MOST_ATTEMPTS - 1 }, (_, n) => retryDelayMs(n + 1, random)).reduce((a, b) => a + b)
  expect(sum(0)).toBeGreaterThan(23 * HOUR)
  expect(sum(1)).toBeLessThan(33 * HOUR)
})
