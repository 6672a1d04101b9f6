import type { StoredEvent } from '../api.ts'
import { canonicalJson } from '../hot/canonical-json.ts'
import type { EventRow } from '../hot/messages.ts'

/** Most events waiting for a flush; more mean that the disk has been refusing for long. */
const CAPACITY = 20_000

export function eventName({ at, type, detail }: StoredEvent): string {
  return `${at} ${type} ${canonicalJson(detail)}`
}

/** Events not yet written. The same event twice is one. Past its capacity the oldest are dropped and counted. */
export class EventQueue {
  readonly #events = new Map<string, EventRow>()
  dropped = 0

  add(host: number, event: StoredEvent): void {
    this.#events.set(`${host} ${eventName(event)}`, { ...event, host })
    if (this.#events.size <= CAPACITY) return
    this.#events.delete(this.#events.keys().next().value!)
    this.dropped += 1
  }

  takeAll(): EventRow[] {
    const taken = [...this.#events.values()]
    this.#events.clear()
    return taken
  }

  ofHost(host: number): EventRow[] {
    return [...this.#events.values()].filter((event) => event.host === host)
  }

  removeHost(host: number): void {
    for (const [name, event] of this.#events) if (event.host === host) this.#events.delete(name)
  }
}
