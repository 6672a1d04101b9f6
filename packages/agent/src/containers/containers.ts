import { CATALOG } from '@lumen/model/catalog'
import type { WireRow } from '@lumen/protocol/agent/frame'
import type { Clock } from '@lumen/std/clock'
import { errorMessage, LumenError } from '@lumen/std/error'
import { GROUP_NETWORK_READS } from '../cgroup/group-network.ts'
import { GROUP_READS, GroupReader } from '../cgroup/read-group.ts'
import type { Collector, Readings } from '../collectors/collector.ts'
import type { Roots } from '../config.ts'
import type { DockerSetting } from '../engine/address.ts'
import { ALLOWED_CORES_READS, allowedCores } from '../environment/allowed-cores.ts'
import type { Environment } from '../environment/environment.ts'
import type { MachineEvent } from '../event-limit.ts'
import type { Reads } from '../reads.ts'
import { attributesOf, factsOf } from './attributes.ts'
import { ContainerChanges } from './changes.ts'
import { Engines, type KnownContainer } from './engines.ts'
import { GroupCounters } from './group-counters.ts'
import { type ContainerGroup, GroupFinder } from './group-finder.ts'
import { Ranking } from './ranking.ts'
import { StatsCounters } from './stats-counters.ts'

const CORES_EVERY_MS = 60_000
/** A group nobody can name yet waits this long for its engine's list. */
const NAME_PATIENCE_MS = 15_000
/** An engine silent for longer is not believed about containers that do not run. */
const LIST_STALE_MS = 180_000
const SEARCH_PAUSE_MS = 5_000

export interface ContainersOptions {
  setting: DockerSetting
  roots: Roots
  environment: Environment
  clock: Clock
  /** Rows of one frame; for tests. */
  maxRows?: number
  timeoutMs?: number | undefined
}

/** Containers: numbers from their control groups, names and states from their engines. Where a container has no
 * group that can be read its numbers are the engine's too. Engines are asked beside the tick: one that hangs or is
 * gone costs names of new containers and rows of stopped ones. Cost: 0.1 ms a container. */
export class Containers implements Collector {
  readonly name = 'containers'
  readonly switch = 'docker'
  readonly reads = [
    '{root}/run/user',
    ...Object.values(GROUP_READS).flat(),
    ...ALLOWED_CORES_READS,
    ...GROUP_NETWORK_READS,
  ] as const satisfies Reads
  readonly sends = ['container.*'] as const
  readonly asRoot =
    'an engine’s socket needs root, its group (docker) or a socket proxy; network traffic of containers needs root (CAP_SYS_PTRACE)'
  readonly #options: ContainersOptions
  readonly #engines: Engines
  readonly #finder: GroupFinder
  readonly #counters: GroupCounters
  readonly #stats = new StatsCounters()
  readonly #changes = new ContainerChanges()
  readonly #ranking: Ranking
  readonly #unnamedSince = new Map<string, number>()
  /** Groups no engine names and no process is in: left over, not running. */
  #empty = new Set<string>()
  #events: MachineEvent[] = []
  #comparedRevision = 0
  #cores: number | undefined
  #coresAt = Number.NEGATIVE_INFINITY
  #searchedAt = Number.NEGATIVE_INFINITY

  constructor(options: ContainersOptions) {
    const { setting, roots, environment, clock, timeoutMs, maxRows = CATALOG.container.maxRows } = options
    const reader = new GroupReader(environment.cgroup, roots.sysRoot)
    this.#options = options
    this.#engines = new Engines(setting, roots.rootfs, clock, timeoutMs)
    this.#finder = new GroupFinder(environment.cgroup, environment.ownGroup)
    this.#counters = new GroupCounters(environment.cgroup, roots)
    this.#ranking = new Ranking(reader, maxRows)
  }

  /** Begins to ask engines what is due; does not wait. Never throws. */
  refresh(): void {
    this.#engines.refresh()
  }

  async settled(): Promise<void> {
    await this.#engines.settled()
  }

  /** Changes since the last call. */
  takeEvents(): MachineEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  /** Begins anew with the next refresh. */
  stop(): void {
    this.#engines.stop()
    this.#counters.stop()
  }

  collect(into: Readings, at: number): void {
    const known = this.#engines.known()
    const groups = this.#finder.find(at)
    this.#search(known, groups, at)
    const { shown, left } = this.#ranking.choose(groups, known, at)
    const rows: Record<string, WireRow<'container'>> = {}
    let fault: string | undefined
    const empty = new Set<string>()
    for (const id of shown) {
      const container = known.get(id)
      const group = groups.get(id)
      if (group === undefined && !this.#isBelieved(container, at)) continue
      const row: WireRow<'container'> =
        container === undefined ? { id, state: 'running' } : attributesOf(container)
      const key = container?.key ?? this.#nameless(id, at)
      try {
        Object.assign(row, this.#numbers(id, container, group, at))
      } catch (error) {
        fault ??= `${key ?? id}: ${errorMessage(error)}`
      }
      if (container === undefined && row.pids === 0) empty.add(id)
      else if (key !== undefined) rows[key] = row
    }
    this.#empty = empty
    this.#endRound(groups, known)
    if (Object.keys(rows).length > 0) into.container = rows
    this.#compare(known, at)
    this.#report(left, fault, groups, known)
  }

  #numbers(
    id: string,
    container: KnownContainer | undefined,
    group: ContainerGroup | undefined,
    at: number,
  ): WireRow<'container'> {
    if (group !== undefined) {
      const isOnHostNetwork = container?.listed.isOnHostNetwork ?? false
      const hostCores = this.#hostCores(at)
      return this.#counters.read(group, { at, hostCores, isOnHostNetwork, pid: container?.inspected?.pid })
    }
    const stats = container?.engine.stats(id)
    if (container === undefined || stats === undefined || container.listed.state !== 'running') return {}
    return this.#stats.read(id, stats, container.inspected?.memoryLimitBytes)
  }

  /** Groups without a name and running containers without a group: one of both lists is not up to date. */
  #search(
    known: ReadonlyMap<string, KnownContainer>,
    groups: ReadonlyMap<string, ContainerGroup>,
    at: number,
  ): void {
    const isUnnamed =
      groups.size > 0 && [...groups.keys()].some((id) => !known.has(id) && !this.#empty.has(id))
    const groupless = new Map<KnownContainer['engine'], string[]>()
    for (const { listed, engine } of known.values()) {
      if (listed.state !== 'running' || groups.has(listed.id)) continue
      groupless.set(engine, [...(groupless.get(engine) ?? []), listed.id])
    }
    const isDue = at - this.#searchedAt >= SEARCH_PAUSE_MS
    if (isDue && (isUnnamed || groupless.size > 0)) {
      this.#searchedAt = at
      this.#finder.forget()
      if (isUnnamed) this.#engines.touch()
    }
    for (const engine of this.#engines.all) engine.wantStats(groupless.get(engine) ?? [])
  }

  #isBelieved(container: KnownContainer | undefined, at: number): boolean {
    if (container === undefined) return false
    const { engine } = container
    return engine.isAnswering || at - engine.listedAt < LIST_STALE_MS
  }

  /** The short id, once it is clear that no engine will name it. */
  #nameless(id: string, at: number): string | undefined {
    const since = this.#unnamedSince.get(id) ?? at
    this.#unnamedSince.set(id, since)
    return this.#engines.mayAnswer && at - since < NAME_PATIENCE_MS ? undefined : id.slice(0, 12)
  }

  #hostCores(at: number): number | undefined {
    if (at - this.#coresAt >= CORES_EVERY_MS) {
      const { roots, environment } = this.#options
      this.#cores = allowedCores(roots, environment)
      this.#coresAt = at
    }
    return this.#cores
  }

  #endRound(groups: ReadonlyMap<string, ContainerGroup>, known: ReadonlyMap<string, KnownContainer>): void {
    this.#counters.endRound(groups)
    this.#stats.keep(new Set(known.keys()))
    for (const id of this.#unnamedSince.keys())
      if (!groups.has(id) || known.has(id)) this.#unnamedSince.delete(id)
  }

  #compare(known: ReadonlyMap<string, KnownContainer>, at: number): void {
    const { revision } = this.#engines
    if (revision === this.#comparedRevision) return
    this.#comparedRevision = revision
    this.#events.push(...this.#changes.compare([...known.values()].map(factsOf), at))
  }

  /** What went wrong, after all rows are in: it costs none of them. */
  #report(
    left: number,
    fault: string | undefined,
    groups: ReadonlyMap<string, ContainerGroup>,
    known: ReadonlyMap<string, KnownContainer>,
  ): void {
    const faults = this.#engines.faults()
    if (left > 0) faults.push(`${left} of ${left + this.#ranking.maxRows} containers are not shown`)
    if (fault !== undefined) faults.push(fault)
    if (faults.length === 0 && this.#engines.all.length === 0 && groups.size > known.size)
      faults.push('no engine’s socket was found: containers have no names; see --docker')
    if (faults.length > 0) throw new LumenError('containers_incomplete', faults.join('; '))
  }
}
