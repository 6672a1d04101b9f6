import { Refusal } from '../refusal.ts'
import type { Devices } from './devices.ts'
import type { PasswordHasher } from './password.ts'
import type { Sessions } from './sessions.ts'
import type { Throttle } from './throttle.ts'
import type { User, Users } from './users.ts'

export interface LoginParts {
  users: Users
  sessions: Sessions
  devices: Devices
  hasher: PasswordHasher
  throttle: Throttle
}

export interface LoginAttempt {
  username: string
  password: string
  address: string
  /** The mark of a browser somebody logged in from before. */
  deviceMark?: string | undefined
}

/** No user has this id. */
const NOBODY = 0

/** Checks a name and password and starts a session. Unknown user and wrong password take the same path, do the
 * same work and get the same answer. Failures count for the account and the address, except from a browser that
 * logged in to this account before: they count for that browser alone.
 * @throws {Refusal} 401 `login_failed`, 429 `too_many_attempts` */
export async function logIn(
  parts: LoginParts,
  { username, password, address, deviceMark }: LoginAttempt,
): Promise<{ user: User; token: string; deviceMark: string }> {
  const { users, sessions, devices } = parts
  const named = users.find(username)
  const deviceId = devices.idOf(deviceMark, named?.id ?? NOBODY)
  const keys =
    deviceId === undefined
      ? [`account ${username.toLowerCase()}`, `address ${address}`]
      : [`device ${deviceId}`]
  const user = await checkPassword(parts, named, password, keys)
  return {
    user,
    token: await sessions.start(user.id),
    deviceMark: deviceId === undefined || deviceMark === undefined ? devices.mark(user.id) : deviceMark,
  }
}

/** The password check alone, its failures counted under `keys`.
 * @throws {Refusal} 401 `login_failed`, 429 `too_many_attempts` */
export async function checkPassword(
  { hasher, throttle }: Pick<LoginParts, 'hasher' | 'throttle'>,
  user: User | undefined,
  password: string,
  keys: readonly string[],
): Promise<User> {
  throttle.begin(keys)
  const hash = user?.passwordHash
  const isRight = await hasher.verify(password, hash)
  // the password may have been changed while the old one was checked
  if (!isRight || user === undefined || user.passwordHash !== hash) {
    throw new Refusal(401, 'login_failed', 'User name or password is wrong')
  }
  throttle.succeed(keys)
  return user
}
