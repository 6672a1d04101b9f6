import { afterEach, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { testNeeding } from '@lumen/testkit/needs'
import { until } from '@lumen/testkit/until'
import { Collection } from '../collection.ts'
import { diskHealthCollector } from '../collectors/disk-health.ts'
import { copyOf } from '../copy-of.ts'
import { ManualClock } from '../fixture.ts'
import { FakeProgram } from '../programs/fake-program.ts'
import { Smart } from './smart.ts'

const FIXTURES = fileURLToPath(new URL('../../../../fixtures/smartctl/', import.meta.url))
const HOUR = 3_600_000

/** Answers as smartctl does, with the exit status its JSON names. */
const SMARTCTL = `
for disk; do :; done
case "$*" in *--scan*) disk=/dev/scan ;; esac
answer=$folder/$(echo "$disk" | sed 's|^/dev/||; s|/|-|g').json
cat "$answer"
exit "$(sed -n 's/.*"exit_status": *\\([0-9]*\\).*/\\1/p' "$answer" | head -1)"`

const stack: (() => void)[] = []
afterEach(() => {
  for (const end of stack.splice(0).reverse()) end()
})

const answerOf = (name: string) => JSON.parse(readFileSync(`${FIXTURES}${name}.json`, 'utf8'))

function setUp(timeoutMs = 60_000) {
  const fake = new FakeProgram('smartctl', SMARTCTL)
  for (const name of readdirSync(FIXTURES)) fake.write(name, readFileSync(`${FIXTURES}${name}`, 'utf8'))
  const clock = new ManualClock()
  const smart = new Smart({ program: fake.path, clock, timeoutMs })
  const collection = new Collection([smart])
  stack.push(
    () => fake[Symbol.dispose](),
    () => smart.stop(),
  )
  const tick = async (ms = 5_000) => {
    clock.advance(ms)
    smart.refresh()
    await smart.settled()
    return (collection.collect(clock.monotonic()).readings.smart ?? {}) as unknown as Record<string, object>
  }
  const scanOnly = (...paths: string[]) => {
    const scan = answerOf('scan')
    scan.devices = scan.devices.filter(({ name }: { name: string }) => paths.includes(name))
    fake.write('scan.json', JSON.stringify(scan))
  }
  return { fake, clock, smart, collection, tick, scanOnly }
}

test('every kind of disk tells what it knows of its health', async () => {
  const { tick, collection } = setUp()
  expect(await tick()).toEqual({
    'WD-WCC7K4AAAAAA': {
      ...{
        device: 'sda',
        model: 'WDC WD40EFRX-68N32N0',
        health: 'ok',
        temp_celsius: 36,
        power_on_hours: 38_302,
      },
      ...{ reallocated: 8, pending: 2, media_errors: 1 },
    },
    S6PTNZ0R000000A: {
      ...{
        device: 'sdb',
        model: 'Samsung SSD 870 EVO 1TB',
        health: 'ok',
        temp_celsius: 31,
        power_on_hours: 11_876,
      },
      ...{ life_left_pct: 94, reallocated: 0, media_errors: 0, unsafe_shutdowns: 41 },
    },
    ZC10AAAA0000C7060AAA: {
      ...{
        device: 'sde',
        model: 'SEAGATE ST4000NM0025',
        health: 'ok',
        temp_celsius: 33,
        power_on_hours: 52_107,
      },
      ...{ reallocated: 3, media_errors: 1 },
    },
    '15390FAAAAAA': {
      ...{ device: 'bus/0 (megaraid,4)', model: 'Micron_M510DC_MTFDDAK240MBP', health: 'failed' },
      ...{ temp_celsius: 41, power_on_hours: 61_004, life_left_pct: 3, reallocated: 17, media_errors: 4 },
      unsafe_shutdowns: 29,
    },
    '22413A800000': {
      ...{
        device: 'nvme0',
        model: 'WD_BLACK SN770 1TB',
        health: 'ok',
        temp_celsius: 47,
        power_on_hours: 9_120,
      },
      ...{ life_left_pct: 98, media_errors: 0, unsafe_shutdowns: 37 },
    },
  })
  expect(collection.faults.smartctl).toBe('/dev/sdd: /dev/sdd: Unknown USB bridge [0x152d:0x0578 (0x5118)]')
})

test('disks are asked once an hour, one by one, and never woken', async () => {
  const { fake, tick } = setUp()
  await tick()
  const read = (disk: string) => `--json=c -n standby -i -H -A ${disk}`
  const round = [
    '--json=c --scan',
    ...[
      '/dev/sda',
      '/dev/sdb',
      '/dev/sdc',
      '/dev/sdd',
      '/dev/sde',
      '-d megaraid,4 /dev/bus/0',
      '/dev/nvme0',
    ].map(read),
  ]
  expect(fake.asked).toEqual(round)
  for (let i = 0; i < 5; i += 1) await tick(600_000)
  expect(fake.asked).toEqual(round)
  await tick(HOUR)
  expect(fake.asked).toEqual([...round, ...round])
})

test('a disk that falls asleep has no row, without complaint, until it is read awake', async () => {
  const { fake, tick, scanOnly, collection } = setUp()
  scanOnly('/dev/sda')
  expect(Object.keys(await tick())).toEqual(['WD-WCC7K4AAAAAA'])
  fake.write('sda.json', JSON.stringify(answerOf('sdc')))
  expect(await tick(HOUR)).toEqual({})
  expect(collection.faults).toEqual({})
  fake.write('sda.json', JSON.stringify(answerOf('sda')))
  expect(Object.keys(await tick(HOUR))).toEqual(['WD-WCC7K4AAAAAA'])
})

test('a disk nobody may open is named', async () => {
  const { fake, tick, scanOnly, collection } = setUp()
  scanOnly('/dev/sda')
  fake.write('sda.json', JSON.stringify(answerOf('denied')))
  expect(await tick()).toEqual({})
  expect(collection.faults.smartctl).toContain('/dev/sda failed: Permission denied')
})

test('a disk on two paths is one row, one without a serial number goes by its device', async () => {
  const { fake, tick, scanOnly } = setUp()
  scanOnly('/dev/sda', '/dev/sdb', '/dev/sde')
  fake.write('sdb.json', JSON.stringify(answerOf('sda')))
  fake.write('sde.json', JSON.stringify({ ...answerOf('sde'), serial_number: '' }))
  expect(Object.entries(await tick())).toMatchObject([
    ['WD-WCC7K4AAAAAA', { device: 'sda' }],
    ['sde', { device: 'sde' }],
  ])
})

test.each([
  ['echo "smartctl 6.6"; exit 1', 'knows no --json: 7.0 or newer is needed'],
  ['', 'knows no --json'],
  ['echo []', 'knows no --json'],
  ['kill -9 $$', 'was ended by SIGKILL'],
])('of a smartctl that does %j the failure is told', async (body, reason) => {
  const { fake, tick, collection } = setUp()
  fake.become(body)
  expect(await tick()).toEqual({})
  expect(collection.faults.smartctl).toContain(reason)
})

test('a missing smartctl is told once, with what to install', async () => {
  const clock = new ManualClock()
  const smart = new Smart({ program: '/nowhere/smartctl', clock })
  const collection = new Collection([smart])
  const changes = []
  for (let i = 0; i < 3; i += 1) {
    clock.advance(HOUR)
    smart.refresh()
    await smart.settled()
    changes.push(...collection.collect(clock.monotonic()).changes)
  }
  expect(changes).toEqual([
    {
      collector: 'smartctl',
      fault: '/nowhere/smartctl is not there: install smartmontools, or give its path to --smart',
    },
  ])
})

test('a disk that hangs costs its own row, and no tick waits for it', async () => {
  const { fake, smart, clock, collection, tick, scanOnly } = setUp(5_000)
  scanOnly('/dev/sda', '/dev/nvme0')
  fake.become(`case "$*" in */dev/sda) exec sleep 1000 ;; esac\n${SMARTCTL}`)
  clock.advance(5_000)
  smart.refresh()
  expect(collection.collect(clock.monotonic())).toEqual({ readings: { host: {} }, changes: [] })
  await smart.settled()
  expect(Object.keys(await tick())).toEqual(['22413A800000'])
  expect(collection.faults.smartctl).toBe(`/dev/sda: ${fake.path} gave no answer within 5 s`)
}, 120_000)

test('stopped, it ends what runs and forgets; with the next refresh it begins anew', async () => {
  const { fake, smart, clock, tick, scanOnly } = setUp()
  scanOnly('/dev/nvme0')
  fake.become('exec sleep 1000')
  clock.advance(5_000)
  smart.refresh()
  await until('it runs', () => fake.asked.length === 1, { withinMs: 60_000, everyMs: 5 })
  smart.stop()
  await smart.settled()
  fake.become(SMARTCTL)
  expect(Object.keys(await tick())).toEqual(['22413A800000'])
})

test('what the kernel tells of RAIDs and eMMC stands beside it', async () => {
  const { smart, tick } = setUp()
  await tick()
  const machine = copyOf('raspberry-pi')
  machine.write('sys/block/md0/md/array_state', 'clean\n')
  const { readings } = new Collection([diskHealthCollector(machine), smart]).collect(5)
  expect(Object.keys(readings.smart ?? {})).toEqual(expect.arrayContaining(['md0', 'WD-WCC7K4AAAAAA']))
})

const withSmartctl = testNeeding({ programs: { smartctl: 'smartmontools' } })

withSmartctl('the real smartctl understands what it is asked', async () => {
  const clock = new ManualClock()
  const smart = new Smart({ program: 'smartctl', clock })
  const collection = new Collection([smart])
  smart.refresh()
  await smart.settled()
  collection.collect(clock.monotonic())
  expect(collection.faults.smartctl ?? '').not.toMatch(/--json|not there|UNRECOGNIZED|no JSON/)
  expect(smart.runs[0]).toMatch(/^\/\S+\/smartctl --json=c --scan, once an hour$/)
})
