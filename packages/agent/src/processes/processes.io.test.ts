import { afterEach, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { Collection } from '../collection.ts'
import { copyOf, type MachineCopy } from '../copy-of.ts'
import { ManualClock } from '../fixture.ts'
import { parsePidStat } from '../procfs/pid-stat.ts'
import { Processes } from './processes.ts'
import { rank } from './rank.ts'
import { parsePasswd } from './user-names.ts'

const copies: MachineCopy[] = []
afterEach(() => {
  for (const { folder } of copies.splice(0)) rmSync(folder, { recursive: true })
})

const statOf = (pid: number, name: string, ticks: number, rssPages: number, start = 100) =>
  `${pid} (${name}) S 1 1 1 0 -1 0 0 0 0 0 ${ticks} 0 0 0 20 0 1 0 ${start} 1000 ${rssPages} 0 0\n`

function benchOf() {
  const machine = copyOf('mini-pc-debian12')
  copies.push(machine)
  const clock = new ManualClock()
  const collection = new Collection([new Processes(machine, () => 4)])
  return {
    collection,
    write: (pid: number, ...rest: [name: string, ticks: number, rssPages: number, start?: number]) =>
      machine.write(`proc/${pid}/stat`, statOf(pid, ...rest)),
    machine,
    tick(ms = 10_000): NonNullable<WireReadings['process']> {
      clock.advance(ms)
      return collection.collect(clock.monotonic()).readings.process ?? {}
    },
  }
}

test('a name may hold any character, brackets and spaces too', () => {
  expect(parsePidStat(statOf(7, 'a) S (b\n', 42, 3))).toEqual({
    name: 'a) S (b\n',
    ticks: 42,
    startTicks: 100,
    rssPages: 3,
  })
  for (const text of ['', '7 (x', '7 (x) S 1 2 3', 'garbage'])
    expect(() => parsePidStat(text)).toThrow(expect.objectContaining({ code: 'pid_stat_malformed' }))
})

test('CPU is what was used between two readings, of the whole machine', () => {
  const bench = benchOf()
  bench.write(812, 'sshd', 100_000, 10)
  bench.write(4021, 'nginx: 🐳', 500, 2_000)
  expect(bench.tick()).toEqual({})
  bench.write(4021, 'nginx: 🐳', 2_500, 2_000)
  const rows = bench.tick()
  expect(rows['1']).toMatchObject({ pid: 4021, name: 'nginx: 🐳', cpu_pct: 50, rss_bytes: 2_000 * 4_096 })
  expect(rows['2']).toMatchObject({ pid: 812, cpu_pct: 0 })
  expect(Object.keys(rows['1']!).sort()).toEqual(['cpu_pct', 'name', 'pid', 'rss_bytes', 'user'])
})

test('between two readings the last ranking stands', () => {
  const bench = benchOf()
  bench.write(812, 'sshd', 0, 10)
  bench.tick()
  const rows = bench.tick()
  bench.write(812, 'sshd', 4_000, 10)
  expect(bench.tick(5_000)).toEqual(rows)
  expect(bench.tick(5_000)['1']).toMatchObject({ pid: 812, cpu_pct: 100 })
})

test('a pid used again is another process, without CPU once', () => {
  const bench = benchOf()
  bench.write(812, 'old', 100, 10, 100)
  bench.tick()
  bench.write(812, 'new', 5_000, 10, 900)
  expect(bench.tick()['1']).toMatchObject({ name: 'new' })
  expect(bench.tick()['1']!.cpu_pct).toBe(0)
})

test('ten by CPU, then those of the ten largest that are not among them', () => {
  const all = Array.from({ length: 40 }, (_, i) => ({
    pid: i + 1,
    name: 'x',
    grownTicks: i < 15 ? i : 0,
    rssBytes: i * 10,
  }))
  const pids = rank(all, 10).map(({ pid }) => pid)
  expect(pids).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31])
})

test('a /proc that hides others gives no ranking; garbage and vanished processes are passed over', () => {
  const bench = benchOf()
  bench.machine.write('proc/812/stat', '\0garbage')
  bench.tick()
  expect(Object.values(bench.tick()).map(({ pid }) => pid)).not.toContain(812)
  rmSync(`${bench.machine.procRoot}/1`, { recursive: true })
  expect(bench.tick()).toEqual({})
  expect(bench.collection.faults).toEqual({})
})

test('users by number, the first name of each', () => {
  const names = parsePasswd(
    'root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\n# no\nbad\nwww-data:x:33:33::/:/\n',
  )
  expect([...names]).toEqual([
    [0, 'root'],
    [33, 'www-data'],
  ])
})
