import { expect, test } from 'bun:test'
import { poolErrors, scrubEndedAt } from './pool-status.ts'

test('errors of a pool are counted where zpool counts them', () => {
  expect(poolErrors('No known data errors')).toBe(0)
  expect(poolErrors("3 data errors, use '-v' for a list")).toBe(3)
  expect(poolErrors('List of errors unavailable')).toBeUndefined()
  expect(poolErrors(undefined)).toBeUndefined()
})

test('a scrub that ended has a time, one under way or none has not', () => {
  expect(scrubEndedAt('scrub repaired 0B in 00:12:34 with 0 errors on Sun Jun 14 00:24:34 2026')).toBe(
    Date.UTC(2026, 5, 14, 0, 24, 34),
  )
  expect(scrubEndedAt('resilvered 1.2G in 00:00:05 with 0 errors on Mon Mar  2 10:00:00 2026')).toBe(
    Date.UTC(2026, 2, 2, 10),
  )
  expect(scrubEndedAt('scrub in progress since Sun Jun 14 00:24:34 2026')).toBeUndefined()
  expect(scrubEndedAt('none requested')).toBeUndefined()
})
