import { SECOND } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { Dependents } from '../alerting/dependents.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { ClusterState } from './poller/cluster-state.ts'

/** What one connection says of who runs where. */
export interface CarrierSource {
  state: ClusterState
  /** Every host it tells of. */
  hosts: readonly HostRecord[]
  /** unreachable: it does not answer at all · blind: it does, and may or can not be asked. */
  trouble: 'unreachable' | 'blind' | null
  /** The host whose agent runs in a guest, or on a node (null). */
  agentOf(node: string, vmid: number | null): HostRecord | undefined
}

interface Index {
  carrier: Map<number, number>
  carried: Map<number, number[]>
  /** By the host that tells of it and its key. */
  thingCarrier: Map<string, number>
  things: Map<number, string[]>
  blind: Set<number>
}

const KEPT_MS = SECOND

/** Who carries whom, from what clusters said last and which agents were found in what: guests run on nodes, and where a
 * whole cluster does not answer its nodes are part of that. Answers from memory. */
export class Carriers implements Dependents {
  readonly #clock: Clock
  readonly #sources: () => readonly CarrierSource[]
  #index: Index | undefined
  #madeAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, sources: () => readonly CarrierSource[]) {
    this.#clock = clock
    this.#sources = sources
  }

  carriedBy(hostId: number): readonly number[] {
    return this.#now().carried.get(hostId) ?? []
  }

  carrierOf(hostId: number): number | null {
    return this.#now().carrier.get(hostId) ?? null
  }

  carrierOfThing(hostId: number, entity: string, key: string): number | null {
    if (entity !== 'guest' && entity !== 'backup') return null
    return this.#now().thingCarrier.get(`${hostId} ${key}`) ?? null
  }

  thingsOn(hostId: number): readonly string[] {
    return this.#now().things.get(hostId) ?? []
  }

  isBlind(hostId: number): boolean {
    return this.#now().blind.has(hostId)
  }

  #now(): Index {
    const now = this.#clock.monotonic()
    if (this.#index === undefined || now - this.#madeAt >= KEPT_MS) {
      this.#madeAt = now
      this.#index = indexOf(this.#sources())
    }
    return this.#index
  }
}

function indexOf(sources: readonly CarrierSource[]): Index {
  const index: Index = {
    ...{ carrier: new Map(), carried: new Map(), thingCarrier: new Map() },
    ...{ things: new Map(), blind: new Set() },
  }
  for (const source of sources) addSource(index, source)
  return index
}

function addSource(index: Index, { state, hosts, trouble, agentOf }: CarrierSource): void {
  const carry = (carrierId: number, hostId: number) => {
    if (carrierId === hostId || index.carrier.has(hostId)) return
    index.carrier.set(hostId, carrierId)
    index.carried.set(carrierId, [...(index.carried.get(carrierId) ?? []), hostId])
  }
  if (trouble === 'blind') for (const { id } of hosts) index.blind.add(id)
  const { nodes, guests } = state.inventory
  const { shared } = state
  for (const name of nodes.keys()) {
    const node = state.node(name)
    if (node === undefined) continue
    const agent = agentOf(name, null)
    if (agent !== undefined) carry(node.id, agent.id)
    if (trouble === 'unreachable' && shared !== undefined) carry(shared.id, node.id)
  }
  for (const { vmid, node, name, isTemplate, lastState } of guests.values()) {
    const carrier = state.node(node)
    if (carrier === undefined || isTemplate) continue
    const agent = agentOf(node, vmid)
    if (agent !== undefined) carry(carrier.id, agent.id)
    else if (lastState !== 'stopped') {
      index.things.set(carrier.id, [...(index.things.get(carrier.id) ?? []), name ?? `guest ${vmid}`])
    }
    if (shared !== undefined && shared !== carrier) index.thingCarrier.set(`${shared.id} ${vmid}`, carrier.id)
  }
}
