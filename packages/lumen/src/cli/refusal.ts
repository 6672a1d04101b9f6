import { LumenError } from '@lumen/std/error'

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
