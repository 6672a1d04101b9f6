import { SECOND } from '@lumen/model/time'
import { errorMessage, LumenError } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { Tsdb } from '@lumen/tsdb/api'

/** How long a clean stop waits for the last flush; SIGTERM allows 5 s for everything. */
const LAST_FLUSH_MS = 4 * SECOND

/** Writes what is in memory and closes the store; gives up on a disk that does not take it in time. */
export async function closeStore(tsdb: Tsdb, log: Log): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const fault = new LumenError(
      'flush_late',
      'The disk did not take the last minute in time; agents resend it',
    )
    timer = setTimeout(reject, LAST_FLUSH_MS, fault)
  })
  try {
    await Promise.race([tsdb.flush('all').then(() => tsdb[Symbol.asyncDispose]()), late])
  } catch (fault) {
    log.error('last flush failed', { fault: errorMessage(fault) })
  } finally {
    clearTimeout(timer)
  }
}
