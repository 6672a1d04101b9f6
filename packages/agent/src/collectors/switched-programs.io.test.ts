import { expect, test } from 'bun:test'
import { ManualClock, rootsOf } from '../fixture.ts'
import { FakeProgram } from '../programs/fake-program.ts'
import type { Permits } from '../switches.ts'
import { allCollectors } from './all.ts'

const HOUR = 3_600_000

async function watch(permits: Permits, names: readonly ('smart' | 'gpu')[]) {
  const fakes = {
    smart: new FakeProgram('smartctl', 'echo {}'),
    gpu: new FakeProgram('nvidia-smi', 'echo {}'),
  }
  const clock = new ManualClock()
  const programs = Object.fromEntries(names.map((name) => [name, fakes[name].path]))
  const machine = allCollectors(rootsOf('raspberry-pi'), clock, { programs, permits })
  return {
    machine,
    /** Whether each was run in the last hour. */
    async hour() {
      const before = [fakes.smart.asked.length, fakes.gpu.asked.length]
      clock.advance(HOUR)
      await machine.refresh()
      await machine.settled()
      return { smart: fakes.smart.asked.length > before[0]!, gpu: fakes.gpu.asked.length > before[1]! }
    },
    [Symbol.dispose]() {
      machine.stop()
      for (const fake of Object.values(fakes)) fake[Symbol.dispose]()
    },
  }
}

test('a program runs where the owner named it, until the hub asks for less, and then again', async () => {
  using one = await watch({}, ['smart', 'gpu'])
  expect(await one.hour()).toEqual({ smart: true, gpu: true })
  one.machine.follow({ smart: 'off' })
  expect(await one.hour()).toEqual({ smart: false, gpu: true })
  one.machine.follow({ gpu: 'off' })
  expect(await one.hour()).toEqual({ smart: true, gpu: false })
  one.machine.follow({})
  expect(await one.hour()).toEqual({ smart: true, gpu: true })
})

test('a program the owner did not name, or whose collector is forbidden, never runs, whatever the hub asks', async () => {
  using none = await watch({}, [])
  using forbidden = await watch({ smart: false, gpu: false }, ['smart', 'gpu'])
  for (const { machine, hour } of [none, forbidden])
    for (const wish of ['on', 'auto', 'smartctl', '/usr/sbin/smartctl', 'full']) {
      machine.follow({ smart: wish, gpu: wish, programs: wish })
      expect(await hour()).toEqual({ smart: false, gpu: false })
    }
})
