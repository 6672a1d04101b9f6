import { expect } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MINUTE } from '@lumen/model/time'
import { errorCode } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { inspectTsdb } from './inspect.ts'
import { openTsdb } from './open.ts'
import { rowOf, sampleOf, T0, testClock } from './testing/samples.ts'
import { testOnSmallDisk } from './testing/small-disk.ts'

const HOSTS = Array.from({ length: 30 }, (_, index) => index + 1)
const FULL_MINUTES = 5

testOnSmallDisk(
  'a real disk that runs full and is freed again loses no frame and stores each once',
  8 * 1024 * 1024,
  async (path) => {
    const dir = join(path, 'tsdb')
    const ballast = join(path, 'ballast')
    writeFileSync(ballast, Buffer.alloc(5 * 1024 * 1024, 1))
    const clock = testClock(T0)
    let seq = 0
    const rows = Array.from({ length: 20 }, (_, index) =>
      rowOf('disk', `sd${index}`, { read_iops: 9e9 + index }),
    )
    const passMinute = (store: Awaited<ReturnType<typeof openTsdb>>) => {
      clock.time = T0 + ++seq * MINUTE
      for (const host of HOSTS) {
        expect(store.append(host, 's', sampleOf(seq, clock.time - 1, 50, rows)).kind).toBe('taken')
      }
      return store.flush().then(() => 'flushed', errorCode)
    }
    {
      await using store = await openTsdb({ dir, clock, log: silentLog, autoFlush: false })
      let outcome: string | undefined = 'flushed'
      while (outcome === 'flushed' && seq < 500) outcome = await passMinute(store)
      expect(outcome).toBe('flush_failed')
      const lastDurable = seq - 1
      for (let minute = 0; minute < FULL_MINUTES; minute++)
        expect(await passMinute(store)).toBe('flush_failed')
      expect(store.health()).toMatchObject({
        flushFault: expect.stringContaining('full'),
        pendingFrames: HOSTS.length * (FULL_MINUTES + 1),
        givenUpFrames: 0,
      })
      for (const host of HOSTS) expect(store.durableRanges(host, 's')).toEqual([[1, lastDurable]])

      rmSync(ballast)
      expect(await passMinute(store)).toBe('flushed')
      expect(store.health()).toMatchObject({ flushFault: null, pendingFrames: 0 })
      for (const host of HOSTS) expect(store.durableRanges(host, 's')).toEqual([[1, seq]])
      await store.check()
      expect(store.health().repairs).toEqual([])
    }
    using inspection = inspectTsdb(dir)
    const frames = inspection.frames()
    expect(frames.length).toBe(HOSTS.length * seq)
    expect(frames.every((minute) => minute.frames === 1)).toBe(true)
  },
  120_000,
)
