import { SECOND } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import { DEFAULT_INTERVAL_MS } from '../config/hub-config.ts'
import type { HostRecord } from './host-record.ts'
import type { HostRegistry } from './host-registry.ts'
import { type Contact, type HostState, isJudged, type Presence, presenceOf } from './presence.ts'

/** The store takes no reading that is further ahead of the hub's clock than this. */
const AHEAD_MS = 10 * SECOND

/** What this run of the hub knows about a host's contact. */
interface ContactNotes {
  heardAt: number | null
  lastSeen: number | null
  newestTs: number
  silentBeforeMs: number | null
  isStopped: boolean
  /** Who knows it says that it is down. */
  saidDown: string | null
  clockOffsetMs: number | null
  shown: HostState | null
}

/** Who is up, stale or down. Ages are taken on the monotonic clock, so a stepping wall clock changes no state. */
export class PresenceBoard {
  readonly #clock: Clock
  readonly #registry: HostRegistry
  readonly #startedAt: number
  readonly #notes = new Map<number, ContactNotes>()
  /** A host's state became another. */
  onChange: (hostId: number) => void = () => {}

  /** @param lastSampleTimes newest stored reading of each host, as the previous run left them */
  constructor(clock: Clock, registry: HostRegistry, lastSampleTimes: ReadonlyMap<number, number>) {
    this.#clock = clock
    this.#registry = registry
    this.#startedAt = clock.monotonic()
    const newest = Math.max(0, ...lastSampleTimes.values())
    for (const [hostId, ts] of lastSampleTimes) {
      Object.assign(this.#of(hostId), { lastSeen: ts, newestTs: ts, silentBeforeMs: newest - ts })
    }
    for (const host of registry.list()) this.#of(host.id).shown = this.presence(host).state
  }

  /** Something came from the host just now. */
  heard(host: HostRecord, contact: { clockOffsetMs?: number; isStopped?: boolean }): void {
    const notes = this.#of(host.id)
    notes.heardAt = this.#clock.monotonic()
    notes.lastSeen = this.#clock.now()
    notes.isStopped = contact.isStopped ?? false
    notes.saidDown = null
    if (contact.clockOffsetMs !== undefined) {
      const offsetMs = Math.round(contact.clockOffsetMs)
      notes.clockOffsetMs = Number.isSafeInteger(offsetMs) ? offsetMs : null
    }
    this.#compare(host)
  }

  /** Whoever is asked about the host says that it is down; true until something comes from it again. */
  saidDown(host: HostRecord, reason: string): void {
    this.#of(host.id).saidDown = reason
    this.#compare(host)
  }

  /** True when a reading of this time is the newest of its host: first-hand, not replayed history. Readings from
   * before the hub's own clock was set back do not count. */
  isFirstHand(hostId: number, ts: number): boolean {
    const notes = this.#of(hostId)
    const isBeforeSetBack = notes.newestTs > this.#clock.now() + AHEAD_MS
    if (ts <= notes.newestTs && !isBeforeSetBack) return false
    notes.newestTs = ts
    return true
  }

  /** Time of the host's newest reading, epoch ms; 0 when none is known. */
  newestReading(hostId: number): number {
    return this.#notes.get(hostId)?.newestTs ?? 0
  }

  /** What the event ledger of an earlier run says: its agent had been stopped. */
  recallStop(hostId: number): void {
    const notes = this.#of(hostId)
    if (notes.heardAt === null) notes.isStopped = true
  }

  presence(host: HostRecord): Presence {
    const { saidDown } = this.#of(host.id)
    if (saidDown !== null) return { state: 'down', reason: saidDown }
    return presenceOf(this.#contact(host))
  }

  /** Whether this run knows by itself how the host is, and not by what an earlier one left. */
  isJudged(host: HostRecord): boolean {
    return this.#of(host.id).saidDown !== null || isJudged(this.#contact(host))
  }

  #contact(host: HostRecord): Contact {
    const notes = this.#of(host.id)
    const now = this.#clock.monotonic()
    return {
      // the older agent takes up to a second longer than it says
      intervalMs: (host.intervalMs ?? DEFAULT_INTERVAL_MS) + (host.protocol === 'v1' ? SECOND : 0),
      silentMs: notes.heardAt === null ? null : now - notes.heardAt,
      hubUpMs: now - this.#startedAt,
      // it pushed, but nothing of it is stored: the previous run may have ended before its first flush
      silentBeforeMs: notes.silentBeforeMs ?? (host.protocol === null ? null : 0),
      isStopped: notes.isStopped,
    }
  }

  /** Since anything came from the host in this run of the hub; null when nothing has. */
  silentMs(hostId: number): number | null {
    const heardAt = this.#notes.get(hostId)?.heardAt ?? null
    return heardAt === null ? null : this.#clock.monotonic() - heardAt
  }

  lastSeen(hostId: number): number | null {
    return this.#notes.get(hostId)?.lastSeen ?? null
  }

  clockOffsetMs(hostId: number): number | null {
    return this.#notes.get(hostId)?.clockOffsetMs ?? null
  }

  forget(hostId: number): void {
    this.#notes.delete(hostId)
  }

  /** Notices silence; called every second. */
  sweep(): void {
    for (const host of this.#registry.list()) this.#compare(host)
  }

  #compare(host: HostRecord): void {
    const notes = this.#of(host.id)
    const { state } = this.presence(host)
    if (state === notes.shown) return
    notes.shown = state
    this.onChange(host.id)
  }

  #of(hostId: number): ContactNotes {
    let notes = this.#notes.get(hostId)
    if (notes === undefined) {
      notes = {
        heardAt: null,
        lastSeen: null,
        newestTs: 0,
        silentBeforeMs: null,
        isStopped: false,
        saidDown: null,
        clockOffsetMs: null,
        shown: null,
      }
      this.#notes.set(hostId, notes)
    }
    return notes
  }
}
