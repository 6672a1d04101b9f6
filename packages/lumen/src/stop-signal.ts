import type { Log } from '@lumen/std/log'

/** Ctrl-C reaches every process of a terminal and is passed on by npm as well: the same press, not a second. */
const SAME_PRESS_MS = 300
/** A stop takes no longer, whatever hangs. */
const STOP_LIMIT_MS = 4_800

/** Aborts at the first SIGINT or SIGTERM. A second one ends the process at once, and so does a stop that takes
 * too long. */
export function stopSignal(log: Log): AbortSignal {
  const stop = new AbortController()
  let stoppedAt: number | undefined
  const onSignal = (signal: NodeJS.Signals) => {
    if (stoppedAt === undefined) {
      stoppedAt = performance.now()
      log.info('stopping', { signal })
      setTimeout(() => {
        log.error('stopping took too long: ended', { limit_ms: STOP_LIMIT_MS })
        process.exit(1)
      }, STOP_LIMIT_MS).unref()
      stop.abort()
    } else if (performance.now() - stoppedAt > SAME_PRESS_MS) {
      log.warn('ended at once', { signal })
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return stop.signal
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
