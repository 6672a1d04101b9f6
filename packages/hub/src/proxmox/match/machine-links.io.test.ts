import { expect, test } from 'bun:test'
import type { HostRecord } from '@lumen/hub/hosts/host-record'
import type { Facts } from '@lumen/protocol/agent/facts'
import { guestUuid } from '@lumen/testkit/proxmox/answers/guest'
import { startTestProxmox, type TestProxmox } from '@lumen/testkit/proxmox/test-proxmox'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

async function agent(t: TestProxmox, name: string, facts: Facts): Promise<HostRecord> {
  const { host } = await t.registry.add(name)
  host.facts = facts
  return host
}

function macOf(t: TestProxmox, vmid: number): string {
  return t.fake.truth.timeline.spec.guests.find((guest) => guest.vmid === vmid)!.mac.toLowerCase()
}

const told = (t: TestProxmox, host?: HostRecord) =>
  t.proxmox.links
    .list(host === undefined ? {} : { host: host.id })
    .map(({ host: { name }, machine: { vmid, node }, state, evidence }) => {
      return `${name} ${state} ${vmid ?? node} by ${evidence.map(({ kind }) => kind).join('+')}`
    })

test.each(['8.2', '8.4', '9.1'] as const)(
  '%s: an agent with a guest’s MAC is that guest, whatever its name',
  async (release) => {
    await using t = await startTestProxmox(release, { guests: 8, historyMs: 2 * DAY })
    const vm = await agent(t, 'inside-vm', { virt: 'vm', macs: [macOf(t, 101)], hostname: 'proxy' })
    const ct = await agent(t, 'inside-ct', { virt: 'lxc', macs: [macOf(t, 100)] })
    await t.passes(MINUTE)
    expect(told(t)).toEqual(['inside-vm automatic 101 by mac+name', 'inside-ct automatic 100 by mac'])
    const { cluster } = await t.proxmox.detail(t.connection.id)
    expect(cluster!.guests.map(({ vmid, inside }) => [vmid, inside?.host.id ?? null]).slice(0, 3)).toEqual([
      [100, ct.id],
      [101, vm.id],
      [102, null],
    ])
    expect(t.proxmox.linkOf(vm)).toMatchObject({
      machine: { vmid: 101, node: 'pve2', kind: 'qemu', connection: 'home' },
      state: 'automatic',
      other_side: { host: { name: 'cluster home' }, entity: 'guest', key: '101' },
    })
    expect(t.fake.ledger.violations).toEqual([])
  },
)

test('an agent on a node is proposed, and once confirmed both see each other', async () => {
  await using t = await startTestProxmox('9.1')
  const host = await agent(t, 'server', { virt: 'proxmox-node', hostname: 'pve1', ips: ['192.168.1.11'] })
  await t.passes(2 * MINUTE)
  expect(told(t)).toEqual(['server proposed pve1 by address+name'])
  expect(t.proxmox.linkOf(host)).toBeNull()
  const pve1 = { connectionId: t.connection.id, vmid: null, node: 'pve1' }
  await t.proxmox.links.decide(pve1, host.id, 'confirmed')
  expect(told(t)).toEqual(['server confirmed pve1 by address+name'])
  expect(t.proxmox.linkOf(host)).toMatchObject({
    ...{ machine: { vmid: null, node: 'pve1', kind: 'node' }, state: 'confirmed' },
    other_side: { host: { id: t.host('pve1').id }, entity: 'host', key: '' },
  })
  expect(t.proxmox.linkOf(t.host('pve1'))).toMatchObject({ other_side: { host: { id: host.id } } })
  const { cluster } = await t.proxmox.detail(t.connection.id)
  expect(cluster!.nodes.map(({ agent }) => agent?.name ?? null)).toEqual(['server', null])
})

test('a UUID proposes; what a person refused stays refused, also after a restart, until that is taken back', async () => {
  await using t = await startTestProxmox('9.1', { guests: 8, historyMs: 2 * DAY })
  const host = await agent(t, 'other', { virt: 'vm', machine_uuid: guestUuid(103) })
  await t.passes(MINUTE)
  expect(told(t)).toEqual(['other proposed 103 by uuid'])
  const guest = { connectionId: t.connection.id, vmid: 103, node: '' }
  await t.proxmox.links.decide(guest, host.id, 'refused')
  expect(told(t)).toEqual(['other refused 103 by uuid'])
  await t.restart()
  t.host('other').facts = { virt: 'vm', machine_uuid: guestUuid(103) }
  await t.passes(2 * MINUTE)
  expect(told(t)).toEqual(['other refused 103 by uuid'])
  await t.proxmox.links.undo(guest, host.id)
  expect(told(t)).toEqual(['other proposed 103 by uuid'])
})

test('a refusal of what was taken by its MAC holds, and the MAC takes it nowhere else', async () => {
  await using t = await startTestProxmox('9.1', { guests: 8, historyMs: 2 * DAY })
  const host = await agent(t, 'x', { virt: 'vm', macs: [macOf(t, 101)] })
  await t.passes(MINUTE)
  expect(told(t)).toEqual(['x automatic 101 by mac'])
  await t.proxmox.links.decide({ connectionId: t.connection.id, vmid: 101, node: '' }, host.id, 'refused')
  await t.passes(2 * MINUTE)
  expect(told(t)).toEqual(['x refused 101 by mac'])
  expect(t.proxmox.linkOf(host)).toBeNull()
})

test('what a MAC said ends with it: the agent moved to another machine', async () => {
  await using t = await startTestProxmox('9.1', { guests: 8, historyMs: 2 * DAY })
  const host = await agent(t, 'x', { virt: 'vm', macs: [macOf(t, 101)] })
  await t.passes(MINUTE)
  host.facts = { virt: 'vm', macs: [macOf(t, 103)] }
  await t.passes(2 * MINUTE)
  expect(told(t)).toEqual(['x automatic 103 by mac'])
})

test('words about what is not there are refused, and two cannot be one', async () => {
  await using t = await startTestProxmox('9.1', { guests: 8, historyMs: 2 * DAY })
  const one = await agent(t, 'one', { virt: 'vm' })
  const other = await agent(t, 'other', { virt: 'vm' })
  await t.passes(MINUTE)
  const { links } = t.proxmox
  const guest = (vmid: number) => ({ connectionId: t.connection.id, vmid, node: '' })
  await links.decide(guest(101), one.id, 'confirmed')
  const codeOf = async (said: Promise<unknown>) => {
    return said.then(
      () => 'done',
      (refusal: { code: string }) => refusal.code,
    )
  }
  expect(await codeOf(links.decide(guest(101), other.id, 'confirmed'))).toBe('machine_taken')
  expect(await codeOf(links.decide(guest(103), one.id, 'confirmed'))).toBe('machine_taken')
  expect(await codeOf(links.decide(guest(999), other.id, 'confirmed'))).toBe('machine_unknown')
  expect(await codeOf(links.decide(guest(103), 4711, 'confirmed'))).toBe('host_unknown')
  expect(await codeOf(links.decide(guest(103), t.host('pve1').id, 'confirmed'))).toBe('host_without_agent')
  expect(await codeOf(links.undo(guest(103), other.id))).toBe('link_unknown')
  expect(told(t)).toEqual(['one confirmed 101 by '])
})

test('guests are asked for their addresses only while there is an agent nobody knows', async () => {
  await using t = await startTestProxmox('9.1', { guests: 8, historyMs: 2 * DAY })
  const call = '/nodes/{node}/qemu/{vmid}/agent/network-get-interfaces'
  await t.passes(11 * MINUTE)
  expect(t.fake.ledger.count(call)).toBe(0)
  await agent(t, 'x', { virt: 'vm', ips: ['192.168.2.101'] })
  await t.passes(11 * MINUTE)
  expect(t.fake.ledger.count(call)).toBeGreaterThan(0)
  expect(told(t)).toEqual(['x proposed 101 by address'])
  expect(t.fake.ledger.violations).toEqual([])
})
