import { expect, test } from 'bun:test'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { RivalAgents } from './rival-agents.ts'

const HOST = 1
const run = (name: string) => ({ stream: name, boot: `boot of ${name}` })

/** Pushes of these runs, one every interval; how often the ledger was told. */
function pushes(clock: FakeClock, rivals: RivalAgents, names: string, intervalMs = 5_000): number {
  let told = 0
  for (const name of names) {
    clock.advance(intervalMs)
    if (rivals.heard(HOST, run(name), intervalMs) !== undefined) told += 1
  }
  return told
}

test.each(['aaaaaaaa', 'aaaabbbbccccdddd', 'aaababbbb', 'aaabbaccc'])(
  'restarts are no rivals, even with a last push that comes late: %s',
  (names) => {
    const clock = new FakeClock()
    const rivals = new RivalAgents(clock)
    expect(pushes(clock, rivals, names)).toBe(0)
    expect(rivals.areAt(HOST)).toBe(false)
  },
)

test('two agents are noticed within a few pushes, told once an hour, and forgotten when one ends', () => {
  const clock = new FakeClock()
  const rivals = new RivalAgents(clock)
  expect(pushes(clock, rivals, 'abab')).toBe(0)
  expect(pushes(clock, rivals, 'a')).toBe(1)
  expect(rivals.areAt(HOST)).toBe(true)
  expect(pushes(clock, rivals, 'ab'.repeat(300))).toBe(0)
  expect(pushes(clock, rivals, 'ab'.repeat(120))).toBe(1)
  expect(pushes(clock, rivals, 'b'.repeat(25))).toBe(0)
  expect(rivals.areAt(HOST)).toBe(false)
  expect(rivals.areAt(2)).toBe(false)
})

test('two agents that push every five minutes are noticed too, and one that restarts is none', () => {
  const clock = new FakeClock()
  const rivals = new RivalAgents(clock)
  expect(pushes(clock, rivals, 'aabbacc', 300_000)).toBe(0)
  expect([...rivals.hosts()]).toEqual([])
  // each every 300 s: one of the two every 150
  for (const name of 'dedede') {
    clock.advance(150_000)
    rivals.heard(HOST, run(name), 300_000)
  }
  expect([...rivals.hosts()]).toEqual([HOST])
  clock.advance(1_800_000)
  expect([...rivals.hosts()]).toEqual([])
})

test('two machines that wake the same stream from a copied disk are two agents', () => {
  const clock = new FakeClock()
  const rivals = new RivalAgents(clock)
  for (const boot of ['x', 'y', 'x', 'y', 'x', 'y']) {
    clock.advance(1_000)
    rivals.heard(HOST, { stream: 'one', boot }, 5_000)
  }
  expect(rivals.areAt(HOST)).toBe(true)
})
