import { describe, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { bucketLabel, sinceLabel, spanLabel, tickLabel } from './time-labels.ts'

const at = (...[year, month, day, hour = 0, minute = 0, second = 0]: number[]) =>
  new Date(year!, month! - 1, day!, hour, minute, second).getTime()
const now = at(2026, 11, 24, 15)

describe('a tick', () => {
  test('says the date at midnight, seconds only where they differ', () => {
    expect(tickLabel(at(2026, 11, 22), HOUR)).toBe('22 Nov')
    expect(tickLabel(at(2026, 11, 22, 9, 5), MINUTE)).toBe('09:05')
    expect(tickLabel(at(2026, 11, 22, 9, 5, 30), 10 * SECOND)).toBe('09:05:30')
  })

  test('of days and months is a date, the year comes with January', () => {
    expect(tickLabel(at(2026, 11, 16), 7 * DAY)).toBe('16 Nov')
    expect(tickLabel(at(2026, 3, 1), 61 * DAY)).toBe('Mar')
    expect(tickLabel(at(2026, 1, 1), 61 * DAY)).toBe('Jan 2026')
    expect(tickLabel(at(2026, 1, 1), DAY)).toBe('1 Jan 2026')
  })
})

describe('a bucket', () => {
  test('of today needs no day', () => {
    expect(bucketLabel(at(2026, 11, 24, 14, 2, 5), 5 * SECOND, now)).toBe('14:02:05')
    expect(bucketLabel(at(2026, 11, 24, 14, 2), MINUTE, now)).toBe('14:02–14:03')
  })

  test('of another day says which', () => {
    expect(bucketLabel(at(2026, 11, 20, 14, 2, 5), 5 * SECOND, now)).toBe('20 Nov 14:02:05')
    expect(bucketLabel(at(2026, 11, 20, 12), 6 * HOUR, now)).toBe('20 Nov 12:00 – 18:00')
    expect(bucketLabel(at(2025, 11, 24, 12), 12 * HOUR, now)).toBe('24 Nov 12:00 – 25 Nov 2025 00:00')
  })
})

test('a span says its day once, seconds when short, days alone when long', () => {
  expect(spanLabel({ from: at(2026, 11, 20, 9), to: at(2026, 11, 20, 12) }, now)).toBe('20 Nov 09:00 – 12:00')
  expect(spanLabel({ from: at(2026, 11, 20, 9), to: at(2026, 11, 20, 9, 1) }, now)).toBe(
    '20 Nov 09:00:00 – 09:01:00',
  )
  expect(spanLabel({ from: at(2025, 12, 1), to: at(2026, 3, 1) }, now)).toBe('1 Dec 2025 – 1 Mar')
})

test('a year is said once, with the end where both ends share it', () => {
  const span = { from: at(2025, 3, 1), to: at(2025, 4, 1) }
  expect(spanLabel(span, now)).toBe('1 Mar – 1 Apr 2025')
  expect(spanLabel({ from: at(2025, 3, 1, 9), to: at(2025, 3, 1, 12) }, now)).toBe('1 Mar 2025 09:00 – 12:00')
})

test('a beginning is told as precisely as it is known', () => {
  expect(sinceLabel(at(2026, 11, 24, 14, 2), 5 * SECOND, now)).toBe('14:02')
  expect(sinceLabel(at(2026, 11, 20, 14, 2), MINUTE, now)).toBe('20 Nov 14:02')
  expect(sinceLabel(at(2026, 11, 20, 12), 12 * HOUR, now)).toBe('20 Nov')
})
