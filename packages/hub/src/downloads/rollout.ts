import { MINUTE, SECOND } from '@lumen/model/time'
import type { UpdateOffer } from '@lumen/protocol/agent/ack'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import { isOlder } from '@lumen/std/is-older'
import type { Log } from '@lumen/std/log'
import type { HostRecord } from '../hosts/host-record.ts'
import type { Build, Builds } from './builds.ts'

/** Agents that download and start anew at the same time: a hundred megabytes each. */
const AT_ONCE = 4
/** An agent that was not seen with the new version by then makes room for another, */
const TURN_MS = 3 * MINUTE
/** and has its next turn after this. */
const REST_MS = 15 * MINUTE
/** How long what is known of a build's file may be old. */
const LOOK_MS = 2 * SECOND

/** Tells agents that update themselves of builds newer than they are, a few at a time. */
export class Rollout {
  readonly #parts: { builds: Builds; clock: Clock; log: Log }
  readonly #turns = new Map<number, { from: number }>()
  readonly #looks = new Map<string, { at: number; isUnderWay: boolean; build: Build | undefined }>()

  constructor(parts: { builds: Builds; clock: Clock; log: Log }) {
    this.#parts = parts
  }

  /** What this push's ack offers. Never waits: a build is looked at between pushes. */
  offerFor(host: Pick<HostRecord, 'id' | 'agentVersion' | 'facts'>): UpdateOffer | undefined {
    const name = host.facts?.auto_update
    if (name === undefined || host.agentVersion === null) return undefined
    const build = this.#look(name)
    if (build === undefined || build.version === null) return undefined
    if (!isOlder(host.agentVersion, build.version)) {
      this.#turns.delete(host.id)
      return undefined
    }
    if (!this.#hasTurn(host.id)) return undefined
    return { version: build.version, sha256: build.sha256, bytes: build.bytes }
  }

  /** A host's agent said how its update went: another may begin. */
  heard(hostId: number, events: readonly AgentEvent[]): void {
    const turn = this.#turns.get(hostId)
    if (turn === undefined || !events.some(isEnd)) return
    turn.from = Math.min(turn.from, this.#parts.clock.monotonic() - TURN_MS)
  }

  forget(hostId: number): void {
    this.#turns.delete(hostId)
  }

  #hasTurn(hostId: number): boolean {
    const now = this.#parts.clock.monotonic()
    const age = now - (this.#turns.get(hostId)?.from ?? Number.NEGATIVE_INFINITY)
    if (age < TURN_MS) return true
    if (age < REST_MS) return false
    const running = [...this.#turns.values()].filter(({ from }) => now - from < TURN_MS)
    if (running.length >= AT_ONCE) return false
    this.#turns.set(hostId, { from: now })
    return true
  }

  #look(name: string): Build | undefined {
    const { builds, clock, log } = this.#parts
    const now = clock.monotonic()
    const known = this.#looks.get(name)
    if (known !== undefined && (known.isUnderWay || now - known.at < LOOK_MS)) return known.build
    if (known === undefined && !builds.isName(name)) return undefined
    const look = { at: now, isUnderWay: true, build: known?.build }
    this.#looks.set(name, look)
    builds
      .find(name)
      .then((build) => {
        look.build = build
      })
      .catch((fault) => {
        look.build = undefined
        log.warn('a build cannot be read', { name, fault: errorMessage(fault) })
      })
      .finally(() => {
        look.isUnderWay = false
      })
    return look.build
  }
}

const isEnd = ({ type, detail }: AgentEvent) => type === 'update' && detail.state !== 'started'
