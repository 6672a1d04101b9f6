import { MINUTE } from '@lumen/model/time'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { PresenceBoard } from '../hosts/presence-board.ts'
import { type AlertRecord, isDownAlert, quietSubjectOf } from './alert-record.ts'
import type { Dependents } from './dependents.ts'
import type { Quiet, QuietBook } from './quiet.ts'
import type { SteadyClock } from './steady-clock.ts'
import { isWithin, nextChange } from './wall-clock/week-schedule.ts'

export interface ExplainerParts {
  registry: HostRegistry
  presence: PresenceBoard
  dependents: Dependents
  quiet: QuietBook
  clock: SteadyClock
}

/** What a node took with it gets so long to come back after it. */
const COME_BACK_MS = 3 * MINUTE

/** Why an alert that fires is not told: its host is down and explains it, the node that carries its host is, its rule has
 * other hours, or somebody said so. */
export class Explainer {
  readonly #parts: ExplainerParts
  /** Alerts that say of a host that it is down, by host. */
  readonly #down = new Map<number, AlertRecord>()
  /** When nodes were seen up again. */
  readonly #downUntil = new Map<number, number>()

  constructor(parts: ExplainerParts) {
    this.#parts = parts
  }

  /** An alert became another. */
  note(record: AlertRecord): void {
    const { hostId } = record
    if (hostId === null || !isDownAlert(record)) return
    if (record.state === 'firing') this.#down.set(hostId, record)
    else if (this.#down.get(hostId)?.id === record.id) {
      this.#down.delete(hostId)
      this.#downUntil.set(hostId, this.#parts.clock.now())
    }
  }

  quietOf(record: AlertRecord): Quiet | null {
    const wallNow = this.#parts.clock.toWall(this.#parts.clock.now())
    const asked = this.#parts.quiet.of(quietSubjectOf(record), wallNow)
    return asked ?? this.#inhibited(record) ?? scheduled(record, wallNow)
  }

  /** The hosts a node took with it. */
  tookDown(record: AlertRecord): Alert['took_down'] {
    const { hostId } = record
    if (hostId === null || record.state !== 'firing' || !isDownAlert(record)) return []
    const { registry, presence, dependents } = this.#parts
    const hosts = dependents.carriedBy(hostId).flatMap((id) => {
      const host = registry.get(id)
      if (host === undefined) return []
      const { state } = presence.presence(host)
      return state === 'down' || state === 'stale' ? [{ host_id: id, host: host.name, text: '' }] : []
    })
    const things = dependents.thingsOn(hostId).map((name) => ({
      ...{ host_id: null, host: name, text: 'ran on it' },
    }))
    return [...hosts, ...things]
  }

  #inhibited(record: AlertRecord): Quiet | null {
    if (record.hostId === null) return null
    if (!isDownAlert(record)) {
      const own = this.#explainedBy(this.#down.get(record.hostId))
      const under = this.#parts.dependents.carrierOfThing(record.hostId, record.entity, record.key)
      return own ?? (under === null ? null : this.#carried(under))
    }
    const carrier = this.#parts.dependents.carrierOf(record.hostId)
    return carrier === null ? null : this.#carried(carrier)
  }

  /** A node that is silent but not yet called down keeps its guests quiet too: it is about to explain them. */
  #carried(carrier: number): Quiet | null {
    const { registry, presence, clock } = this.#parts
    const host = registry.get(carrier)
    if (host === undefined) return null
    const known = this.#explainedBy(this.#down.get(carrier))
    if (known !== null) return known
    const { state } = presence.presence(host)
    if (state === 'stale') return inhibited(null, `${host.name} is silent too`)
    const until = (this.#downUntil.get(carrier) ?? Number.NEGATIVE_INFINITY) + COME_BACK_MS
    if (clock.now() >= until) return null
    return { ...inhibited(null, `${host.name} came back a moment ago`), until: clock.toWall(until) }
  }

  #explainedBy(down: AlertRecord | undefined): Quiet | null {
    return down === undefined ? null : inhibited(down.id, `${down.hostName} is down`)
  }
}

function inhibited(id: number | null, text: string): Quiet {
  return { kind: 'inhibited', id, until: null, text }
}

function scheduled({ routing: { schedule } }: AlertRecord, at: number): Quiet | null {
  if (schedule === null || isWithin(schedule, at)) return null
  return {
    kind: 'schedule',
    id: null,
    until: nextChange(schedule, at),
    text: 'outside the hours of its rule',
  }
}
