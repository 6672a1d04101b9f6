import type { Clock } from '@lumen/std/clock'
import { addressText, type DockerSetting, usualSockets } from '../engine/address.ts'
import { Engine } from '../engine/engine.ts'
import type { InspectedContainer } from '../engine/parse-inspect.ts'
import type { ListedContainer } from '../engine/parse-list.ts'

const LOOK_EVERY_MS = 60_000

/** A container some engine knows. */
export interface KnownContainer {
  /** Unlike any other container's. */
  key: string
  listed: ListedContainer
  inspected: InspectedContainer | undefined
  engine: Engine
}

/** The engines of this machine, or the one that was named, and what they know together. */
export class Engines {
  readonly #setting: DockerSetting
  readonly #rootfs: string
  readonly #clock: Clock
  readonly #timeoutMs: number | undefined
  #engines: Engine[] = []
  #lookedAt = Number.NEGATIVE_INFINITY
  #known: ReadonlyMap<string, KnownContainer> = new Map()
  #revision = -1

  constructor(setting: DockerSetting, rootfs: string, clock: Clock, timeoutMs?: number) {
    this.#setting = setting
    this.#rootfs = rootfs
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  get all(): readonly Engine[] {
    return this.#engines
  }

  /** Rises with whatever an engine says that is new. */
  get revision(): number {
    return this.#engines.reduce((sum, { revision }) => sum + revision, 0)
  }

  /** Some engine may still tell what a group is. */
  get mayAnswer(): boolean {
    return this.#engines.some(({ isAnswering }) => isAnswering)
  }

  /** Begins what is due with each; does not wait. */
  refresh(): void {
    const now = this.#clock.monotonic()
    if (now - this.#lookedAt >= LOOK_EVERY_MS) {
      this.#lookedAt = now
      this.#look()
    }
    for (const engine of this.#engines) engine.refresh()
  }

  touch(): void {
    for (const engine of this.#engines) engine.touch()
  }

  /** Containers by id. Where two have one name, both get their ids behind it. */
  known(): ReadonlyMap<string, KnownContainer> {
    const { revision } = this
    if (revision === this.#revision) return this.#known
    this.#revision = revision
    const known = new Map<string, KnownContainer>()
    const byName = new Map<string, KnownContainer[]>()
    for (const engine of this.#engines) {
      for (const listed of engine.list ?? []) {
        if (known.has(listed.id)) continue
        const container = { key: listed.name, listed, inspected: engine.inspected(listed.id), engine }
        known.set(listed.id, container)
        byName.set(listed.name, [...(byName.get(listed.name) ?? []), container])
      }
    }
    for (const namesakes of byName.values()) {
      if (namesakes.length < 2) continue
      for (const container of namesakes) container.key += ` (${container.listed.id.slice(0, 12)})`
    }
    this.#known = known
    return known
  }

  /** Why an engine that should answer does not. Sockets that were only looked for may be left over from an engine
   * that is gone: those do not count. */
  faults(): string[] {
    return this.#engines.flatMap(({ fault, list, isAbsent }) => {
      const isLeftover = this.#setting === 'auto' && list === undefined && isAbsent
      return fault === undefined || isLeftover ? [] : [fault]
    })
  }

  async settled(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.settled()))
  }

  stop(): void {
    for (const engine of this.#engines) engine.stop()
    this.#engines = []
    this.#lookedAt = Number.NEGATIVE_INFINITY
  }

  #look(): void {
    const setting = this.#setting
    if (setting === 'off') return
    const addresses = setting === 'auto' ? usualSockets(this.#rootfs) : [setting]
    const have = new Set(this.#engines.map(({ address }) => addressText(address)))
    for (const address of addresses) {
      if (have.has(addressText(address))) continue
      this.#engines.push(new Engine({ address, clock: this.#clock, timeoutMs: this.#timeoutMs }))
    }
  }
}
