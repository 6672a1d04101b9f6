import { afterEach, expect, test } from 'bun:test'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { systemClock } from '@lumen/std/clock'
import { silentLog } from '@lumen/std/log'
import { FakeHub } from './fake-hub.ts'
import { Uplink, type UplinkOptions } from './uplink.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

function setUp(options: Partial<UplinkOptions> = {}): { hub: FakeHub; uplink: Uplink } {
  const hub = new FakeHub()
  hub.listen()
  const uplink = new Uplink({
    hubUrl: hub.url,
    token: `lum_${'a'.repeat(60)}`,
    clock: systemClock,
    log: silentLog,
    agentVersion: '0.1.0',
    bootId: 'boot-1',
    random: () => 0,
    ...options,
  })
  cleanups.push(() => {
    uplink.kill()
    hub.close()
  })
  return { hub, uplink }
}

const reading = (cpu: number): WireReadings => ({ host: { cpu_pct: cpu } })

test('frames recorded before contact reach the hub stamped with its time, in order', async () => {
  const { hub, uplink } = setUp()
  hub.timeErrorMs = 6 * 3_600_000
  uplink.record(reading(1), 1_000)
  uplink.record(reading(2), 1_000)
  uplink.start()
  await uplink.pushNow()
  const [first, second] = hub.frames(uplink.stream)
  expect([first?.seq, second?.seq]).toEqual([1, 2])
  expect(Math.abs(first!.ts - Date.now() - hub.timeErrorMs)).toBeLessThan(5_000)
  expect(second!.ts).toBeGreaterThan(first!.ts)
  expect(hub.pushes[0]).toMatchObject({ frames: [] })
  expect(hub.events.map((event) => event.type)).toEqual(['start'])
})
