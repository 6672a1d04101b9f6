import { errorCode, LumenError } from '@lumen/std/error'

/** What a `lumen` process ends with. */
export const EXIT = { done: 0, failure: 1, usage: 2, refused: 3 } as const

/** The command line is wrong: exit 2. The message names the flag or command. */
export class UsageError extends LumenError {
  constructor(message: string) {
    super('usage', message)
  }
}

/** Configuration or environment does not allow it: exit 3. The message says what to change. */
export class Refusal extends LumenError {}

/** A typed fault at start is something to change outside the program: exit 3. */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof LumenError) || error instanceof Refusal) return error
  return new Refusal(error.code, error.message, { cause: error })
}

/** What the program ends with after this error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage
  const isOfEnvironment = error instanceof Refusal || errorCode(error) === 'hub_unreachable'
  return isOfEnvironment ? EXIT.refused : EXIT.failure
}

/** What making something throws, as a refusal. */
export function guarded<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw asRefusal(error)
  }
}
