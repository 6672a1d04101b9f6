/** A fault with a stable `code` that callers and tests can rely on.
 * The message says what was tried, what is the case, and what was wanted. */
export class LumenError extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** The text of anything that was thrown, for one log line. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The `code` of an Error or a problem that carries one (`ENOSPC`, `EACCES`, ours), or undefined. */
export function errorCode(thrown: unknown): string | undefined {
  if (thrown === null || typeof thrown !== 'object' || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}
