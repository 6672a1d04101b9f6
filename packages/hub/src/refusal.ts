import { LumenError } from '@lumen/std/error'

export interface RefusalOptions {
  errors?: readonly { path: string; message: string }[]
  /** Seconds after which trying again can succeed. */
  retryAfterS?: number
  /** Members the problem answer carries beside the standard ones. */
  extra?: Readonly<Record<string, unknown>>
  headers?: Readonly<Record<string, string>>
  cause?: unknown
}

/** A request the hub will not serve, with the HTTP status that says so. The message is for people, the code for
 * programs. Thrown anywhere below a route and turned into a problem answer in one place. */
export class Refusal extends LumenError {
  readonly status: number
  readonly options: RefusalOptions

  constructor(status: number, code: string, message: string, options: RefusalOptions = {}) {
    super(code, message, options.cause === undefined ? undefined : { cause: options.cause })
    this.status = status
    this.options = options
  }
}

/** 429 with the wait in words and in seconds. */
export function tooMany(code: string, what: string, retryAfterS: number): Refusal {
  const seconds = Math.max(1, Math.ceil(retryAfterS))
  return new Refusal(429, code, `${what}: try again in ${seconds} s`, { retryAfterS: seconds })
}
