import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { Uplink } from '@lumen/agent/push/uplink'
import { startTestHub } from '@lumen/hub/testing/test-hub'
import { SECOND } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { tempDir } from '@lumen/testkit/temp-dir'
import type { Tsdb } from '@lumen/tsdb/api'
import { inspectTsdb } from '@lumen/tsdb/inspect'
import { openTsdb } from '@lumen/tsdb/open'

const FAILING_MINUTES = 120

test('frames the hub gave up while its disk refused for two hours are all stored once when it works again', async () => {
  await using data = await tempDir()
  const clock = new FakeClock()
  let tsdb: Tsdb | undefined
  let recorded = 0
  {
    await using t = await startTestHub({
      clock,
      dataDir: data.path,
      deps: {
        openTsdb: async () => {
          const faultPoint = `flush.before-begin:fail=${FAILING_MINUTES}`
          const dir = join(data.path, 'tsdb')
          const options = {
            dir,
            clock,
            log: silentLog,
            autoFlush: false,
            faultPoint,
            maxPendingBytes: 40_000,
          }
          tsdb = await openTsdb(options)
          return tsdb
        },
      },
    })
    await t.logIn()
    const { id, token } = await t.addHost('nas')
    await using uplink = new Uplink({
      hubUrl: t.hub.url,
      token,
      clock,
      log: silentLog,
      agentVersion: '0.1.0',
      random: () => 0,
      stream: 'nas',
    })
    uplink.start()
    await uplink.pushNow()
    const asked: (number | null)[] = []
    const passMinute = async () => {
      for (let tick = 0; tick < 4; tick++) {
        clock.advance(15 * SECOND)
        uplink.record({ host: { cpu_pct: 10 } }, 15_000)
        await uplink.pushNow()
        recorded += 1
      }
      await tsdb!.flush().catch(() => undefined)
      asked.push(tsdb!.replayFrom(id, 'nas'))
    }
    for (let minute = 0; minute < FAILING_MINUTES; minute++) await passMinute()
    expect(tsdb!.health().givenUpFrames).toBeGreaterThan(100)
    expect(tsdb!.durableRanges(id, 'nas')).toEqual([])
    expect(asked.every((seq) => seq === null)).toBe(true)

    // Memory holds half an hour of them: the hub takes the old ones in a few goes.
    do await passMinute()
    while (asked.at(-1) !== null && asked.length < FAILING_MINUTES + 10)
    expect(asked[FAILING_MINUTES]).toBe(1)
    expect(asked.at(-1)).toBeNull()
    await tsdb!.flush('all')
    expect(tsdb!.durableRanges(id, 'nas')).toEqual([[1, recorded]])
    expect(uplink.status().dropped).toEqual({})
  }
  using inspection = inspectTsdb(join(data.path, 'tsdb'))
  const stored = inspection.frames().reduce((frames, minute) => frames + minute.frames, 0)
  expect(stored).toBe(recorded)
}, 120_000)
