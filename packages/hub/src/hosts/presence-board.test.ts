import { beforeEach, expect, test } from 'bun:test'
import { FakeClock } from '@lumen/testkit/fake-clock'
import type { ControlDb } from '../control-db/control-db.ts'
import type { HostRecord } from './host-record.ts'
import { HostRegistry } from './host-registry.ts'
import { PresenceBoard } from './presence-board.ts'

const row = (id: number, protocol: string | null) => ({
  ...{ id, name: `host ${id}`, token_hash: `hash ${id}`, created_at: 0, protocol },
  ...{ agent_version: null, interval_ms: 5_000, facts: null },
})

let clock: FakeClock
let registry: HostRegistry
beforeEach(() => {
  clock = new FakeClock()
  const db = { read: () => [row(1, 'native'), row(2, 'native'), row(3, null)] } as unknown as ControlDb
  registry = new HostRegistry(db, clock)
})
const host = (id: number): HostRecord => registry.get(id)!
const states = (board: PresenceBoard) => [1, 2, 3].map((id) => board.presence(host(id)).state)

test('a hub restart makes nobody down; who was silent long before stays so', () => {
  const now = clock.now()
  const board = new PresenceBoard(
    clock,
    registry,
    new Map([
      [1, now - 1_000],
      [2, now - 3_600_000],
    ]),
  )
  expect(states(board)).toEqual(['up', 'down', 'waiting'])
  expect(board.lastSeen(2)).toBe(now - 3_600_000)
})

test('a hub killed before its first flush forgets no host into being down', () => {
  expect(states(new PresenceBoard(clock, registry, new Map()))).toEqual(['up', 'up', 'waiting'])
})

test('readings are first-hand again at once after the wall clock was set back', () => {
  const board = new PresenceBoard(clock, registry, new Map())
  const before = clock.now()
  expect(board.isFirstHand(1, before)).toBe(true)
  clock.step(-3_600_000)
  expect(board.isFirstHand(1, before - 3_600_000)).toBe(true)
  expect(board.isFirstHand(1, before - 3_600_001)).toBe(false)
})

test('a wall clock set back or forth changes no state', () => {
  const board = new PresenceBoard(clock, registry, new Map())
  board.heard(host(1), {})
  clock.step(6 * 3_600_000)
  expect(board.presence(host(1)).state).toBe('up')
  clock.step(-12 * 3_600_000)
  clock.advance(16_000)
  expect(board.presence(host(1)).state).toBe('stale')
})

test('silence is noticed by the sweep, each change told once', () => {
  const board = new PresenceBoard(clock, registry, new Map())
  board.heard(host(1), {})
  const told: [number, string][] = []
  board.onChange = (id) => told.push([id, board.presence(host(id)).state])
  for (let second = 0; second < 100; second++) {
    clock.advance(1_000)
    board.sweep()
  }
  expect(told.filter(([id]) => id === 1)).toEqual([
    [1, 'stale'],
    [1, 'down'],
  ])
  board.heard(host(1), {})
  expect(told.at(-1)).toEqual([1, 'up'])
})

test('a clean stop is down at once and its next push up again', () => {
  const board = new PresenceBoard(clock, registry, new Map())
  board.heard(host(1), { isStopped: true })
  expect(board.presence(host(1))).toEqual({ state: 'down', reason: 'agent stopped' })
  board.heard(host(1), {})
  expect(board.presence(host(1)).state).toBe('up')
})

test('a stop recalled from the ledger counts until the host is heard', () => {
  const board = new PresenceBoard(clock, registry, new Map([[1, clock.now()]]))
  board.recallStop(1)
  expect(board.presence(host(1)).reason).toBe('agent stopped')
  board.heard(host(1), {})
  board.recallStop(1)
  expect(board.presence(host(1)).state).toBe('up')
})

test('only a reading newer than all before is first-hand', () => {
  const board = new PresenceBoard(clock, registry, new Map([[1, 1_000]]))
  expect([999, 1_000, 1_001, 1_001, 1_000, 2_000].map((ts) => board.isFirstHand(1, ts))).toEqual([
    ...[false, false, true, false, false, true],
  ])
})
