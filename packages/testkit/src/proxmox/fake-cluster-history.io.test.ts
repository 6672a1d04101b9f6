import { expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { FakeClock } from '../fake-clock.ts'
import { askFake } from './ask-fake.ts'
import { startFakeCluster } from './fake-cluster.ts'
import { maxOf, meanOf } from './quantity.ts'
import { type SampleOptions, sampleCluster } from './sample-cluster.ts'

const NOW = Date.UTC(2026, 5, 1, 12, 0, 30)
type Row = Record<string, number>

async function start(sample: Partial<SampleOptions> = {}) {
  const clock = new FakeClock(NOW)
  const fake = await startFakeCluster({ clock, spec: sampleCluster({ now: NOW, guests: 6, ...sample }) })
  const history = async (path: string) => (await askFake(fake, path)).data as Row[]
  return Object.assign(fake, { clock, history })
}

const spacings = (rows: readonly Row[]) => [
  ...new Set(rows.slice(1).map(({ time }, index) => time! - rows[index]!.time!)),
]

const LAYOUTS = {
  '8.4': { hour: [70, 60], day: [70, 1_800], week: [70, 10_800], month: [70, 43_200], year: [70, 604_800] },
  '9.1': {
    ...{ hour: [60, 60], day: [1_440, 60], week: [336, 1_800], month: [1_440, 1_800], year: [1_440, 21_600] },
    decade: [570, 604_800],
  },
} as const

test.each(['8.4', '9.1'] as const)(
  'a %s keeps its own number of rows at its own spacing',
  async (release) => {
    await using fake = await start({ release })
    for (const [timeframe, [count, step]] of Object.entries(LAYOUTS[release])) {
      const rows = await fake.history(`/nodes/pve1/rrddata?timeframe=${timeframe}`)
      expect({ timeframe, count: rows.length, spacing: spacings(rows) }).toEqual({
        timeframe,
        count,
        spacing: [step],
      })
      expect(rows.at(-1)!.time! % step).toBe(0)
      expect(NOW / 1_000 - rows.at(-1)!.time!).toBeLessThan(2 * step)
    }
    const decade = await askFake(fake, '/nodes/pve1/rrddata?timeframe=decade')
    expect(decade.status).toBe(release === '9.1' ? 200 : 400)
  },
)

test('rows are means and highest minutes of the truth from their time on', async () => {
  await using fake = await start()
  const guest = fake.truth.guest(100)
  const node = fake.truth.node('pve1')
  const paths = { guest: '/nodes/pve1/lxc/100/rrddata', node: '/nodes/pve1/rrddata' }
  for (const [timeframe, stepMs] of [
    ['day', MINUTE],
    ['week', 30 * MINUTE],
    ['year', 6 * HOUR],
  ] as const) {
    const row = (await fake.history(`${paths.guest}?timeframe=${timeframe}`)).at(-3)!
    const from = row.time! * SECOND
    expect(row).toMatchObject({ maxcpu: 1, maxmem: guest.spec.memoryBytes })
    expect(row.cpu).toBe(meanOf(guest.quantities.cpu, from, from + stepMs)!)
    expect(row.netin).toBe(meanOf(guest.quantities.netIn, from, from + stepMs)!)
    const highest = (await fake.history(`${paths.guest}?timeframe=${timeframe}&cf=MAX`)).at(-3)!
    expect(highest.cpu).toBe(maxOf(guest.quantities.cpu, from, from + stepMs)!)
    const nodeRow = (await fake.history(`${paths.node}?timeframe=${timeframe}&cf=AVERAGE`)).at(-3)!
    expect(nodeRow.memused! / node.spec.memoryBytes).toBeCloseTo(
      meanOf(node.quantities.memory, from, from + stepMs)!,
      9,
    )
  }
  const storage = (await fake.history('/nodes/pve2/storage/nas/rrddata?timeframe=hour')).at(-3)!
  const { spec, quantities } = fake.truth.storage('pve2', 'nas')
  const from = storage.time! * SECOND
  expect(storage).toEqual({
    ...{ time: storage.time!, total: spec.totalBytes },
    used: meanOf(quantities.used, from, from + MINUTE)! * spec.totalBytes,
  })
})

test('what is not known is no key: before birth, while off, and of the minute that is not over', async () => {
  await using fake = await start({ historyMs: 100 * DAY })
  const before = await fake.history('/nodes/pve1/rrddata?timeframe=year')
  expect(Object.keys(before[0]!)).toEqual(['time'])
  expect(before.filter(({ cpu }) => cpu !== undefined)).toHaveLength(400)
  fake.happens({ kind: 'guest-stop', guest: 100 })
  fake.happens({ kind: 'node-loss', at: NOW + 10 * MINUTE, until: NOW + 15 * MINUTE, node: 'pve1' })
  fake.clock.advance(20 * MINUTE)
  const rows = (await fake.history('/nodes/pve1/lxc/100/rrddata?timeframe=hour')).map(
    (row) => Object.keys(row).length,
  )
  const [minutes, off, gone] = [
    rows.length,
    rows.filter((keys) => keys === 4).length,
    rows.filter((keys) => keys === 1).length,
  ]
  // Halves of a minute are enough. Off from 12:01 to 12:10 and in 12:15, until the booted node starts it at 12:16.
  expect({ minutes, off, gone }).toEqual({ minutes: 60, off: 11, gone: 4 })
  fake.clock.advance(30 * SECOND + 1)
  expect(Object.keys((await fake.history('/nodes/pve2/rrddata?timeframe=hour')).at(-1)!)).toEqual(['time'])
  fake.clock.advance(10 * SECOND)
  expect((await fake.history('/nodes/pve2/rrddata?timeframe=hour')).at(-1)!.cpu).toBeDefined()
})

test('after an upgrade the old rows come first at the old spacing and without the new keys', async () => {
  await using fake = await start({ upgradedMsAgo: 3 * DAY })
  const rows = await fake.history('/nodes/pve2/qemu/101/rrddata?timeframe=week')
  const upgraded = (NOW - 3 * DAY) / SECOND
  const first = rows.findIndex((row) => row.memhost !== undefined)
  expect(spacings(rows.slice(0, first))).toEqual([10_800])
  expect(spacings(rows.slice(first))).toEqual([1_800])
  expect(rows[first]!.time).toBe(Math.floor(upgraded / 1_800) * 1_800)
  expect(rows[first - 1]!.time! + 10_800).toBeGreaterThan(upgraded)
  expect(rows[0]).not.toHaveProperty('pressurecpusome')
  expect(rows[first]).toHaveProperty('pressurecpusome')
  const hour = await fake.history('/nodes/pve2/qemu/101/rrddata?timeframe=hour')
  expect(spacings(hour)).toEqual([60])
  const node8 = await start({ release: '8.4' })
  await using _ = node8
  expect((await node8.history('/nodes/pve1/rrddata?timeframe=day'))[0]).not.toHaveProperty('arcsize')
})
