import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import { isLimited } from './budget/room.ts'
import type { HotClient } from './hot/client.ts'
import { isFull } from './hot/is-full.ts'
import type { MakeRoomAnswer, MakeRoomRequest, SealedDay } from './hot/messages.ts'
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
  /** Keeps everybody else from cold files; null while somebody relies on them. */
  tryHoldFiles: () => Disposable | null
  onMade: (answer: MakeRoomAnswer) => void
}

const NO_NEEDS = { growBytes: 0, hotBytes: 0 }

/** Flushes, and has history given up where the budget leaves no room for what comes next. */
export class RoomMaker {
  readonly #parts: RoomMakerParts

  constructor(parts: RoomMakerParts) {
    this.#parts = parts
  }

  /** @throws {LumenError} `flush_failed` when there is no room and none can be made */
  async flush(scope: 'complete' | 'all'): Promise<void> {
    const { flusher, limits } = this.#parts
    try {
      await flusher.flush(scope)
    } catch (thrown) {
      const isForRoom = thrown instanceof Error && isFull(thrown.cause) && isLimited(limits.budget)
      if (!isForRoom || !(await this.#makeForFlush())) throw thrown
      await flusher.flush(scope)
    }
    if (flusher.isShort) await this.#makeAhead()
  }

  /** Whether a cold file may be written: of a day, for which history is given up if need be, or of about so many bytes,
   * if there is room as things are. To be called by who holds the files. */
  async forFile(file: SealedDay | number): Promise<boolean> {
    if (!isLimited(this.#parts.limits.budget)) return true
    return typeof file === 'number'
      ? this.#make({
          ...{ sealing: null, mayUnlist: false, mayGiveUp: false },
          needs: { growBytes: file, hotBytes: 0 },
        })
      : this.#make({ needs: NO_NEEDS, sealing: file, mayUnlist: true, mayGiveUp: true })
  }

  /** For minutes that could not be written. */
  async #makeForFlush(): Promise<boolean> {
    const { pending, tryHoldFiles } = this.#parts
    using held = tryHoldFiles()
    // What waits takes far less on disk than in memory.
    const hotBytes = pending.deltas()[0]?.bytes ?? 0
    const needs = { growBytes: 0, hotBytes }
    return await this.#make({ needs, sealing: null, mayUnlist: held !== null, mayGiveUp: true })
  }

  /** For the next minutes; while somebody relies on the files it waits until after one of the next flushes. */
  async #makeAhead(): Promise<void> {
    using held = this.#parts.tryHoldFiles()
    if (held === null) return
    await this.#make({ needs: NO_NEEDS, sealing: null, mayUnlist: true, mayGiveUp: true })
  }

  async #make(request: Omit<MakeRoomRequest, 'now'>): Promise<boolean> {
    const { clock, log, client, onMade } = this.#parts
    try {
      const answer = await client.call('makeRoom', { now: clock.now(), ...request })
      onMade(answer)
      if (answer.acts > 0) {
        log.warn('Gave up history to stay within the budget; the storage page lists it', {
          acts: answer.acts,
        })
      }
      return answer.isEnough
    } catch (thrown) {
      log.error('Could not make room', { error: errorMessage(thrown) })
      return false
    }
  }
}
