import type { AgentEvent } from '@lumen/protocol/agent/events'

/** A change on the machine worth an event; `detail` names what changed under the type's own word. */
export type MachineEvent = { type: 'container' | 'unit'; detail: AgentEvent['detail'] }

/** Events of one tick, and of one name in a window: a restart loop goes on for days. More are counted. */
const MAX_EVENTS = 20
const MAX_OF_ONE = 12
const WINDOW_MS = 10 * 60_000

/** Lets through as many events of one type as a host's allowance bears. */
export class EventLimit {
  readonly #type: MachineEvent['type']
  /** Events of each name in the window under way. */
  readonly #told = new Map<string, number>()
  #windowFrom = Number.NEGATIVE_INFINITY
  #left = 0

  constructor(type: MachineEvent['type']) {
    this.#type = type
  }

  /** Leaves out what is too much; how many is told with the first event after the window.
   * @param at monotonic ms */
  limited(details: readonly AgentEvent['detail'][], at: number): MachineEvent[] {
    const type = this.#type
    const told: MachineEvent[] = []
    if (at - this.#windowFrom >= WINDOW_MS) {
      this.#windowFrom = at
      this.#told.clear()
      if (this.#left > 0) told.push({ type, detail: { change: 'more', count: this.#left } })
      this.#left = 0
    }
    for (const detail of details) {
      const name = String(detail[type])
      const count = this.#told.get(name) ?? 0
      if (told.length >= MAX_EVENTS || count >= MAX_OF_ONE) {
        this.#left += 1
        continue
      }
      this.#told.set(name, count + 1)
      told.push({ type, detail })
    }
    return told
  }
}
