import { MINUTE, SECOND } from '@lumen/model/time'
import type { HeartbeatSettings } from '@lumen/protocol/http/settings'
import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { HubTrouble } from '../hub-troubles.ts'

export interface HeartbeatParts {
  settings(): HeartbeatSettings
  /** Whether the hub does what it is there for; it keeps silent otherwise, which is the alarm. */
  isHealthy(): boolean
  clock: Clock
  log: Log
  /** Time for an answer. 10 s. */
  timeoutMs?: number
}

/** So many failures in a row are trouble. */
const FAILURES = 3
/** After a failure it is tried again soon: the other side may count on every beat. */
const RETRY_MS = MINUTE / 2

/** Calls an address outside at intervals while the hub is well. Who watches that address raises the alarm when the calls
 * stay away: the one thing a hub that is dead cannot do itself. The address is a secret of sorts and is never logged;
 * redirects are not followed, and nothing of an answer but its status is read. */
export class Heartbeat implements AsyncDisposable {
  readonly #parts: HeartbeatParts
  readonly #ending = new AbortController()
  #nextAt = Number.NEGATIVE_INFINITY
  #url: string | null = null
  #beating: Promise<void> | undefined
  #failures = 0
  /** Why the last call failed, or null. */
  fault: string | null = null

  constructor(parts: HeartbeatParts) {
    this.#parts = parts
  }

  get trouble(): HubTrouble | null {
    if (this.#failures < FAILURES || this.fault === null) return null
    return {
      state: 'hub_channel',
      key: 'heartbeat',
      words: `cannot reach its heartbeat address: ${this.fault}`,
    }
  }

  /** Calls when that is due; called every second. */
  sweep(): void {
    const { settings, clock, isHealthy } = this.#parts
    const { url, every_ms } = settings()
    if (url !== this.#url) {
      this.#url = url
      this.#nextAt = Number.NEGATIVE_INFINITY
      this.#failures = 0
      this.fault = null
    }
    const now = clock.monotonic()
    if (url === null || this.#beating !== undefined || now < this.#nextAt || !isHealthy()) return
    this.#nextAt = now + every_ms
    this.#beating = this.#beat(url, every_ms).finally(() => {
      this.#beating = undefined
    })
  }

  /** Resolves when no call is under way. */
  async settled(): Promise<void> {
    await this.#beating
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await this.#beating
  }

  async #beat(url: string, everyMs: number): Promise<void> {
    const { timeoutMs = 10 * SECOND, clock, log } = this.#parts
    const fault = await call(url, AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#ending.signal]))
    if (this.#ending.signal.aborted || url !== this.#url) return
    if (fault === null) {
      if (this.fault !== null) log.info('heartbeat address answers again')
      this.#failures = 0
    } else {
      if (this.fault === null) log.warn('heartbeat address does not answer', { fault })
      this.#failures += 1
      this.#nextAt = clock.monotonic() + Math.min(everyMs, RETRY_MS)
    }
    this.fault = fault
  }
}

/** Null: it was taken. */
async function call(url: string, signal: AbortSignal): Promise<string | null> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal })
    await answer.body?.cancel()
    return answer.ok ? null : `it answers ${answer.status}`
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === 'TimeoutError') return 'no answer in time'
    return errorMessage(fault).replaceAll(url, 'the address')
  }
}
