import { Refusal } from '../refusal.ts'
import type { PasswordHasher } from './password.ts'
import type { Sessions } from './sessions.ts'
import type { Throttle } from './throttle.ts'
import type { User, Users } from './users.ts'

export interface LoginParts {
  users: Users
  sessions: Sessions
  hasher: PasswordHasher
  throttle: Throttle
}

/** Checks a name and password and starts a session. Unknown user and wrong password take the same path, do the
 * same work and get the same answer.
 * @throws {Refusal} 401 `login_failed`, 429 `too_many_attempts` */
export async function logIn(
  parts: LoginParts,
  attempt: { username: string; password: string; address: string },
): Promise<{ user: User; token: string }> {
  const user = await checkPassword(parts, attempt)
  return { user, token: await parts.sessions.start(user.id) }
}

/** The password check alone, throttled like a login. */
export async function checkPassword(
  { users, hasher, throttle }: Pick<LoginParts, 'users' | 'hasher' | 'throttle'>,
  attempt: { username: string; password: string; address: string },
): Promise<User> {
  const keys = [`account ${attempt.username.toLowerCase()}`, `address ${attempt.address}`]
  throttle.begin(keys)
  const user = users.find(attempt.username)
  const isRight = await hasher.verify(attempt.password, user?.passwordHash)
  if (!isRight || user === undefined) {
    throw new Refusal(401, 'login_failed', 'User name or password is wrong')
  }
  throttle.succeed(keys)
  return user
}
