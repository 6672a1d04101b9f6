import type { Sample } from '@lumen/model/sample'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type {
  AlertsSnapshot,
  AlertsUpdate,
  FleetSnapshot,
  FleetUpdate,
  HostSnapshot,
  HostUpdate,
  LiveError,
} from '@lumen/protocol/live/message'
import { subscribeSchema } from '@lumen/protocol/live/subscribe'
import type { Clock } from '@lumen/std/clock'
import { maybeJson } from '@lumen/std/maybe-json'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { HostSummaries } from '../hosts/host-summary.ts'
import { liveFrameOf } from '../hosts/wire-readings.ts'
import type { Counters } from '../telemetry/counters.ts'
import { LiveSocket, type Wire } from './live-socket.ts'

export interface LiveParts {
  registry: HostRegistry
  summaries: HostSummaries
  tsdb: Tsdb
  counters: Counters
  clock: Clock
  /** Time over which fleet changes are gathered. 200 ms. */
  fleetEveryMs?: number
}

export const MAX_SOCKETS_PER_USER = 32
const FLEET = 'fleet'
const ALERTS = 'alerts'

/** The live stream: a snapshot on subscribing, then updates. Each message is written once, however many browsers
 * read it, and not at all when none does. */
export class LiveStream {
  readonly #parts: LiveParts
  readonly #sockets = new Set<LiveSocket>()
  readonly #readers = new Map<string, Set<LiveSocket>>()
  readonly #changed = new Set<number>()
  readonly #removed = new Set<number>()
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Alerts that are open, the gravest first. */
  alerts: () => Alert[] = () => []

  constructor(parts: LiveParts) {
    this.#parts = parts
  }

  get socketCount(): number {
    return this.#sockets.size
  }

  /** Whether one more socket of this user may open. */
  hasRoom(userId: number): boolean {
    let count = 0
    for (const socket of this.#sockets) if (socket.userId === userId) count += 1
    return count < MAX_SOCKETS_PER_USER
  }

  open(wire: Wire, who: { userId: number; sessionHash: string }): LiveSocket {
    const socket = new LiveSocket(wire, who)
    this.#sockets.add(socket)
    return socket
  }

  closed(socket: LiveSocket): void {
    this.#sockets.delete(socket)
    this.#setTopics(socket, [])
  }

  drained(socket: LiveSocket): void {
    socket.drained((topic) => this.#snapshot(topic))
  }

  /** A message of the client: the list of topics it wants from now on. */
  receive(socket: LiveSocket, message: string | Uint8Array): void {
    const wanted = subscribeSchema.safeParse(parsed(message))
    if (!wanted.success) {
      const error: LiveError = {
        type: 'error',
        code: 'message_invalid',
        detail: 'Wanted {"type":"subscribe","topics":["fleet","alerts","host:ID"]} with at most 16 topics',
      }
      socket.error(JSON.stringify(error))
      return
    }
    this.#setTopics(socket, wanted.data.topics)
    for (const topic of socket.topics) socket.snapshot(topic, () => this.#snapshot(topic))
  }

  /** First-hand readings of a host, oldest first: sent at once. */
  samples(hostId: number, samples: readonly Sample[]): void {
    const readers = this.#readers.get(topicOf(hostId))
    if (readers !== undefined) {
      this.#sendHost(readers, hostId, { host: null, frames: samples.map(liveFrameOf) })
    }
    this.contact(hostId)
  }

  /** Something in a host's list entry changed that the fleet page shows. */
  contact(hostId: number): void {
    if (!this.#readers.has(FLEET)) return
    this.#changed.add(hostId)
    this.#timer ??= setTimeout(() => this.#sendFleet(), this.#parts.fleetEveryMs ?? 200)
  }

  /** A host's name, state, facts or the like changed. */
  changed(hostId: number): void {
    const readers = this.#readers.get(topicOf(hostId))
    const host = this.#parts.registry.get(hostId)
    if (readers !== undefined && host !== undefined) {
      this.#sendHost(readers, hostId, { host: this.#parts.summaries.of(host), frames: [] })
    }
    this.contact(hostId)
  }

  removed(hostId: number): void {
    if (this.#readers.has(FLEET)) {
      this.#removed.add(hostId)
      this.contact(hostId)
    }
    const topic = topicOf(hostId)
    this.#send(this.#readers.get(topic), topic, () => this.#snapshot(topic))
  }

  /** Whether anybody reads about alerts now. */
  get areAlertsRead(): boolean {
    return this.#readers.has(ALERTS)
  }

  alertsChanged(news: Pick<AlertsUpdate, 'alerts' | 'removed'>): void {
    const update: AlertsUpdate = { type: 'update', topic: ALERTS, time: this.#parts.clock.now(), ...news }
    this.#send(this.#readers.get(ALERTS), ALERTS, () => JSON.stringify(update))
  }

  endSession(sessionHash: string): void {
    for (const socket of [...this.#sockets]) {
      if (socket.sessionHash === sessionHash) socket.close(4401, 'session ended')
    }
  }

  /** Ends every socket, for the hub's stop. */
  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const socket of [...this.#sockets]) socket.close(1001, 'hub stops')
  }

  #setTopics(socket: LiveSocket, topics: readonly string[]): void {
    for (const topic of socket.topics) {
      const readers = this.#readers.get(topic)
      readers?.delete(socket)
      if (readers?.size === 0) this.#readers.delete(topic)
    }
    socket.topics = new Set(topics)
    for (const topic of socket.topics) {
      const readers = this.#readers.get(topic)
      if (readers === undefined) this.#readers.set(topic, new Set([socket]))
      else readers.add(socket)
    }
  }

  #sendFleet(): void {
    this.#timer = undefined
    const { registry, summaries, clock } = this.#parts
    const update: FleetUpdate = {
      type: 'update',
      topic: FLEET,
      time: clock.now(),
      hosts: [...this.#changed].flatMap((id) => registry.get(id) ?? []).map((host) => summaries.of(host)),
      removed: [...this.#removed],
    }
    this.#changed.clear()
    this.#removed.clear()
    this.#send(this.#readers.get(FLEET), FLEET, () => JSON.stringify(update))
  }

  #sendHost(
    readers: ReadonlySet<LiveSocket>,
    hostId: number,
    news: Pick<HostUpdate, 'host' | 'frames'>,
  ): void {
    const topic = topicOf(hostId)
    const update: HostUpdate = { type: 'update', topic, time: this.#parts.clock.now(), ...news }
    this.#send(readers, topic, () => JSON.stringify(update))
  }

  #send(readers: ReadonlySet<LiveSocket> | undefined, topic: string, write: () => string): void {
    if (readers === undefined) return
    const text = write()
    for (const socket of readers) {
      this.#parts.counters.add(socket.update(topic, text) ? 'live_messages' : 'live_skips')
    }
  }

  #snapshot(topic: string): string {
    const { registry, summaries, tsdb, clock } = this.#parts
    const time = clock.now()
    if (topic === FLEET) {
      const hosts = Array.from(registry.list(), (host) => summaries.of(host))
      return JSON.stringify({ type: 'snapshot', topic: FLEET, time, hosts } satisfies FleetSnapshot)
    }
    if (topic === ALERTS) {
      return JSON.stringify({
        type: 'snapshot',
        topic: ALERTS,
        time,
        alerts: this.alerts(),
      } satisfies AlertsSnapshot)
    }
    const host = registry.get(Number(topic.slice('host:'.length)))
    const latest = host === undefined ? undefined : tsdb.latest(host.id)
    return JSON.stringify({
      type: 'snapshot',
      topic,
      time,
      host: host === undefined ? null : summaries.of(host),
      frame: latest === undefined ? null : liveFrameOf(latest),
    } satisfies HostSnapshot)
  }
}

function topicOf(hostId: number): string {
  return `host:${hostId}`
}

function parsed(message: string | Uint8Array): unknown {
  return maybeJson(typeof message === 'string' ? message : '')
}
