import type { AgentEvent } from '@lumen/protocol/agent/events'
import type { Facts } from '@lumen/protocol/agent/facts'
import type { Instant } from './instant.ts'

/** Something that happened to the agent or its machine, before it has its time on the hub's clock. */
export interface PendingEvent {
  at: Instant
  type: AgentEvent['type']
  detail: AgentEvent['detail']
}

/** Frames that had to go unsent, gathered into one event until it is on its way. */
export interface PendingDrop {
  frames: number
  from: Instant
  to: Instant
  at: Instant
  cause: string
}

/** What travels beside frames in one push; hand it back with `settle` when the hub has answered 200. */
export interface Extras {
  facts: Facts | undefined
  events: PendingEvent[]
  drops: PendingDrop[]
}

const MAX_EVENTS = 500
const MAX_EVENTS_PER_PUSH = 100

/** Events and facts until the hub has them. Bounded: the oldest events go first, and are counted. */
export class Outbox {
  #facts: Facts | undefined
  #areFactsSent = true
  #events: PendingEvent[] = []
  #drops: PendingDrop[] = []
  #lostEvents = 0

  get isEmpty(): boolean {
    return this.#areFactsSent && this.#events.length === 0 && this.#drops.length === 0
  }

  /** Events the hub does not have yet. */
  get events(): readonly PendingEvent[] {
    return this.#events
  }

  get lostEvents(): number {
    return this.#lostEvents
  }

  setFacts(facts: Facts): void {
    this.#facts = facts
    this.#areFactsSent = false
  }

  /** A hub that has just started may have lost them. */
  resendFacts(): void {
    this.#areFactsSent = this.#facts === undefined
  }

  addEvent(event: PendingEvent): void {
    this.#events.push(event)
    if (this.#events.length <= MAX_EVENTS) return
    this.#events.shift()
    this.#lostEvents += 1
  }

  /** Extends the newest drop of the same cause while that has not been taken yet. */
  addDrop(drop: { from: Instant; to: Instant; frames: number; cause: string; at: Instant }): void {
    const last = this.#drops.at(-1)
    if (last === undefined || last.cause !== drop.cause || this.#inPush.has(last)) {
      this.#drops.push({ ...drop })
      return
    }
    last.frames += drop.frames
    last.to = drop.to
    last.at = drop.at
  }

  readonly #inPush = new WeakSet<PendingDrop>()

  /** What the next push takes along. A drop that was in a push is not extended any more, so that the hub's copy
   * and ours never differ. */
  take(): Extras {
    for (const drop of this.#drops) this.#inPush.add(drop)
    return {
      facts: this.#areFactsSent ? undefined : this.#facts,
      events: this.#events.slice(0, MAX_EVENTS_PER_PUSH),
      drops: this.#drops.slice(0, MAX_EVENTS_PER_PUSH),
    }
  }

  /** The hub has these, or will never take them. */
  settle(extras: Extras): void {
    if (extras.facts !== undefined && extras.facts === this.#facts) this.#areFactsSent = true
    const events = new Set(extras.events)
    if (events.size > 0) this.#events = this.#events.filter((event) => !events.has(event))
    const drops = new Set(extras.drops)
    if (drops.size > 0) this.#drops = this.#drops.filter((drop) => !drops.has(drop))
  }
}

export const NO_EXTRAS: Extras = { facts: undefined, events: [], drops: [] }

export function hasExtras(extras: Extras): boolean {
  return extras.facts !== undefined || extras.events.length > 0 || extras.drops.length > 0
}
