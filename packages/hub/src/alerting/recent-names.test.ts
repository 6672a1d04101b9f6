import { expect, test } from 'bun:test'
import { MINUTE } from '@lumen/model/time'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { RecentNames } from './recent-names.ts'

test('a name counts once however often it comes, and is forgotten when it stays away', () => {
  const clock = new FakeClock()
  const names = new RecentNames(clock, MINUTE)
  for (const name of ['a', 'b', 'a']) names.add(name)
  expect(names.count()).toBe(2)
  clock.advance(MINUTE)
  names.add('a')
  expect(names.count()).toBe(2)
  clock.advance(MINUTE)
  expect(names.count()).toBe(1)
  names.delete('a')
  expect(names.count()).toBe(0)
  names.add('c')
  clock.advance(3 * MINUTE)
  expect(names.count()).toBe(0)
})
