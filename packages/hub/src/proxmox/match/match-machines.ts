import { isIPv4 } from 'node:net'
import { EVIDENCE_KINDS } from '@lumen/protocol/http/proxmox/machine-links'

/** What an agent tells of the machine it is on. */
export interface AgentMachine {
  hostId: number
  name: string
  hostname: string | null
  virt: string | null
  /** Lower case, colons. */
  macs: readonly string[]
  ips: readonly string[]
  /** SMBIOS, lower case; null: unknown. */
  uuid: string | null
}

/** What a hypervisor tells of a guest, or of itself (`vmid` null: the node). */
export interface InventoryMachine {
  /** Of the connection. */
  cluster: number
  node: string
  vmid: number | null
  kind: 'qemu' | 'lxc' | 'node'
  name: string
  macs: readonly string[]
  ips: readonly string[]
  uuid: string | null
}

/** A machine-id is none: clones share it. */
export interface Evidence {
  kind: (typeof EVIDENCE_KINDS)[number]
  value: string
}

export interface Match {
  hostId: number
  machine: InventoryMachine
  evidence: Evidence[]
  /** Sure enough to be taken without asking: a MAC agrees, and with no other machine or agent. */
  isAutomatic: boolean
}

const VIRT_OF: Readonly<Record<InventoryMachine['kind'], readonly string[]>> = {
  qemu: ['vm', 'unknown', 'docker', 'podman'],
  lxc: ['lxc', 'docker-in-lxc', 'docker', 'podman', 'unknown'],
  node: ['none', 'proxmox-node', 'unknown'],
}

/** Which agents are probably which guests and nodes, the strongest first, at most one machine an agent and one agent a
 * machine. What several could be by the same evidence is nobody's. Pure.
 * @param isRefused a person said that the two are not one */
export function matchMachines(
  agents: readonly AgentMachine[],
  inventory: readonly InventoryMachine[],
  isRefused: (agent: AgentMachine, machine: InventoryMachine) => boolean = () => false,
): Match[] {
  const candidates = agents.flatMap((agent) =>
    inventory.flatMap((machine): Match[] => {
      if (isRefused(agent, machine)) return []
      const evidence = evidenceOf(agent, machine)
      return evidence.length === 0 ? [] : [{ hostId: agent.hostId, machine, evidence, isAutomatic: false }]
    }),
  )
  const found: Match[] = []
  for (const kind of EVIDENCE_KINDS) {
    const open = candidates.filter(
      ({ hostId, machine, evidence }) =>
        evidence[0]!.kind === kind &&
        !found.some((match) => match.hostId === hostId || match.machine === machine),
    )
    const alone = open.filter(
      ({ hostId, machine }) =>
        open.filter((other) => other.hostId === hostId || other.machine === machine).length === 1,
    )
    found.push(...alone.map((match) => ({ ...match, isAutomatic: kind === 'mac' })))
  }
  return found
}

/** What speaks for their being one, the strongest first; nothing when what the agent found of itself speaks against it. */
export function evidenceOf(agent: AgentMachine, machine: InventoryMachine): Evidence[] {
  if (agent.virt !== null && !VIRT_OF[machine.kind].includes(agent.virt)) return []
  // both know it and it differs: a clone with an address or a name of the other
  const isOther = agent.uuid !== null && machine.uuid !== null && agent.uuid !== machine.uuid
  if (isOther) return []
  const found: Evidence[] = []
  const mac = machine.macs.find((each) => agent.macs.includes(each))
  if (mac !== undefined) found.push({ kind: 'mac', value: mac })
  if (agent.uuid !== null && agent.uuid === machine.uuid) found.push({ kind: 'uuid', value: agent.uuid })
  const ip = machine.ips.find((each) => agent.ips.includes(each) && isTelling(each))
  if (ip !== undefined) found.push({ kind: 'address', value: ip })
  const name = [agent.hostname, agent.name].find((each) => each !== null && isSameName(each, machine.name))
  if (name !== undefined && name !== null) found.push({ kind: 'name', value: name })
  return found
}

/** Addresses every other machine has as well say nothing. */
function isTelling(ip: string): boolean {
  return isIPv4(ip) ? !/^(127\.|169\.254\.|172\.17\.)/.test(ip) : !/^(::1$|fe80:)/i.test(ip)
}

/** Up to the domain, whatever the case. */
function isSameName(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => name.toLowerCase().split('.')[0])
  return a !== '' && a === b && a !== 'localhost'
}
