import { expect, test } from 'bun:test'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import type { ControlDb } from '../control-db/control-db.ts'
import type { Refusal } from '../refusal.ts'
import { Devices } from './devices.ts'
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
    query: async () => [],
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
    devices: await Devices.open(db),
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

test('a stranger who guesses at an account does not keep out the browser its owner logged in from before', async () => {
  const login = await parts(argon2Hasher())
  const attempt = (password: string, address: string, deviceMark?: string) =>
    logIn(login, { username: 'admin', password, address, deviceMark })
  const { deviceMark } = await attempt('right', 'home')
  for (let n = 0; n < 5; n++) await refusalOf(attempt('guess', 'away'))
  expect((await refusalOf(attempt('right', 'elsewhere'))).code).toBe('too_many_attempts')
  expect((await refusalOf(attempt('right', 'elsewhere', 'forged.mark'))).code).toBe('too_many_attempts')
  // even behind the address the guesses come from, as with a proxy nobody told the hub about
  expect((await attempt('right', 'away', deviceMark)).deviceMark).toBe(deviceMark)
})

test('guesses from a known browser are slowed as well, and a mark is good for one account', async () => {
  const login = await parts(argon2Hasher())
  await login.users.add('Other', await login.hasher.hash('theirs'), 0)
  const { deviceMark } = await logIn(login, { username: 'admin', password: 'right', address: 'a' })
  const guess = (username: string) => logIn(login, { username, password: 'guess', address: 'b', deviceMark })
  for (let n = 0; n < 5; n++) expect((await refusalOf(guess('admin'))).code).toBe('login_failed')
  expect((await refusalOf(guess('admin'))).code).toBe('too_many_attempts')
  for (let n = 0; n < 5; n++) expect((await refusalOf(guess('other'))).code).toBe('login_failed')
  const elsewhere = { username: 'other', password: 'theirs', address: 'c' }
  expect((await refusalOf(logIn(login, elsewhere))).code).toBe('too_many_attempts')
})

test('a login with the old password that is still being checked when it changes is refused', async () => {
  const checked = Promise.withResolvers<boolean>()
  const login = await parts({
    hash: async (password) => `hash of ${password}`,
    verify: () => checked.promise,
  })
  const attempt = refusalOf(logIn(login, { username: 'admin', password: 'right', address: 'a' }))
  await login.users.setPassword(login.users.find('admin')!, 'hash of next')
  checked.resolve(true)
  expect((await attempt).code).toBe('login_failed')
})
