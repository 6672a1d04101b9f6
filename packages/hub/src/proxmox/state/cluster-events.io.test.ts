import { expect, test } from 'bun:test'
import { MemoryTsdb } from '@lumen/hub/testing/memory-tsdb'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { startTestProxmox, type TestProxmox } from '@lumen/testkit/proxmox/test-proxmox'
import type { HostRecord } from '../../hosts/host-record.ts'
import type { TaskRow } from '../client/pve-calls.ts'
import type { ClusterState } from '../poller/cluster-state.ts'
import { ClusterEvents } from './cluster-events.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

const changesOn = (t: TestProxmox, host: string) =>
  (t.tsdb.storedEvents.get(t.host(host).id) ?? [])
    .filter(({ type }) => type !== 'import')
    .map(({ type, detail }) => `${type} ${detail.vmid} ${detail.change}: ${detail.from} → ${detail.to}`)

test('a move and a stop are on the cluster’s host and on that of the agent inside', async () => {
  await using t = await startTestProxmox('9.1', { guests: 4, historyMs: 2 * DAY })
  const { host } = await t.registry.add('inside')
  const { mac } = t.fake.truth.timeline.spec.guests.find(({ vmid }) => vmid === 101)!
  host.facts = { virt: 'vm', macs: [mac.toLowerCase()] }
  await t.passes(2 * MINUTE)
  t.fake.happens({ kind: 'migrate', guest: 101, to: 'pve1' })
  t.fake.happens({ kind: 'guest-stop', guest: 102 })
  await t.passes(2 * MINUTE)
  expect(changesOn(t, 'cluster home')).toEqual([
    'guest 101 node: pve2 → pve1',
    'guest 102 state: running → stopped',
  ])
  expect(changesOn(t, 'inside')).toEqual(['guest 101 node: pve2 → pve1'])
})

test('what is changed in a guest’s configuration is told by its lines, once', async () => {
  await using t = await startTestProxmox('9.1', { guests: 4, historyMs: 2 * DAY })
  await t.passes(2 * MINUTE)
  t.fake.happens({ kind: 'rename-guest', guest: 101, name: 'gateway' })
  await t.passes(22 * MINUTE)
  expect(changesOn(t, 'cluster home')).toEqual(['guest 101 config: null → name'])
})

test('a snapshot is told once, also by the next run of the hub, and one that failed with why', async () => {
  const clock = new FakeClock(Date.UTC(2026, 5, 1))
  const tsdb = new MemoryTsdb(clock)
  const shared = { id: 7 } as HostRecord
  const guests = new Map([[101, { vmid: 101, node: 'pve1', name: 'proxy' }]])
  const state = { shared, inventory: { nodes: new Map(), guests } } as unknown as ClusterState
  const run = () => new ClusterEvents({ state, tsdb, agentOf: () => undefined })
  const startS = clock.now() / 1_000 - 60
  const task = (more: Partial<TaskRow>): TaskRow => ({
    ...{ upid: 'UPID:1', node: 'pve1', type: 'qmsnapshot', id: '101', user: 'root@pam' },
    ...{ starttime: startS, endtime: startS + 5, status: 'OK', ...more },
  })
  const running = { ...task({ upid: 'UPID:2', type: 'qmrollback' }), endtime: undefined, status: undefined }
  const first = run()
  await first.tasksRead([task({}), running, task({ upid: 'UPID:3', type: 'vncproxy' })], clock.now())
  await first.tasksRead(
    [task({}), task({ upid: 'UPID:2', type: 'qmrollback', status: 'no space' })],
    clock.now(),
  )
  await run().tasksRead([task({})], clock.now())
  expect(tsdb.storedEvents.get(7)!.map(({ at, detail }) => [at, detail.change, detail.to])).toEqual([
    [startS * 1_000, 'snapshot', 'done'],
    [startS * 1_000, 'rollback', 'failed: no space'],
  ])
})
