import { expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { maxOf, meanOf } from './quantity.ts'
import { sampleCluster } from './sample-cluster.ts'
import type { ScriptEvent } from './script.ts'
import { Timeline } from './timeline.ts'
import { Truth } from './truth.ts'

const NOW = Date.UTC(2026, 5, 1, 12)
const SPEC = sampleCluster({ now: NOW })

/** Guest 100 runs on pve1, 105 is stopped. */
const under = (...script: ScriptEvent[]) => new Truth(new Timeline(SPEC, script))

test('counters grow from the start of a guest and begin anew with a restart and with a move', () => {
  const truth = under(
    { kind: 'guest-stop', at: NOW, guest: 100 },
    { kind: 'guest-start', at: NOW + MINUTE, guest: 100 },
    { kind: 'migrate', at: NOW + HOUR, guest: 100, to: 'pve2' },
  )
  const guest = truth.guest(100)
  const counted = (ms: number) => guest.counters(ms)?.netIn
  expect(guest.run(NOW - 1)?.node).toBe('pve1')
  expect(counted(NOW - SECOND)! - counted(NOW - MINUTE)!).toBeGreaterThan(0)
  expect([counted(NOW), guest.cpu(NOW), guest.uptimeS(NOW)]).toEqual([undefined, undefined, undefined])
  expect([counted(NOW + MINUTE), guest.uptimeS(NOW + 2 * MINUTE)]).toEqual([0, 60])
  expect([counted(NOW + HOUR), guest.run(NOW + HOUR)?.node]).toEqual([0, 'pve2'])
  expect(truth.timeline.home(100, NOW + HOUR - 1)).toBe('pve1')
})

test('the mean rate is what the counter gained, and some minute had more', () => {
  const guest = under().guest(100)
  const { diskWrite } = guest.quantities
  const [from, to] = [NOW - HOUR, NOW]
  const mean = meanOf(diskWrite, from, to)!
  const gained = guest.counters(to)!.diskWrite - guest.counters(from)!.diskWrite
  expect(Math.abs(mean * 3_600 - gained)).toBeLessThanOrEqual(2)
  expect(maxOf(diskWrite, from, to)!).toBeGreaterThan(mean)
})

test('a mean is unknown where less than half of the time is known', () => {
  const { quantities } = under({ kind: 'guest-stop', at: NOW + 29 * MINUTE, guest: 100 }).guest(100)
  expect(meanOf(quantities.cpu, NOW, NOW + 58 * MINUTE)).toBeDefined()
  expect(meanOf(quantities.cpu, NOW, NOW + 59 * MINUTE)).toBeUndefined()
  expect(maxOf(quantities.cpu, NOW, NOW + 59 * MINUTE)).toBeUndefined()
})

test('a load is held as scripted', () => {
  const truth = under(
    { kind: 'guest-load', at: NOW, until: NOW + HOUR, guest: 100, cpu: 0.95, netInBytesPerS: 1_000 },
    { kind: 'node-load', at: NOW, node: 'pve1', cpu: 0.99, memory: 0.5 },
    { kind: 'storage-fill', at: NOW, storage: 'nas', share: 0.97 },
  )
  expect(truth.guest(100).cpu(NOW + MINUTE)).toBe(0.95)
  expect(truth.guest(100).cpu(NOW + HOUR)).toBeLessThan(0.95)
  const gained = truth.guest(100).counters(NOW + HOUR)!.netIn - truth.guest(100).counters(NOW)!.netIn
  expect(Math.abs(gained - 3_600_000)).toBeLessThanOrEqual(1)
  expect(truth.node('pve1').memUsedBytes(NOW + DAY)).toBe(truth.node('pve1').spec.memoryBytes / 2)
  for (const node of ['pve1', 'pve3']) {
    const { spec } = truth.storage(node, 'nas')
    expect(truth.storage(node, 'nas').usedBytes(NOW + DAY)).toBe(Math.floor(spec.totalBytes * 0.97))
  }
})

test('a lost node takes its guests with it; back again it starts those that start on boot', () => {
  const truth = under(
    { kind: 'guest-start', at: NOW - HOUR, guest: 105 },
    { kind: 'node-loss', at: NOW, until: NOW + HOUR, node: 'pve1' },
    { kind: 'node-loss', at: NOW, until: NOW + HOUR, node: 'pve3' },
  )
  const running = (vmid: number) =>
    [NOW - 1, NOW, NOW + 2 * HOUR].map((ms) => truth.guest(vmid).run(ms) !== undefined)
  expect(running(100)).toEqual([true, false, true])
  expect(truth.timeline.home(105, NOW)).toBe('pve3')
  expect(running(105)).toEqual([true, false, false])
  expect(running(101)).toEqual([true, true, true])
  expect(truth.node('pve1').cpu(NOW)).toBeUndefined()
  expect(truth.node('pve1').uptimeS(NOW + 2 * HOUR)).toBe(3_600)
})

test('a split leaves each side its own members, and one side the quorum', () => {
  const { timeline } = under({
    kind: 'partition',
    at: NOW,
    until: NOW + HOUR,
    groups: [['pve1'], ['pve2', 'pve3']],
  })
  expect(timeline.members('pve1', NOW)).toEqual(['pve1'])
  expect(timeline.members('pve2', NOW)).toEqual(['pve2', 'pve3'])
  expect([timeline.isQuorate('pve1', NOW), timeline.isQuorate('pve2', NOW)]).toEqual([false, true])
  expect(timeline.isQuorate('pve1', NOW + HOUR)).toBe(true)
})

test('names change, and what they name stays', () => {
  const { timeline } = under(
    { kind: 'rename-node', at: NOW, node: 'pve2', name: 'grimoire' },
    { kind: 'rename-guest', at: NOW, guest: 101, name: 'dns' },
    { kind: 'guest-destroy', at: NOW, guest: 102 },
  )
  expect([timeline.nodeName('pve2', NOW - 1), timeline.nodeName('pve2', NOW)]).toEqual(['pve2', 'grimoire'])
  expect(timeline.nodeCalled('grimoire', NOW)?.name).toBe('pve2')
  expect(timeline.nodeCalled('pve2', NOW)).toBeUndefined()
  const guest = SPEC.guests.find(({ vmid }) => vmid === 101)!
  expect([timeline.guestName(guest, NOW - 1), timeline.guestName(guest, NOW)]).toEqual(['proxy', 'dns'])
  expect(timeline.home(102, NOW)).toBeUndefined()
  expect(timeline.guestsOf('pve3', NOW).some(({ vmid }) => vmid === 102)).toBe(false)
})

test('who is not in the cluster has no truth', () => {
  expect(() => under().guest(7)).toThrow('no guest 7')
  expect(() => under().node('pve9')).toThrow('no node pve9')
})
