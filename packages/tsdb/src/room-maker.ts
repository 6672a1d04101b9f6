import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { Needs } from './budget/decide.ts'
import { isLimited } from './budget/room.ts'
import type { HotClient } from './hot/client.ts'
import { isFull } from './hot/is-full.ts'
import type { Flusher } from './pending/flusher.ts'
import type { Pending } from './pending/pending.ts'
import type { Limits } from './storage-report.ts'

interface RoomMakerParts {
  clock: Clock
  log: Log
  limits: Readonly<Limits>
  client: HotClient
  flusher: Flusher
  pending: Pending
}

/** Flushes, and has history given up where the budget leaves no room for it. */
export class RoomMaker {
  readonly #parts: RoomMakerParts

  constructor(parts: RoomMakerParts) {
    this.#parts = parts
  }

  /** @throws {LumenError} `flush_failed` when there is no room and none can be made */
  async flush(scope: 'complete' | 'all'): Promise<void> {
    const { flusher, pending } = this.#parts
    try {
      await flusher.flush(scope)
    } catch (thrown) {
      if (!(thrown instanceof Error && isFull(thrown.cause))) throw thrown
      // What waits takes far less on disk than in memory.
      const hotBytes = pending.deltas()[0]?.bytes ?? 0
      if (!(await this.make({ growBytes: 0, hotBytes }))) throw thrown
      await flusher.flush(scope)
    }
    if (flusher.isShort) await this.make({ growBytes: 0, hotBytes: 0 })
  }

  /** Gives up history until there is room for `needs`; false when there is not. Nothing without a budget. */
  async make(needs: Needs): Promise<boolean> {
    const { clock, log, limits, client } = this.#parts
    if (!isLimited(limits.budget)) return false
    try {
      const { acts, isEnough } = await client.call('makeRoom', { now: clock.now(), needs })
      if (acts > 0)
        log.warn('Gave up history to stay within the budget; Settings → Storage lists it', { acts })
      return isEnough
    } catch (thrown) {
      log.error('Could not make room', { error: errorMessage(thrown) })
      return false
    }
  }
}
