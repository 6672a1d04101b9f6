import { expect, test } from 'bun:test'
import { HOUR, MINUTE } from '@lumen/model/time'
import { IntervalSet } from '@lumen/std/interval-set'
import { T0 } from '../testing/samples.ts'
import { GivenUp } from './given-up.ts'

test('the lowest seq given up is the one to resend from, until it is seen again', () => {
  const givenUp = new GivenUp()
  const seen = IntervalSet.from([[1, 9]])
  givenUp.add(T0 + HOUR, IntervalSet.from([[22, 33]]))
  givenUp.add(T0, IntervalSet.from([[10, 15]]))
  givenUp.add(T0 + MINUTE, IntervalSet.from([[16, 21]]))
  expect(givenUp.lowest(seen, T0)).toBe(10)
  seen.addRange(10, 17)
  expect(givenUp.lowest(seen, T0)).toBe(18)
  seen.addRange(19, 33)
  expect(givenUp.lowest(seen, T0)).toBe(18)
  seen.add(18)
  expect(givenUp.lowest(seen, T0)).toBeNull()
  expect(givenUp.isEmpty).toBe(true)
})

test('what is past retention is not asked for: it would be refused', () => {
  const givenUp = new GivenUp()
  givenUp.add(T0, IntervalSet.from([[1, 5]]))
  givenUp.add(T0 + 2 * HOUR, IntervalSet.from([[8, 9]]))
  expect(givenUp.lowest(new IntervalSet(), T0 + HOUR + 59 * MINUTE)).toBe(8)
  expect(givenUp.lowest(new IntervalSet(), T0 + 4 * HOUR)).toBeNull()
})
