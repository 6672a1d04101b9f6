import { Turnstile } from '@lumen/std/turnstile'
import { tooMany } from '../refusal.ts'

/** OWASP's Argon2id minimum: 19 MiB, two passes, one lane. */
const ARGON2 = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

/** Hash of a random, forgotten password with the same cost, checked in place of an unknown user's. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$l1AC1jwszez9+hJXCZSM0hKT0cAWTid/g6kHooz7m00$jozdfqL7RQ6KUQnw5z6zj5VLTpL9QQmPrL07aIayTVQ'

const MAX_AT_ONCE = 2
const MAX_WAITING = 32

export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** False for an unknown user (no hash), after the same work as for a known one. */
  verify(password: string, hash: string | undefined): Promise<boolean>
}

/** Argon2id with at most two hashes at a time, so that a flood of logins costs at most two cores and 38 MiB.
 * @throws {Refusal} 429 `too_many_attempts` when 32 are waiting already */
export function argon2Hasher(): PasswordHasher {
  const turnstile = new Turnstile({ atOnce: MAX_AT_ONCE, waiting: MAX_WAITING })
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (turnstile.isFull) throw tooMany('too_many_attempts', 'Too many logins at once', 2)
    return turnstile.run(work)
  }
  return {
    hash: (password) => inTurn(() => Bun.password.hash(password, ARGON2)),
    verify: async (password, hash) => {
      const matches = await inTurn(() => Bun.password.verify(password, hash ?? NOBODY))
      return matches && hash !== undefined
    },
  }
}
