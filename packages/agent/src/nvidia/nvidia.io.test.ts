import { afterEach, expect, test } from 'bun:test'
import { Collection } from '../collection.ts'
import { ManualClock } from '../fixture.ts'
import { FakeProgram } from '../programs/fake-program.ts'
import { Nvidia } from './nvidia.ts'

const TWO_CARDS = `0, NVIDIA GeForce RTX 3060, 37, 1024, 12288, 61, 42.37
1, NVIDIA T400 4GB, 0, 3, 4096, 38, [N/A]
`
const stack: (() => void)[] = []
afterEach(() => {
  for (const end of stack.splice(0).reverse()) end()
})

function setUp(body = 'cat "$folder/answer"', timeoutMs = 60_000) {
  const fake = new FakeProgram('nvidia-smi', body)
  fake.write('answer', TWO_CARDS)
  const clock = new ManualClock()
  const nvidia = new Nvidia({ program: fake.path, clock, timeoutMs })
  const collection = new Collection([nvidia])
  stack.push(
    () => fake[Symbol.dispose](),
    () => nvidia.stop(),
  )
  const tick = async (ms = 5_000) => {
    clock.advance(ms)
    nvidia.refresh()
    await nvidia.settled()
    return collection.collect(clock.monotonic()).readings.gpu as unknown
  }
  return { fake, clock, nvidia, collection, tick }
}

test('cards tell load, memory, temperature and power, and leave out what they cannot', async () => {
  const { tick, collection } = setUp()
  expect(await tick()).toEqual({
    nvidia0: {
      name: 'NVIDIA GeForce RTX 3060',
      util_pct: 37,
      mem_used_bytes: 2 ** 30,
      mem_total_bytes: 12 * 2 ** 30,
      temp_celsius: 61,
      power_watts: 42.4,
    },
    nvidia1: {
      name: 'NVIDIA T400 4GB',
      util_pct: 0,
      mem_used_bytes: 3 * 2 ** 20,
      mem_total_bytes: 4 * 2 ** 30,
      temp_celsius: 38,
    },
  })
  expect(collection.faults).toEqual({})
})

test.each([
  [
    '0, A, B, and C, [N/A], [Not Supported], [Unknown Error], ERR!, [GPU requires reset]',
    { name: 'A, B, and C' },
  ],
  ['0, Card, -1, 0x10, 1e9, , 3.5.1', { name: 'Card' }],
])('of %j only the name is believed', async (line, row) => {
  const { fake, tick } = setUp()
  fake.write('answer', `${line}\n`)
  expect(await tick()).toEqual({ nvidia0: row })
})

test('it is run every 15 s for exactly what is shown', async () => {
  const { fake, tick } = setUp()
  for (let i = 0; i < 6; i += 1) await tick()
  const columns = 'index,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw'
  const asked = `--query-gpu=${columns} --format=csv,noheader,nounits`
  expect(fake.asked).toEqual([asked, asked])
})

test('the longer a run takes the rarer they are: a twentieth of the time at most', async () => {
  const { fake, clock, nvidia, tick } = setUp()
  clock.advance(5_000)
  nvidia.refresh()
  clock.advance(3_000)
  await nvidia.settled()
  await tick(56_000)
  expect(fake.asked).toHaveLength(1)
  await tick(1_000)
  expect(fake.asked).toHaveLength(2)
})

test.each([
  [
    'echo "NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver."; echo more; exit 9',
    'ended with 9: NVIDIA-SMI has failed because',
  ],
  ['echo "No devices were found"', 'ended with 0: No devices were found'],
  ['kill -9 $$', 'was ended by SIGKILL'],
])('of %j the failure is told, and it is tried again in five minutes', async (body, reason) => {
  const { fake, tick, collection } = setUp(body)
  expect(await tick()).toBeUndefined()
  expect(collection.faults['nvidia-smi']).toContain(reason)
  fake.become('cat "$folder/answer"')
  await tick(299_000)
  expect(fake.asked).toHaveLength(1)
  expect(await tick(1_000)).toHaveProperty('nvidia0')
  expect(collection.faults).toEqual({})
})

test('a missing nvidia-smi is told, with what to install', async () => {
  const { fake, tick, collection } = setUp()
  fake[Symbol.dispose]()
  await tick()
  expect(collection.faults['nvidia-smi']).toBe(
    `${fake.path} is not there: install NVIDIA’s driver, or give its path to --gpu`,
  )
})

test('one that hangs costs no tick; its last reading is shown for a minute', async () => {
  const { fake, clock, nvidia, collection, tick } = setUp(undefined, 5_000)
  await tick()
  fake.become('exec sleep 1000')
  clock.advance(15_000)
  nvidia.refresh()
  expect(collection.collect(clock.monotonic()).readings.gpu).toHaveProperty('nvidia0')
  await nvidia.settled()
  expect(await tick()).toHaveProperty('nvidia0')
  expect(collection.faults['nvidia-smi']).toBe(`${fake.path} gave no answer within 5 s`)
  expect(await tick(45_000)).toBeUndefined()
}, 120_000)

test('stopped, it ends what runs and forgets; with the next refresh it begins anew', async () => {
  const { fake, clock, nvidia, tick } = setUp('exec sleep 1000')
  clock.advance(5_000)
  nvidia.refresh()
  nvidia.stop()
  await nvidia.settled()
  fake.become('cat "$folder/answer"')
  expect(await tick()).toHaveProperty('nvidia1')
})
