import { expect, test } from 'bun:test'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import type { ControlDb } from '../control-db/control-db.ts'
import type { Refusal } from '../refusal.ts'
import { logIn } from './login.ts'
import { argon2Hasher, type PasswordHasher } from './password.ts'
import { Sessions } from './sessions.ts'
import { Throttle } from './throttle.ts'
import { Users } from './users.ts'

/** A control database that takes every write and holds nothing. */
function emptyDb(): ControlDb {
  let rowId = 0
  return {
    read: () => [],
    run: async (...batch) => batch.map(() => ({ changes: 1, rowId: ++rowId })),
    [Symbol.asyncDispose]: async () => {},
  }
}

async function parts(hasher: PasswordHasher) {
  const clock = new FakeClock()
  const db = emptyDb()
  const users = new Users(db)
  await users.add('Admin', await hasher.hash('right'), clock.now())
  return {
    users,
    sessions: new Sessions(db, clock, silentLog),
    throttle: new Throttle(clock, 60_000),
    hasher,
    clock,
  }
}

const refusalOf = (attempt: Promise<unknown>): Promise<Refusal> =>
  attempt.then(
    () => Promise.reject(new Error('was let in')),
    (fault) => fault as Refusal,
  )

test('an unknown user costs the same verification and gets the same answer as a wrong password', async () => {
  const verified: (string | undefined)[] = []
  const recording: PasswordHasher = {
    hash: async (password) => `hash of ${password}`,
    verify: async (_password, hash) => {
      verified.push(hash)
      return false
    },
  }
  const login = await parts(recording)
  const wrong = await refusalOf(logIn(login, { username: 'admin', password: 'wrong', address: 'a' }))
  const unknown = await refusalOf(logIn(login, { username: 'nobody', password: 'wrong', address: 'a' }))
  expect(verified).toEqual(['hash of right', undefined])
  expect([unknown.status, unknown.code, unknown.message]).toEqual([wrong.status, wrong.code, wrong.message])
})

test('the hash checked for unknown users has the cost of a real one and never lets in', async () => {
  const hasher = argon2Hasher()
  const real = await hasher.hash('x')
  expect(real).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
  expect(await hasher.verify('x', real)).toBe(true)
  expect(await hasher.verify('x', undefined)).toBe(false)
})

test('a right password lets in whatever the case of the name, and a known session is found', async () => {
  const login = await parts(argon2Hasher())
  const { user, token } = await logIn(login, { username: 'aDMIN', password: 'right', address: 'a' })
  expect(user.name).toBe('Admin')
  expect(login.sessions.find(token)?.userId).toBe(user.id)
})

test('unknown accounts are slowed like known ones, before any hashing', async () => {
  let hashed = 0
  const hasher: PasswordHasher = {
    hash: async () => 'h',
    verify: async () => {
      hashed += 1
      return false
    },
  }
  const login = await parts(hasher)
  for (const username of ['admin', 'nobody']) {
    for (let n = 0; n < 5; n++)
      await refusalOf(logIn(login, { username, password: 'w', address: `${username}${n}` }))
    const slowed = await refusalOf(logIn(login, { username, password: 'w', address: 'elsewhere' }))
    expect([slowed.status, slowed.code, slowed.options.retryAfterS]).toEqual([429, 'too_many_attempts', 1])
  }
  expect(hashed).toBe(10)
})

test('more logins at once than can wait are told to come back', async () => {
  const hasher = argon2Hasher()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 60 }, () => hasher.verify('x', 'not a hash')),
  )
  const refused = outcomes.filter(
    (outcome) => outcome.status === 'rejected' && (outcome.reason as Refusal).code === 'too_many_attempts',
  )
  expect(refused).toHaveLength(60 - 2 - 32)
})
