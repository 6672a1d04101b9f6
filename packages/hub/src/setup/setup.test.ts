import { expect, test } from 'bun:test'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { Throttle } from '../auth/throttle.ts'
import { Users } from '../auth/users.ts'
import { Setup } from './setup.ts'

function setUp(givenCode?: string) {
  const clock = new FakeClock()
  const db = {
    read: () => [],
    query: async () => [],
    run: async () => [{ changes: 1, rowId: 1 }],
    [Symbol.asyncDispose]: async () => {},
  }
  const hasher = { hash: async () => 'hash', verify: async () => false }
  const throttle = new Throttle(clock, 60_000)
  const setup = new Setup({ users: new Users(db), hasher, throttle, clock }, givenCode)
  const attempt = (code: string, address: string) =>
    setup.complete({ code, address, username: 'admin', password: 'correct horse' })
  return { setup, attempt }
}

async function guessFromManyAddresses(attempt: (code: string, address: string) => Promise<unknown>) {
  for (let n = 0; n < 5; n++) await attempt('guess', `10.0.0.${n}`).catch(() => {})
}

test('strangers who guess at a random code do not keep its reader waiting', async () => {
  const { setup, attempt } = setUp()
  await guessFromManyAddresses(attempt)
  expect(await attempt(setup.code ?? '', '10.0.1.1')).toMatchObject({ name: 'admin' })
})

test('guesses at a chosen code are slowed whatever addresses they come from', async () => {
  const { attempt } = setUp('1234')
  await guessFromManyAddresses(attempt)
  await expect(attempt('1234', '10.0.1.1')).rejects.toMatchObject({ code: 'too_many_attempts' })
})
