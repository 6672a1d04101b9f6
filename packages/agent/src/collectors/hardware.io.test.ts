import { afterEach, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { Collection } from '../collection.ts'
import type { Roots } from '../config.ts'
import { copyOf, type MachineCopy } from '../copy-of.ts'
import { ManualClock } from '../fixture.ts'
import type { Collector } from './collector.ts'
import { diskHealthCollector } from './disk-health.ts'
import { gpusCollector } from './gpus.ts'
import { zpoolsCollector } from './zpools.ts'

const copies: MachineCopy[] = []
afterEach(() => {
  for (const { folder } of copies.splice(0)) rmSync(folder, { recursive: true })
})

function benchOf(make: (roots: Roots) => Collector) {
  const machine = copyOf('raspberry-pi')
  copies.push(machine)
  const clock = new ManualClock()
  const collection = new Collection([make(machine)])
  const write = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) machine.write(path, text)
  }
  const tick = (ms = 60_000): WireReadings => {
    clock.advance(ms)
    const { readings } = collection.collect(clock.monotonic())
    expect(collection.faults).toEqual({})
    return readings
  }
  return { write, tick }
}

test('pools and what zpool status would say of them', () => {
  const { write, tick } = benchOf(zpoolsCollector)
  expect(tick().zpool).toBeUndefined()
  write({
    'proc/spl/kstat/zfs/rpool/state': 'ONLINE\n',
    'proc/spl/kstat/zfs/tank/state': 'DEGRADED\n',
    'proc/spl/kstat/zfs/old/io': 'no state in here\n',
    'proc/spl/kstat/zfs/arcstats': 'size 4 1\n',
  })
  expect(tick().zpool as unknown).toEqual({ rpool: { health: 'ONLINE' }, tank: { health: 'DEGRADED' } })
})

test('an eMMC tells its wear; an SD card does not', () => {
  const { write, tick } = benchOf(diskHealthCollector)
  expect(tick().smart).toBeUndefined()
  const device = 'sys/block/mmcblk1/device'
  write({
    [`${device}/life_time`]: '0x02 0x03\n',
    [`${device}/pre_eol_info`]: '0x01\n',
    [`${device}/serial`]: '0x1a2b3c4d\n',
    [`${device}/name`]: 'DF4064\n',
  })
  const told = { device: 'mmcblk1', model: 'DF4064', health: 'ok', life_left_pct: 70 }
  expect(tick().smart as unknown).toEqual({ '0x1a2b3c4d': told })
  write({ [`${device}/life_time`]: '0x0b 0x00\n', [`${device}/pre_eol_info`]: '0x03\n' })
  expect(tick().smart as unknown).toEqual({ '0x1a2b3c4d': { ...told, health: 'urgent', life_left_pct: 0 } })
})

test.each([
  [{ array_state: 'clean', degraded: '0', sync_action: 'idle' }, 'clean'],
  [{ array_state: 'active', degraded: '1', sync_action: 'idle' }, 'degraded'],
  [{ array_state: 'active', degraded: '1', sync_action: 'recover' }, 'rebuilding'],
  [{ array_state: 'active', degraded: '0', sync_action: 'check' }, 'check'],
  [{ array_state: 'clean' }, 'clean'],
])('a RAID with %j is %s', (files, health) => {
  const { write, tick } = benchOf(diskHealthCollector)
  write({ 'sys/block/md0/md/level': 'raid1\n' })
  for (const [name, text] of Object.entries(files)) write({ [`sys/block/md0/md/${name}`]: `${text}\n` })
  expect(tick().smart as unknown).toEqual({ md0: { device: 'md0', model: 'raid1', health } })
})

test('an AMD card tells load, memory, temperature and power', () => {
  const { write, tick } = benchOf(gpusCollector)
  const device = 'sys/class/drm/card0/device'
  write({
    [`${device}/vendor`]: '0x1002\n',
    [`${device}/product_name`]: 'Radeon Pro W6600\n',
    [`${device}/gpu_busy_percent`]: '37\n',
    [`${device}/mem_info_vram_used`]: '1073741824\n',
    [`${device}/mem_info_vram_total`]: '8589934592\n',
    [`${device}/hwmon/hwmon3/temp1_input`]: '61500\n',
    [`${device}/hwmon/hwmon3/power1_average`]: '42300000\n',
    'sys/class/drm/card0-DP-1/status': 'connected\n',
  })
  expect(tick().gpu as unknown).toEqual({
    '0': {
      name: 'AMD Radeon Pro W6600',
      util_pct: 37,
      mem_used_bytes: 2 ** 30,
      mem_total_bytes: 2 ** 33,
      temp_celsius: 61.5,
      power_watts: 42.3,
    },
  })
  write({ [`${device}/power/runtime_status`]: 'suspended\n' })
  expect(tick().gpu as unknown).toEqual({ '0': { name: 'AMD Radeon Pro W6600' } })
})

test('an Intel card’s power is the growth of its energy', () => {
  const { write, tick } = benchOf(gpusCollector)
  const device = 'sys/class/drm/card1/device'
  write({ [`${device}/vendor`]: '0x8086\n', [`${device}/device`]: '0x56a0\n' })
  write({ [`${device}/hwmon/hwmon2/energy1_input`]: '1000000\n' })
  expect(tick().gpu?.['1']?.power_watts).toBeUndefined()
  write({ [`${device}/hwmon/hwmon2/energy1_input`]: '121000000\n' })
  expect(tick(10_000).gpu?.['1']).toMatchObject({ name: 'Intel 0x56a0', power_watts: 12 })
})

test('cards of others, and files that hold garbage, give nothing', () => {
  const { write, tick } = benchOf(gpusCollector)
  write({ 'sys/class/drm/card0/device/vendor': '0x10de\n', 'sys/class/drm/card1/device/vendor': '0x1002\n' })
  write({ 'sys/class/drm/card1/device/gpu_busy_percent': 'busy\n' })
  expect(Object.keys(tick().gpu ?? {})).toEqual(['1'])
  expect(tick().gpu?.['1']?.util_pct).toBeUndefined()
})
