import type { Clock } from '@lumen/std/clock'
import type { EngineAddress } from './address.ts'
import { isContainerId } from './call.ts'
import { EngineApi } from './engine-api.ts'
import { objectOf, wordOf } from './json.ts'
import { type InspectedContainer, parseInspect } from './parse-inspect.ts'
import { type ListedContainer, parseList } from './parse-list.ts'
import { type EngineStats, parseStats } from './parse-stats.ts'

const LIST_EVERY_MS = 60_000
/** Changes that follow each other closely cost one list. */
const LIST_PAUSE_MS = 1_000
const RETRY_MS = 15_000
const AT_ONCE = 4
/** Containers asked about one by one between two ticks. */
const MAX_INSPECTS = 100
const MAX_STATS = 200

export interface EngineOptions {
  address: EngineAddress
  clock: Clock
  timeoutMs?: number | undefined
}

/** What one engine says about its containers: a list once a minute and after each change, one answer about each
 * container that changed, and counters where asked for. Everything happens beside the tick, in the order it is due,
 * one kind of call at a time; a dead or hanging engine leaves what was known. */
export class Engine {
  readonly address: EngineAddress
  readonly #api: EngineApi
  readonly #clock: Clock
  readonly #stop = new AbortController()
  #list: readonly ListedContainer[] | undefined
  readonly #inspected = new Map<string, InspectedContainer>()
  readonly #toInspect = new Set<string>()
  readonly #stats = new Map<string, EngineStats>()
  #wantedStats: readonly string[] = []
  #listedAt = Number.NEGATIVE_INFINITY
  #askedAt = Number.NEGATIVE_INFINITY
  #eventsAt = Number.NEGATIVE_INFINITY
  #isDirty = true
  #fault: string | undefined
  #pending: Promise<void> | undefined
  #events: Promise<void> | undefined
  #hasEvents = false
  #turn = 0
  #revision = 0
  #isAbsent = false

  constructor({ address, clock, timeoutMs }: EngineOptions) {
    this.address = address
    this.#clock = clock
    this.#api = new EngineApi(address, timeoutMs)
  }

  /** Containers as last listed; undefined until the engine answered. */
  get list(): readonly ListedContainer[] | undefined {
    return this.#list
  }

  /** When the list was made, monotonic ms. */
  get listedAt(): number {
    return this.#listedAt
  }

  /** Why it does not answer; undefined while it does, or was not asked yet. */
  get fault(): string | undefined {
    return this.#fault
  }

  /** It may still say what is not in the list yet. */
  get isAnswering(): boolean {
    return this.#fault === undefined
  }

  /** Nobody listened at its address. */
  get isAbsent(): boolean {
    return this.#isAbsent
  }

  /** Rises with whatever it says that is new. */
  get revision(): number {
    return this.#revision
  }

  inspected(id: string): InspectedContainer | undefined {
    return this.#inspected.get(id)
  }

  stats(id: string): EngineStats | undefined {
    return this.#stats.get(id)
  }

  /** Containers whose counters only the engine can tell, from now on. */
  wantStats(ids: readonly string[]): void {
    this.#wantedStats = ids
  }

  /** The list may be out of date; that of a container, if given, too. */
  touch(id?: string): void {
    this.#isDirty = true
    if (id !== undefined) this.#toInspect.add(id)
  }

  /** Begins what is due; does not wait for it. Never throws. */
  refresh(): void {
    if (this.#stop.signal.aborted) return
    this.#listen()
    this.#pending ??= this.#work().finally(() => {
      this.#pending = undefined
    })
  }

  /** Resolves when nothing is being asked. */
  async settled(): Promise<void> {
    await this.#pending
  }

  stop(): void {
    this.#stop.abort()
  }

  async #work(): Promise<void> {
    const now = this.#clock.monotonic()
    const pause = this.#fault !== undefined ? RETRY_MS : this.#isDirty ? LIST_PAUSE_MS : LIST_EVERY_MS
    if (now - this.#askedAt >= pause) await this.#readList(now)
    if (this.#list === undefined || this.#fault !== undefined) return
    const isDue = (id: string) => this.#toInspect.has(id) || !this.#inspected.has(id)
    const known = this.#list.map(({ id }) => id)
    const due = known.filter(isDue).slice(0, MAX_INSPECTS)
    // Without events nothing says that a container was restarted: ask about a few in turn.
    if (!this.#hasEvents && due.length === 0 && known.length > 0)
      due.push(known[this.#turn++ % known.length]!)
    await this.#inTurn(due, (id) => this.#inspect(id))
    const wanted = new Set(this.#wantedStats)
    for (const id of this.#stats.keys()) if (!wanted.has(id)) this.#stats.delete(id)
    await this.#inTurn([...wanted].slice(0, MAX_STATS), (id) => this.#readStats(id))
  }

  async #readList(now: number): Promise<void> {
    this.#askedAt = now
    this.#isDirty = false
    const answer = await this.#api.get({ kind: 'list' }, this.#stop.signal)
    const list = answer.kind === 'ok' ? parseList(answer.value) : undefined
    this.#isAbsent = answer.kind === 'absent'
    if (list === undefined) {
      this.#fault = 'reason' in answer ? answer.reason : 'the engine answers no list of containers'
      return
    }
    this.#fault = undefined
    const states = new Map(this.#list?.map(({ id, state }) => [id, state]))
    for (const { id, state } of list) if (states.get(id) !== state) this.#toInspect.add(id)
    this.#list = list
    this.#revision += 1
    this.#listedAt = this.#clock.monotonic()
    const listed = new Set(list.map(({ id }) => id))
    for (const id of this.#inspected.keys()) if (!listed.has(id)) this.#inspected.delete(id)
    for (const id of this.#toInspect) if (!listed.has(id)) this.#toInspect.delete(id)
  }

  async #inspect(id: string): Promise<void> {
    this.#toInspect.delete(id)
    const answer = await this.#api.get({ kind: 'inspect', id }, this.#stop.signal)
    if (answer.kind === 'silent' || answer.kind === 'absent') this.#fault = answer.reason
    const container = answer.kind === 'ok' ? parseInspect(answer.value) : undefined
    this.#revision += 1
    this.#inspected.set(id, container ?? this.#inspected.get(id) ?? NOTHING)
  }

  async #readStats(id: string): Promise<void> {
    const answer = await this.#api.get({ kind: 'stats', id }, this.#stop.signal)
    if (answer.kind === 'silent' || answer.kind === 'absent') this.#fault = answer.reason
    const stats = answer.kind === 'ok' ? parseStats(answer.value) : undefined
    if (stats === undefined) this.#stats.delete(id)
    else this.#stats.set(id, stats)
  }

  async #inTurn(ids: readonly string[], ask: (id: string) => Promise<void>): Promise<void> {
    const queue = [...ids]
    const worker = async () => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        if (this.#stop.signal.aborted || this.#fault !== undefined) return
        await ask(id)
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, worker))
  }

  /** Keeps the event stream open; a proxy may refuse it, then the list once a minute is all. */
  #listen(): void {
    const now = this.#clock.monotonic()
    if (this.#events !== undefined || this.#list === undefined || now - this.#eventsAt < RETRY_MS) return
    this.#eventsAt = now
    const onOpen = () => {
      this.#hasEvents = true
    }
    this.#events = this.#api
      .events(onOpen, (event) => this.#onEvent(event), this.#stop.signal)
      .finally(() => {
        // What happened while nobody listened is in the next list.
        if (this.#hasEvents) this.#isDirty = true
        this.#hasEvents = false
        this.#events = undefined
      })
  }

  #onEvent(event: unknown): void {
    const about = objectOf(event)
    const id = wordOf(objectOf(about?.Actor)?.ID) ?? wordOf(about?.id)
    this.touch(id !== undefined && isContainerId(id) ? id : undefined)
    if (this.#clock.monotonic() - this.#askedAt >= LIST_PAUSE_MS) this.refresh()
  }
}

/** Stands for a container the engine would not tell about, so that it is not asked again and again. */
const NOTHING: InspectedContainer = {
  restarts: undefined,
  startedAt: undefined,
  pid: undefined,
  memoryLimitBytes: undefined,
  health: undefined,
}
