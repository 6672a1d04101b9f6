import type { LiveStream } from '../live/live-stream.ts'
import { type AlertRecord, isDownAlert } from './alert-record.ts'
import type { AlertEngine } from './engine.ts'

const GATHER_MS = 200

/** Brings changes of alerts to the live stream, those of a moment together. What is down changes what is said of all that
 * it explains. */
export class AlertNews implements Disposable {
  readonly #parts: { engine: AlertEngine; live: LiveStream; carriedBy(hostId: number): readonly number[] }
  readonly #changed = new Map<number, AlertRecord>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(parts: {
    engine: AlertEngine
    live: LiveStream
    carriedBy(hostId: number): readonly number[]
  }) {
    this.#parts = parts
  }

  changed(record: AlertRecord): void {
    const { live, engine, carriedBy } = this.#parts
    if (!live.areAlertsRead) return
    this.#changed.set(record.id, record)
    const { hostId } = record
    if (hostId !== null && isDownAlert(record)) {
      const explained = new Set([hostId, ...carriedBy(hostId)])
      for (const other of engine.book.open()) {
        if (other.hostId !== null && explained.has(other.hostId)) this.#changed.set(other.id, other)
      }
    }
    this.#timer ??= setTimeout(() => this.#send(), GATHER_MS)
  }

  /** Something that keeps alerts quiet began or ended. */
  allChanged(): void {
    for (const record of this.#parts.engine.book.open()) this.changed(record)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }

  #send(): void {
    this.#timer = undefined
    const { engine, live } = this.#parts
    const records = [...this.#changed.values()]
    this.#changed.clear()
    live.alertsChanged({
      alerts: records.filter(isOpen).map((record) => engine.view.of(record)),
      removed: records.filter((record) => !isOpen(record)).map(({ id }) => id),
    })
  }
}

function isOpen({ state, isDropped }: AlertRecord): boolean {
  return state !== 'resolved' && !isDropped
}
