import { expect } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testNeeding } from '@lumen/testkit/needs'
import { SYSTEMD_NEEDS, startSystemd } from '@lumen/testkit/systemd-manager'
import { until } from '@lumen/testkit/until'
import { Collection } from '../collection.ts'
import { ManualClock } from '../fixture.ts'
import { Units } from './units.ts'

const withSystemd = testNeeding(SYSTEMD_NEEDS)
const WITHIN = { withinMs: 30_000, everyMs: 50 }

withSystemd(
  'a real systemd tells of units that fail, and of one that recovers',
  async () => {
    await using systemd = await startSystemd((folder) => ({
      'broken.service': '/bin/false',
      'repaired.service': `/usr/bin/test -e ${folder}/repair`,
      'fine.service': '/bin/true',
    }))
    const clock = new ManualClock()
    const units = new Units({ roots: systemd, clock })
    await using _ = { [Symbol.asyncDispose]: async () => units.stop() }
    const collection = new Collection([units])
    const failed = async () => {
      clock.advance(60_000)
      units.refresh()
      await units.settled()
      const { readings } = collection.collect(clock.monotonic())
      return Object.entries(readings.unit ?? {})
        .map(([name, { failed, state }]) => `${name} ${failed} ${state}`)
        .sort()
        .join(', ')
    }
    const broken = 'broken.service 1 failed'
    await until(
      'both are failed',
      async () => (await failed()) === `${broken}, repaired.service 1 failed`,
      WITHIN,
    )
    units.takeEvents()
    writeFileSync(join(systemd.folder, 'repair'), '')
    await systemd.start('repaired.service')
    await until('one is repaired', async () => (await failed()) === broken, WITHIN)
    expect(collection.faults).toEqual({})
    expect(units.takeEvents()).toEqual([
      { type: 'unit', detail: { unit: 'repaired.service', state: 'recovered' } },
    ])
  },
  120_000,
)
