import { afterAll, expect, test } from 'bun:test'
import { globSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { decodeFrame } from '@lumen/protocol/agent/decode-frame'
import { Collection } from './collection.ts'
import { allCollectors } from './collectors/all.ts'
import { FACTS_READS, readFacts } from './collectors/facts.ts'
import { copyOf, type MachineCopy } from './copy-of.ts'
import { ENVIRONMENT_READS } from './environment/environment.ts'
import { MACHINES, ManualClock } from './fixture.ts'
import { placed } from './reads.ts'

/** What a file of /proc or /sys may turn out to be. */
const SPOIL: Readonly<Record<string, (path: string) => void>> = {
  gone: () => undefined,
  empty: (path) => writeFileSync(path, ''),
  malformed: (path) =>
    writeFileSync(path, 'not what a kernel writes: -1 \u0000 NaN 99999999999999999999999\n'.repeat(40)),
  binary: (path) =>
    writeFileSync(path, Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 37) % 256))),
  'cut off': (path) => writeFileSync(path, 'cpu  1 2\nMemTotal: '),
  'a folder': (path) => mkdirSync(path),
  endless: (path) => symlinkSync('/dev/zero', path),
  'a loop of links': (path) => symlinkSync(path, path),
}

const copies: MachineCopy[] = []
afterAll(() => {
  for (const { folder } of copies.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Files of the machine that its collectors, the environment and the facts are declared to read. */
function declaredFiles(machine: MachineCopy): string[] {
  const { collectors, stop } = allCollectors(machine, new ManualClock(), { docker: 'auto', own: machine })
  stop()
  const reads = [...collectors.flatMap((collector) => collector.reads), ...ENVIRONMENT_READS, ...FACTS_READS]
  const patterns = [...new Set(reads.map((read) => placed(read, machine)))]
  const found = patterns.flatMap((pattern) => globSync(pattern))
  return [...new Set(found)].filter((path) => path.startsWith(machine.folder) && lstatSync(path).isFile())
}

/** Two ticks as the agent does them, its facts and where it finds itself. */
async function tick(machine: MachineCopy): Promise<Readonly<Record<string, string>>> {
  const clock = new ManualClock()
  const source = allCollectors(machine, clock, { own: machine })
  const collection = new Collection(source.collectors)
  for (let times = 0; times < 2; times += 1) {
    await source.refresh()
    const { readings } = collection.collect(clock.monotonic())
    const frame = { seq: 1, ts: clock.now(), interval_ms: 5_000, ...readings }
    expect(decodeFrame(JSON.parse(JSON.stringify(frame))).kind).toBe('sample')
    clock.advance(61_000)
  }
  expect(JSON.stringify(readFacts(machine, source.environment)).length).toBeLessThan(10_000)
  return collection.faults
}

const cases = MACHINES.flatMap((machine) => Object.keys(SPOIL).map((how) => [machine, how] as const))

test.each(cases)('on %s a tick comes through when every file it reads is %s', async (name, how) => {
  const machine = copyOf(name)
  copies.push(machine)
  for (const path of declaredFiles(machine)) {
    rmSync(path)
    SPOIL[how]!(path)
  }
  for (const reason of Object.values(await tick(machine))) expect(reason.length).toBeGreaterThan(0)
})

test.each(['malformed', 'endless'])(
  'one file that is %s costs its own collector alone, which says so',
  async (how) => {
    const machine = copyOf('mini-pc-debian12')
    copies.push(machine)
    for (const [file, collector] of [
      ['meminfo', 'memory'],
      ['loadavg', 'load'],
      ['stat', 'cpu'],
      ['uptime', 'uptime'],
    ] as const) {
      const before = await Bun.file(`${machine.procRoot}/${file}`).text()
      rmSync(`${machine.procRoot}/${file}`)
      SPOIL[how]!(`${machine.procRoot}/${file}`)
      expect(Object.keys(await tick(machine))).toEqual([collector])
      rmSync(`${machine.procRoot}/${file}`)
      machine.write(`proc/${file}`, before)
    }
  },
)
