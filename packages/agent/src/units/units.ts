import { existsSync } from 'node:fs'
import { CATALOG } from '@lumen/model/catalog'
import type { Clock } from '@lumen/std/clock'
import { LumenError } from '@lumen/std/error'
import type { Collector, Readings } from '../collectors/collector.ts'
import type { Roots } from '../config.ts'
import { Bus, type BusAnswer } from '../dbus/bus.ts'
import { Errand } from '../errand.ts'
import { EventLimit, type MachineEvent } from '../event-limit.ts'
import { LIST_FAILED, parseFailed } from './list-failed.ts'

const ASK_EVERY_MS = 15_000
const RETRY_MS = 60_000
/** A silent systemd is not believed for longer. */
const STALE_MS = 180_000
/** The system's bus is there without systemd, or has not got it yet. */
const NOT_THERE = /\.(?:ServiceUnknown|NameHasNoOwner)$|\.Spawn\./

export interface UnitsOptions {
  roots: Pick<Roots, 'rootfs'>
  clock: Clock
  timeoutMs?: number | undefined
}

/** Where the system's message bus listens. */
export function busSocket({ rootfs }: Pick<Roots, 'rootfs'>): string {
  return `${rootfs.replace(/\/+$/, '')}/run/dbus/system_bus_socket`
}

/** Failed units of systemd, asked for over the system's message bus: a row while one is failed, an event when one
 * fails or recovers. systemd is asked beside the tick, four times a minute; without a bus or systemd there are no rows
 * and no fault. Cost: 0.1 ms of CPU a question, the bus and systemd included. */
export class Units implements Collector {
  readonly name = 'units'
  readonly switch = 'units'
  readonly reads = []
  readonly sends = ['unit.*'] as const
  readonly asks = ['systemd, over the system’s message bus, for its failed units']
  readonly #clock: Clock
  readonly #socket: string
  readonly #bus: Bus
  readonly #limit = new EventLimit('unit')
  readonly #errand: Errand
  #failed: ReadonlyMap<string, string> | undefined
  #isThere = false
  #answeredAt = Number.NEGATIVE_INFINITY
  #fault: string | undefined
  #events: MachineEvent[] = []

  constructor({ roots, clock, timeoutMs }: UnitsOptions) {
    this.#clock = clock
    this.#socket = busSocket(roots)
    this.#bus = new Bus(this.#socket, timeoutMs)
    this.#errand = new Errand(clock, (isWanted) => this.#ask(isWanted))
  }

  refresh(): void {
    this.#errand.refresh()
  }

  settled(): Promise<void> {
    return this.#errand.settled()
  }

  takeEvents(): MachineEvent[] {
    return this.#events.splice(0)
  }

  stop(): void {
    this.#errand.stop()
    this.#bus.close()
    this.#fault = undefined
  }

  collect(into: Readings, at: number): void {
    const { maxRows } = CATALOG.unit
    const isKnown = this.#isThere && at - this.#answeredAt < STALE_MS
    const failed = isKnown ? [...(this.#failed ?? [])] : []
    if (failed.length > 0)
      into.unit = Object.fromEntries(
        failed.slice(0, maxRows).map(([name, state]) => [name, { failed: 1, state }]),
      )
    if (this.#fault !== undefined) throw new LumenError('units_unknown', this.#fault)
    if (failed.length > maxRows)
      throw new LumenError(
        'units_incomplete',
        `${failed.length - maxRows} of ${failed.length} failed units are not shown`,
      )
  }

  async #ask(isWanted: () => boolean): Promise<number> {
    const answer: BusAnswer = existsSync(this.#socket)
      ? await this.#bus.call(LIST_FAILED)
      : { kind: 'absent' }
    if (!isWanted()) return ASK_EVERY_MS
    const isAbsent = answer.kind === 'absent' || (answer.kind === 'refused' && NOT_THERE.test(answer.reason))
    const failed = answer.kind === 'ok' ? parseFailed(answer.body) : undefined
    this.#isThere &&= !isAbsent
    this.#fault = undefined
    if (failed !== undefined) {
      this.#isThere = true
      this.#answeredAt = this.#clock.monotonic()
      this.#compare(failed)
    } else if (!isAbsent) {
      const reason = 'reason' in answer ? answer.reason : 'an answer that is no list of units'
      this.#fault = `systemd at ${this.#socket}: ${reason}`
      return RETRY_MS
    }
    return ASK_EVERY_MS
  }

  #compare(failed: ReadonlyMap<string, string>): void {
    const before = this.#failed
    this.#failed = failed
    if (before === undefined) return
    const changed = (unit: string, state: 'failed' | 'recovered') => ({ unit, state })
    const details = [
      ...[...failed.keys()].filter((name) => !before.has(name)).map((name) => changed(name, 'failed')),
      ...[...before.keys()].filter((name) => !failed.has(name)).map((name) => changed(name, 'recovered')),
    ]
    this.#events.push(...this.#limit.limited(details, this.#answeredAt))
  }
}
