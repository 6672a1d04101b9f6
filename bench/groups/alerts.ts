import { AlertBench, type Readings, sampleOf } from '@lumen/hub/alerting/testing/alert-bench'
import type { Sample } from '@lumen/model/sample'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { seededRandom } from '@lumen/testkit/random'
import { rehearsalFigures } from '../alerts/rehearsal.ts'
import type { BenchGroup } from '../group.ts'
import { figure } from '../result.ts'

const HOSTS = 200
const INTERVAL_MS = 5_000
const ROUNDS = 40
const WARM_UP = 5
/** Rows of a frame by entity, 60 in all, with how many of the 100 rules look at each and at which of its numbers. */
const ENTITIES = [
  { entity: 'container', rows: 35, rules: 40, fields: ['cpu_pct', 'mem_used_bytes', 'mem_pct', 'pids'] },
  { entity: 'filesystem', rows: 8, rules: 20, fields: ['used_pct', 'inodes_pct'] },
  { entity: 'disk', rows: 8, rules: 15, fields: ['util_pct', 'await_ms'] },
  { entity: 'nic', rows: 8, rules: 10, fields: ['rx_bytes_per_s', 'errors_per_s'] },
  { entity: 'host', rows: 1, rules: 15, fields: ['cpu_pct', 'mem_pct', 'temp_celsius'] },
] as const
/** Of the readings this share is past every threshold. */
const BAD_SHARE = 0.002

/** What rules cost the hub's main thread: every reading of a fleet held against every rule about it, and the look at the
 * clock each second. */
export const alertsBench: BenchGroup = async ({ say }) => {
  const clock = new FakeClock()
  await using bench = await AlertBench.open(clock)
  const random = seededRandom(1)
  for (const { entity, rules, fields } of ENTITIES) {
    for (let n = 0; n < rules; n++) {
      await bench.rule({
        name: `${entity} ${n}`,
        condition: {
          ...{ kind: 'threshold', metric: `${entity}.${fields[n % fields.length]}`, direction: 'above' },
          ...{ warning: 80 + (n % 10), critical: 95, clear: 75 },
        },
        for_ms: 60_000,
      })
    }
  }
  const hosts: number[] = []
  for (let n = 0; n < HOSTS; n++) hosts.push(await bench.host(`host-${n}`))
  const value = () => (random() < BAD_SHARE ? 99 : 70 * random())
  const frames = Array.from({ length: 4 }, () => hosts.map(() => readings(value)))

  const shares: number[] = []
  let checks = 0
  for (let round = 0; round < ROUNDS; round++) {
    clock.advance(INTERVAL_MS)
    const samples: Sample[] = frames[round % frames.length]!.map((each) => sampleOf(clock.now(), each))
    const before = process.cpuUsage()
    hosts.forEach((hostId, index) => {
      bench.presence.heard(bench.registry.get(hostId)!, {})
      bench.engine.samples(hostId, [samples[index]!])
    })
    for (let second = 0; second < INTERVAL_MS / 1_000; second++) bench.engine.tick()
    const { user, system } = process.cpuUsage(before)
    if (round >= WARM_UP) shares.push((user + system) / 1_000 / INTERVAL_MS)
    if (round === WARM_UP) checks = countChecks(bench, hosts[0]!, samples[0]!)
    await bench.engine.book.settled()
  }
  const open = [...bench.engine.book.open()].length
  say(`alerts: ${checks} checks a frame, ${open} alerts open at the end`)
  return [
    figure({
      group: 'alerts',
      name: `100 rules over ${HOSTS} hosts of 60 rows every 5 s`,
      unit: '% of one core',
      values: shares.map((share) => share * 100),
      target: { of: 'value', atMost: 5 },
      note: `${checks} checks a frame, ${open} alerts open`,
    }),
    ...(await rehearsalFigures(say)),
  ]
}

function readings(value: () => number): Readings {
  const all: Readings = {}
  for (const { entity, rows, fields } of ENTITIES) {
    const row = () => Object.fromEntries(fields.map((field) => [field, value()]))
    all[entity] =
      entity === 'host'
        ? row()
        : Object.fromEntries(Array.from({ length: rows }, (_, n) => [`${entity}-${n}`, row()]))
  }
  return all
}

function countChecks(bench: AlertBench, hostId: number, { rows }: Sample): number {
  const plan = bench.engine.planOf(hostId)
  return rows.reduce((sum, row) => sum + (plan?.subjectsOf(row).length ?? 0), 0)
}
