import type { AgentEvent } from '@lumen/protocol/agent/events'
import type { Clock } from '@lumen/std/clock'
import { TokenBucket } from './token-bucket.ts'

/** What a frame costs that does not follow one the host sent before: one more range of seqs to remember. */
const RUN_COST = 1
/** What a stream nobody heard of costs: a row and its books in memory. */
const STREAM_COST = 10
/** Enough for a day's backlog of an older agent, whose frames have no successors, and for an agent that crashes
 * every few seconds for hours; afterwards 3,600 ranges an hour, of which the store keeps 40,000. */
const RUNS = { burst: 20_000, perS: 1 }
/** An event costs one for each 256 bytes begun: 1 MB at once, then some 4 MB a day. */
const EVENT_UNIT_BYTES = 256
const EVENT_UNITS = { burst: 4_000, perS: 0.2 }
const MAX_STREAMS = 16
const MAX_RUNS_PER_STREAM = 16

interface HostBooks {
  runs: TokenBucket
  events: TokenBucket
  /** Recent streams, oldest use first, each with the seqs that would follow its recent frames. */
  next: Map<string, Set<number>>
}

/** How much a host may make the store remember: frames in order cost nothing, new streams, jumps in seq and events
 * draw on an allowance. Without it one leaked token could fill memory and disk with ranges of one frame each. */
export class StoreQuota {
  readonly #clock: Clock
  readonly #books = new Map<number, HostBooks>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Seconds until this frame may be stored; 0 when it may be now.
   * @param isStored whether the store knows the stream */
  waitS(hostId: number, stream: string, seq: number, isStored: () => boolean): number {
    const books = this.#of(hostId)
    const next = books.next.get(stream)
    if (next?.has(seq)) return 0
    return books.runs.waitS(next === undefined && !isStored() ? STREAM_COST : RUN_COST)
  }

  /** The frame was stored (`taken`), or had been before and costs nothing. */
  stored(
    hostId: number,
    stream: string,
    seq: number,
    outcome: 'taken' | 'duplicate',
    isStored: () => boolean,
  ): void {
    const { runs, next: streams } = this.#of(hostId)
    const known = streams.get(stream)
    if (outcome === 'taken' && !known?.has(seq)) {
      runs.take(known === undefined && !isStored() ? STREAM_COST : RUN_COST)
    }
    const next = known ?? new Set()
    next.delete(seq)
    next.add(seq + 1)
    forgetOldest(next, MAX_RUNS_PER_STREAM)
    streams.delete(stream)
    streams.set(stream, next)
    forgetOldest(streams, MAX_STREAMS)
  }

  /** Whether an event may be stored; it then counts. */
  takeEvent(hostId: number, event: AgentEvent): boolean {
    return this.#of(hostId).events.take(Math.ceil(JSON.stringify(event).length / EVENT_UNIT_BYTES))
  }

  forget(hostId: number): void {
    this.#books.delete(hostId)
  }

  #of(hostId: number): HostBooks {
    let books = this.#books.get(hostId)
    if (books === undefined) {
      books = {
        runs: new TokenBucket(this.#clock, RUNS),
        events: new TokenBucket(this.#clock, EVENT_UNITS),
        next: new Map(),
      }
      this.#books.set(hostId, books)
    }
    return books
  }
}

function forgetOldest(keys: Map<unknown, unknown> | Set<unknown>, most: number): void {
  if (keys.size > most) keys.delete(keys.keys().next().value)
}
