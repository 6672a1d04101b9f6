import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode, errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { Outbox } from '../push/outbox.ts'
import type { Timekeeper } from '../push/timekeeper.ts'

/** Whether the spool can be used. A fault is told once, on stderr and to the hub, and so is its end; without a
 * spool frames are kept in memory only. */
export class SpoolHealth {
  readonly #parts: { dir: string; log: Log; outbox: Outbox; time: Timekeeper }
  #fault: string | null = null

  constructor(parts: { dir: string; log: Log; outbox: Outbox; time: Timekeeper }) {
    this.#parts = parts
  }

  /** Why frames are kept in memory only, or null. */
  get fault(): string | null {
    return this.#fault
  }

  /** Looks whether the directory could be written, without writing. */
  probe(): void {
    try {
      let place = this.#parts.dir
      while (!isThere(place) && dirname(place) !== place) place = dirname(place)
      accessSync(place, constants.W_OK | constants.X_OK)
    } catch (error) {
      this.fail(error)
    }
  }

  /** Does something on the disk. False when that failed, which is reported then. */
  try(work: () => void): boolean {
    try {
      work()
      return true
    } catch (error) {
      this.fail(error)
      return false
    }
  }

  fail(error: unknown): void {
    const { dir, log } = this.#parts
    if (this.#fault !== null) return
    this.#fault = errorMessage(error).slice(0, 256)
    log.warn('spool cannot be used; while the hub does not answer, frames are kept in memory only', {
      dir,
      reason: this.#fault,
    })
    this.#tell('unusable', this.#fault)
  }

  /** A write succeeded. */
  recover(): void {
    if (this.#fault === null) return
    this.#fault = null
    this.#parts.log.info('spool can be used again', { dir: this.#parts.dir })
    this.#tell('ok', null)
  }

  #tell(state: string, reason: string | null): void {
    const { outbox, time } = this.#parts
    outbox.addEvent({ at: time.now(), type: 'spool', detail: { state, reason } })
  }
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.F_OK)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}
