import type { Machine, MachineLink } from '@lumen/protocol/http/proxmox/machine-links'
import type { HostRecord } from '../../hosts/host-record.ts'
import type { HostRegistry } from '../../hosts/host-registry.ts'
import { Refusal } from '../../refusal.ts'
import { type LinkStore, type MachineRef, machineName, type StoredLink } from './link-store.ts'
import {
  type AgentMachine,
  evidenceOf,
  type InventoryMachine,
  type Match,
  matchMachines,
} from './match-machines.ts'

/** What a connection has for agents to be found in. */
export interface MachineSource {
  connectionId: number
  connection: string
  machines: readonly InventoryMachine[]
  /** Every machine that can be looked at was: none is left that another could be mistaken for. */
  isWhole: boolean
}

export interface MachineLinksParts {
  store: LinkStore
  registry: HostRegistry
  sources(): readonly MachineSource[]
}

/** Which agents run in which guests and on which nodes: found by what both sides tell, taken without asking only where a
 * MAC address agrees, and for the rest proposed to a person, whose word holds. */
export class MachineLinks {
  readonly #parts: MachineLinksParts
  /** What is to be confirmed or refused. */
  #proposals: readonly Match[] = []

  constructor(parts: MachineLinksParts) {
    this.#parts = parts
  }

  /** Looks anew who could be who. */
  async refresh(): Promise<void> {
    const { store, registry, sources } = this.#parts
    store.forget(({ hostId }) => registry.get(hostId) === undefined)
    const known = sources()
    const agents = agentsOf(registry)
    await this.#dropWrong(agents, known)
    const holding = store.holding()
    const isFree = (name: string, connectionId: number) =>
      !holding.some((link) => link.connectionId === connectionId && link.machine === name)
    const free = agents.filter(({ hostId }) => !holding.some((link) => link.hostId === hostId))
    const machines = known.flatMap((source) =>
      source.machines.filter((machine) => isFree(machineName(machine), machine.cluster)),
    )
    const isRefused = (agent: AgentMachine, machine: InventoryMachine) =>
      store.get(refOf(machine), agent.hostId)?.decision === 'refused'
    const matches = matchMachines(free, machines, isRefused)
    const isSure = ({ isAutomatic }: Match) => isAutomatic && known.every(({ isWhole }) => isWhole)
    for (const match of matches.filter(isSure)) {
      await store.put(storedLink(match.machine, match.hostId, 'automatic', match.evidence))
    }
    this.#proposals = matches.filter((match) => !isSure(match))
  }

  /** Proposals first. */
  list(filter: { connection?: number | undefined; host?: number | undefined } = {}): MachineLink[] {
    const proposed = this.#proposals.map((match) =>
      this.#shown(refOf(match.machine), match.hostId, match.evidence, 'proposed'),
    )
    const decided = [...this.#parts.store.list()].map((link) =>
      this.#shown(this.#refOfLink(link), link.hostId, link.evidence, link.decision),
    )
    return [...proposed, ...decided].filter(
      (link): link is MachineLink =>
        link !== undefined &&
        (filter.connection ?? link.machine.connection_id) === link.machine.connection_id &&
        (filter.host ?? link.host.id) === link.host.id,
    )
  }

  /** @throws {Refusal} 404 `host_unknown`, `machine_unknown`; 409 `host_without_agent`, `machine_taken` where a person
   *   said otherwise before: that is to be taken back first */
  async decide(machine: MachineRef, hostId: number, decision: 'confirmed' | 'refused'): Promise<MachineLink> {
    const { store, registry } = this.#parts
    const host = registry.get(hostId)
    if (host === undefined) throw new Refusal(404, 'host_unknown', 'There is no host with this id')
    if (host.kind !== 'agent') {
      throw new Refusal(409, 'host_without_agent', `${host.name} is told of by Proxmox: no agent runs in it`)
    }
    const found = this.#find(machine)
    if (found === undefined) {
      throw new Refusal(404, 'machine_unknown', 'There is no such guest or node on this connection')
    }
    const name = machineName(found)
    const replaced = store
      .holding()
      .filter((link) => decision === 'confirmed' && isAbout(link, found, hostId))
      .filter(
        (link) => link.hostId !== hostId || link.machine !== name || link.connectionId !== found.cluster,
      )
    const taken = replaced.find((link) => link.decision === 'confirmed')
    if (taken !== undefined) {
      const what =
        taken.hostId === hostId
          ? `${host.name} was confirmed to be another machine`
          : 'Another host was confirmed to be this machine'
      throw new Refusal(409, 'machine_taken', `${what}: take that back first`)
    }
    const agent = agentsOf(registry).find((each) => each.hostId === hostId)
    const evidence = agent === undefined ? [] : evidenceOf(agent, found)
    await store.put(storedLink(found, hostId, decision, evidence), replaced)
    await this.refresh()
    return this.#shown(refOf(found), hostId, evidence, decision)!
  }

  /** @throws {Refusal} 404 `link_unknown` where no person said anything about the two */
  async undo(machine: MachineRef, hostId: number): Promise<void> {
    const link = this.#parts.store.get(machine, hostId)
    if (link === undefined || link.decision === 'automatic') {
      throw new Refusal(404, 'link_unknown', 'Nobody said anything about these two')
    }
    await this.#parts.store.remove(link)
    await this.refresh()
  }

  /** The host whose agent runs in a guest, or on a node (`vmid` null). */
  agentOf(machine: MachineRef): HostRecord | undefined {
    const name = machineName(machine)
    const link = this.#parts.store
      .holding()
      .find((each) => each.connectionId === machine.connectionId && each.machine === name)
    return link === undefined ? undefined : this.#parts.registry.get(link.hostId)
  }

  /** The machine a host's agent runs in, with how that is known. */
  machineOf(hostId: number): { machine: Machine; state: 'automatic' | 'confirmed' } | undefined {
    const link = this.#parts.store.holding().find((each) => each.hostId === hostId)
    const shown =
      link === undefined
        ? undefined
        : this.#shown(this.#refOfLink(link), hostId, link.evidence, link.decision)
    if (shown === undefined || (shown.state !== 'automatic' && shown.state !== 'confirmed')) return undefined
    return { machine: shown.machine, state: shown.state }
  }

  /** Agents of which nothing is known yet. */
  get hasFreeAgents(): boolean {
    const holding = this.#parts.store.holding()
    return agentsOf(this.#parts.registry).some(
      ({ hostId, virt }) => virt !== 'none' && !holding.some((link) => link.hostId === hostId),
    )
  }

  forgetConnection(connectionId: number): void {
    this.#parts.store.forget((link) => link.connectionId === connectionId)
    this.#proposals = this.#proposals.filter(({ machine }) => machine.cluster !== connectionId)
  }

  /** What was taken without asking holds as long as what spoke for it. */
  async #dropWrong(agents: readonly AgentMachine[], known: readonly MachineSource[]): Promise<void> {
    for (const link of this.#parts.store.holding()) {
      if (link.decision !== 'automatic') continue
      const source = known.find(({ connectionId }) => connectionId === link.connectionId)
      const agent = agents.find(({ hostId }) => hostId === link.hostId)
      if (source === undefined || !source.isWhole || agent === undefined) continue
      const machine = source.machines.find((each) => machineName(each) === link.machine)
      const isStill = machine !== undefined && evidenceOf(agent, machine)[0]?.kind === 'mac'
      if (!isStill) await this.#parts.store.remove(link)
    }
  }

  #find(machine: MachineRef): InventoryMachine | undefined {
    const name = machineName(machine)
    return this.#parts
      .sources()
      .find(({ connectionId }) => connectionId === machine.connectionId)
      ?.machines.find((each) => machineName(each) === name)
  }

  /** Undefined where the host is gone. */
  #shown(
    machine: MachineRef,
    hostId: number,
    evidence: MachineLink['evidence'] | StoredLink['evidence'],
    state: MachineLink['state'],
  ): MachineLink | undefined {
    const host = this.#parts.registry.get(hostId)
    const source = this.#parts.sources().find(({ connectionId }) => connectionId === machine.connectionId)
    if (host === undefined || source === undefined) return undefined
    const found = this.#find(machine)
    return {
      host: { id: host.id, name: host.name },
      machine: {
        ...{ connection_id: source.connectionId, connection: source.connection },
        ...{ node: found?.node ?? machine.node, vmid: machine.vmid },
        kind: found?.kind ?? (machine.vmid === null ? 'node' : 'qemu'),
        name: found?.name ?? null,
      },
      state,
      evidence: [...evidence],
    }
  }

  #refOfLink({ connectionId, machine }: StoredLink): MachineRef {
    const isNode = machine.startsWith('node/')
    return {
      connectionId,
      vmid: isNode ? null : Number(machine),
      node: isNode ? machine.slice('node/'.length) : '',
    }
  }
}

/** Agents that told what they are. */
function agentsOf(registry: HostRegistry): AgentMachine[] {
  return [...registry.list()].flatMap(({ id, name, kind, facts }): AgentMachine[] => {
    if (kind !== 'agent' || facts === null) return []
    return [
      {
        ...{ hostId: id, name, hostname: facts.hostname ?? null, virt: facts.virt ?? null },
        macs: (facts.macs ?? []).map((mac) => mac.toLowerCase()),
        ...{ ips: facts.ips ?? [], uuid: facts.machine_uuid?.toLowerCase() ?? null },
      },
    ]
  })
}

function refOf({ cluster, vmid, node }: InventoryMachine): MachineRef {
  return { connectionId: cluster, vmid, node }
}

function storedLink(
  machine: InventoryMachine,
  hostId: number,
  decision: StoredLink['decision'],
  evidence: StoredLink['evidence'],
): StoredLink {
  return { connectionId: machine.cluster, machine: machineName(machine), hostId, decision, evidence }
}

/** The other side of one of the two. */
function isAbout(link: StoredLink, machine: InventoryMachine, hostId: number): boolean {
  const isMachine = link.connectionId === machine.cluster && link.machine === machineName(machine)
  return isMachine || link.hostId === hostId
}
