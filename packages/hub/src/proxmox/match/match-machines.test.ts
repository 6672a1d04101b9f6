import { expect, test } from 'bun:test'
import { type AgentMachine, type InventoryMachine, matchMachines } from './match-machines.ts'

const UUID = '6f9619ff-8b86-d011-b42d-00c04fc964ff'

function agent(hostId: number, more: Partial<AgentMachine> = {}): AgentMachine {
  const unknown = { hostname: null, virt: 'vm', macs: [], ips: [], uuid: null }
  return { hostId, name: `agent-${hostId}`, ...unknown, ...more }
}

function guest(vmid: number, more: Partial<InventoryMachine> = {}): InventoryMachine {
  const unknown = { macs: [], ips: [], uuid: null }
  return { cluster: 1, node: 'pve1', vmid, kind: 'qemu', name: `guest-${vmid}`, ...unknown, ...more }
}

const found = (agents: AgentMachine[], machines: InventoryMachine[]) =>
  matchMachines(agents, machines).map(
    ({ hostId, machine, evidence, isAutomatic }) =>
      `${hostId} is ${machine.vmid ?? machine.node} by ${evidence.map(({ kind }) => kind).join('+')}${isAutomatic ? ', sure' : ''}`,
  )

test('a MAC that agrees is taken without asking', () => {
  const mac = 'bc:24:11:00:00:01'
  expect(found([agent(1, { macs: [mac] })], [guest(100, { macs: [mac] }), guest(101)])).toEqual([
    '1 is 100 by mac, sure',
  ])
})

test('a UUID, an address or a name is proposed, never taken', () => {
  expect(found([agent(1, { uuid: UUID })], [guest(100, { uuid: UUID })])).toEqual(['1 is 100 by uuid'])
  expect(found([agent(1, { ips: ['10.0.0.5'] })], [guest(100, { ips: ['10.0.0.5'] })])).toEqual([
    '1 is 100 by address',
  ])
  expect(found([agent(1, { hostname: 'Web.lan' })], [guest(100, { name: 'web' })])).toEqual([
    '1 is 100 by name',
  ])
})

test('the stronger evidence decides, the weaker is told beside it', () => {
  const mac = 'bc:24:11:00:00:01'
  const one = agent(1, { macs: [mac], hostname: 'web' })
  expect(found([one], [guest(100, { name: 'web' }), guest(101, { macs: [mac], name: 'web' })])).toEqual([
    '1 is 101 by mac+name, sure',
  ])
})

test('what two could be by the same evidence is nobody’s', () => {
  const mac = 'bc:24:11:00:00:01'
  expect(
    found([agent(1, { macs: [mac] })], [guest(100, { macs: [mac] }), guest(200, { macs: [mac] })]),
  ).toEqual([])
  expect(
    found([agent(1, { hostname: 'web' }), agent(2, { hostname: 'web' })], [guest(100, { name: 'web' })]),
  ).toEqual([])
})

test('a clone with its origin’s name and another UUID is another machine', () => {
  const other = UUID.replace('6f', '70')
  expect(
    found([agent(1, { uuid: UUID, hostname: 'web' })], [guest(100, { uuid: other, name: 'web' })]),
  ).toEqual([])
})

test('an agent that found itself elsewhere is no such guest', () => {
  const same = { hostname: 'web' }
  expect(found([agent(1, { ...same, virt: 'none' })], [guest(100, { name: 'web' })])).toEqual([])
  expect(found([agent(1, { ...same, virt: 'lxc' })], [guest(100, { name: 'web' })])).toEqual([])
  expect(found([agent(1, { ...same, virt: 'lxc' })], [guest(100, { name: 'web', kind: 'lxc' })])).toEqual([
    '1 is 100 by name',
  ])
})

test('a node is matched as guests are, and addresses everybody has say nothing', () => {
  const node = guest(0, { vmid: null, kind: 'node', name: 'pve1', ips: ['10.0.0.1', '172.17.0.1'] })
  expect(found([agent(1, { virt: 'proxmox-node', ips: ['10.0.0.1'] })], [node])).toEqual([
    '1 is pve1 by address',
  ])
  expect(found([agent(1, { virt: 'proxmox-node', ips: ['172.17.0.1'] })], [node])).toEqual([])
})
