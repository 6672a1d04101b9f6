import { MINUTE, SECOND } from '@lumen/model/time'
import { Backoff } from '@lumen/std/backoff'
import { errorMessage } from '@lumen/std/error'
import type { TsdbSettings } from '../options.ts'
import type { Flusher } from '../pending/flusher.ts'

export interface FlushTimerParts {
  settings: Pick<TsdbSettings, 'clock' | 'log' | 'flushEveryMs' | 'flushGraceMs'>
  flusher: Pick<Flusher, 'fault'>
  flush(scope: 'complete' | 'all'): Promise<void>
  /** Called before each. */
  onTick(): void
}

/** Flushes a moment after each minute is over, and sooner again while that fails. */
export class FlushTimer {
  readonly #parts: FlushTimerParts
  readonly #backoff = new Backoff({ firstMs: 5 * SECOND, maxMs: MINUTE })
  #timer: ReturnType<typeof setTimeout> | undefined
  #isStopped = false

  constructor(parts: FlushTimerParts) {
    this.#parts = parts
  }

  start(): void {
    const { settings, flusher } = this.#parts
    const { clock, flushEveryMs: every, flushGraceMs: grace } = settings
    const now = clock.now()
    const regular = every < MINUTE ? every : (Math.floor((now - grace) / every) + 1) * every + grace - now
    const isFailing = flusher.fault !== null
    if (!isFailing) this.#backoff.reset()
    const delay = isFailing ? Math.min(regular, this.#backoff.next()) : regular
    this.#timer = setTimeout(() => void this.#tick(), delay)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  /** Flushes; tells when that begins to fail and when it works again. */
  async flush(scope: 'complete' | 'all'): Promise<void> {
    const { settings, flusher, flush } = this.#parts
    const wasFailing = flusher.fault !== null
    try {
      await flush(scope)
      if (wasFailing) settings.log.info('Flushes work again')
    } catch (thrown) {
      if (!wasFailing) settings.log.error(errorMessage(thrown))
    }
  }

  async #tick(): Promise<void> {
    this.#parts.onTick()
    await this.flush(this.#parts.settings.flushEveryMs < MINUTE ? 'all' : 'complete')
    if (!this.#isStopped) this.start()
  }
}
