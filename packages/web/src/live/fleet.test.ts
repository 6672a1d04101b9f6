import { expect, test } from 'bun:test'
import type { FleetSnapshot, FleetUpdate } from '@lumen/protocol/live/message'
import { FleetStore } from './fleet.ts'
import { foldFleet } from './fold-fleet.ts'
import { hostSummary } from './host-summary.fixture.ts'

const snapshot = (...ids: number[]): FleetSnapshot => ({
  type: 'snapshot',
  topic: 'fleet',
  time: 1,
  hosts: ids.map((id) => hostSummary(id)),
})
const update = (hosts: FleetUpdate['hosts'], removed: number[] = []): FleetUpdate => ({
  type: 'update',
  topic: 'fleet',
  time: 2,
  hosts,
  removed,
})

test('nothing is known before the first snapshot, and an empty fleet is known to be empty', () => {
  const store = new FleetStore()
  expect(store.ids()).toBeUndefined()
  store.apply([snapshot()])
  expect(store.ids()).toEqual([])
})

test('an update changes its hosts, adds new ones, removes the deleted and leaves the rest', () => {
  const store = new FleetStore()
  store.apply([snapshot(1, 2, 3), update([hostSummary(2, { name: 'renamed' }), hostSummary(9)], [3])])
  expect(store.ids()).toEqual([1, 2, 9])
  expect(store.host(2)?.name).toBe('renamed')
  expect(store.host(1)?.name).toBe('host-1')
  expect(store.host(3)).toBeUndefined()
})

test('a new snapshot after a lost stream forgets hosts that went meanwhile', () => {
  const store = new FleetStore()
  store.apply([snapshot(1, 2)])
  store.apply([snapshot(2, 4)])
  expect(store.ids()).toEqual([2, 4])
})

test('an update keeps the list of ids when no host came or went, so that no list is redrawn', () => {
  const store = new FleetStore()
  store.apply([snapshot(1, 2)])
  const before = store.ids()
  store.apply([update([hostSummary(1, { cpu: 7 })])])
  expect(store.ids()).toBe(before)
  expect(store.host(1)?.now?.cpu_pct).toBe(7)
})

test('messages that wait fold into one that has the same effect', () => {
  const messages = [
    update([hostSummary(1, { cpu: 1 }), hostSummary(5)]),
    update([hostSummary(1, { cpu: 2 })], [5, 2]),
    update([hostSummary(2, { name: 'back' })]),
  ]
  const plain = new FleetStore()
  plain.apply([snapshot(1, 2, 3), ...messages])
  const folded = messages.reduce<(FleetSnapshot | FleetUpdate)[]>(foldFleet, [snapshot(1, 2, 3)])
  const other = new FleetStore()
  other.apply(folded)
  expect(folded).toHaveLength(2)
  expect(other.all()).toEqual(plain.all()!)
})

test('a snapshot makes everything that waits before it void', () => {
  expect(foldFleet([update([hostSummary(1)])], snapshot(2))).toEqual([snapshot(2)])
})
