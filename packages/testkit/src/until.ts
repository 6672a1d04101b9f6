export interface UntilOptions {
  /** How long to try, ms. */
  withinMs: number
  /** Pause between tries, ms. */
  everyMs?: number
}

/** Asks again and again until the answer is neither false, null nor undefined, and returns it.
 * @throws {Error} naming `what` and the last error when time is up. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  { withinMs, everyMs = 50 }: UntilOptions,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + withinMs
  let lastError: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== false && answer !== null && answer !== undefined) {
        return answer as Exclude<T, false | null | undefined>
      }
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    if (performance.now() >= deadline) {
      const lastTry = lastError instanceof Error ? `; the last try: ${lastError.message}` : ''
      throw new Error(`Waited ${withinMs} ms for: ${what}${lastTry}`, { cause: lastError })
    }
    await Bun.sleep(everyMs)
  }
}
