import type { Clock } from '@lumen/std/clock'
import { errorCode } from '@lumen/std/error'
import type { PasswordHasher } from '../auth/password.ts'
import type { Throttle } from '../auth/throttle.ts'
import type { User, Users } from '../auth/users.ts'
import { Refusal } from '../refusal.ts'
import { isSetupCode, randomSetupCode } from './setup-code.ts'

/** First start: whoever reads the hub's log makes the first admin. The code lives in memory until it is used. */
export class Setup {
  readonly #parts: { users: Users; hasher: PasswordHasher; throttle: Throttle; clock: Clock }
  readonly #code: string
  readonly #isCodeRandom: boolean
  #isUnderWay = false

  constructor(
    parts: { users: Users; hasher: PasswordHasher; throttle: Throttle; clock: Clock },
    givenCode?: string,
  ) {
    this.#parts = parts
    this.#code = givenCode ?? randomSetupCode()
    this.#isCodeRandom = givenCode === undefined
  }

  get isNeeded(): boolean {
    return this.#parts.users.isEmpty
  }

  /** The code to print, or null once an admin exists. */
  get code(): string | null {
    return this.isNeeded ? this.#code : null
  }

  /** @throws {Refusal} 409 `setup_done`, 403 `setup_code_wrong`, 429 `too_many_attempts` */
  async complete(given: {
    code: string
    username: string
    password: string
    address: string
  }): Promise<User> {
    const { users, hasher, throttle, clock } = this.#parts
    if (!this.isNeeded || this.#isUnderWay) throw alreadyDone()
    // nobody guesses a random code, so strangers' tries must not keep its reader waiting; a code somebody chose may
    // be short, and many addresses together must not try it out
    const keys = [`address ${given.address}`, ...(this.#isCodeRandom ? [] : ['setup'])]
    throttle.begin(keys)
    if (!isSetupCode(given.code, this.#code)) {
      throw new Refusal(403, 'setup_code_wrong', 'The setup code is not the one this hub printed', {
        errors: [{ path: 'code', message: 'is not the one in the hub’s log' }],
      })
    }
    throttle.succeed(keys)
    this.#isUnderWay = true
    try {
      return await users.add(given.username, await hasher.hash(given.password), clock.now())
    } catch (fault) {
      if (errorCode(fault) === 'user_name_taken') throw alreadyDone()
      throw fault
    } finally {
      this.#isUnderWay = false
    }
  }
}

function alreadyDone(): Refusal {
  return new Refusal(409, 'setup_done', 'The first admin exists already: log in instead')
}
