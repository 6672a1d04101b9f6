import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { DAY, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { tempDir } from '@lumen/testkit/temp-dir'
import { inspectTsdb, type StoredRollup } from '@lumen/tsdb/inspect'
import { openTsdb } from '@lumen/tsdb/open'
import { D0, dayFrame, foldedDirectory, foldedFrames } from '@lumen/tsdb/testing/cold-days'
import { CRASH_FROM, frameOf } from '@lumen/tsdb/testing/crash-frames'
import { rollupsOf } from '@lumen/tsdb/testing/expected-rollups'
import { testClock } from '@lumen/tsdb/testing/samples'
import { prepareDataDir } from '../config/data-dir.ts'
import { openControlDb } from '../control-db/control-db.ts'
import { startCopy } from '../testing/backup-data.ts'
import { restoreBackup } from './restore-backup.ts'

const HOSTS = Array.from({ length: 40 }, (_, index) => index + 1)
const BACKUPS = 4

function sorted(rollups: StoredRollup[]): StoredRollup[] {
  const name = ({ host, entity, key, field, t }: StoredRollup) => `${host} ${t} ${entity} ${key} ${field}`
  return rollups.sort((a, b) => (name(a) < name(b) ? -1 : 1))
}

test('each of several backups taken while frames are pushed and flushed holds every durable frame once', async () => {
  await using dir = await tempDir()
  const data = join(dir.path, 'data')
  prepareDataDir(data)
  await using _control = await openControlDb(data, 'inline')
  const clock = testClock(CRASH_FROM)
  await using store = await openTsdb({ dir: join(data, 'tsdb'), clock, log: silentLog, autoFlush: false })
  let seq = 0
  const push = async () => {
    for (const host of HOSTS) store.append(host, 's', frameOf(host, seq))
    seq += 1
    clock.time = Math.max(clock.time, CRASH_FROM + (seq * MINUTE) / 12)
    await store.flush('all')
  }
  await push()
  for (let round = 0; round < BACKUPS; round++) {
    const durableBefore = store.durableRanges(HOSTS[0]!, 's').at(-1)![1]
    const file = join(dir.path, `backup-${round}`)
    const copy = startCopy(data, file)
    while (copy.exitCode === null) await push()
    expect(copy.exitCode).toBe(0)
    const target = join(dir.path, `target-${round}`)
    await restoreBackup({ file, dataDir: target, passphrase: null, replaces: false })
    {
      await using restored = await openTsdb({
        dir: join(target, 'tsdb'),
        clock,
        log: silentLog,
        autoFlush: false,
      })
      expect(restored.health().repairs).toEqual([])
    }
    using inspection = inspectTsdb(join(target, 'tsdb'))
    const ranges = inspection.durable()
    expect(ranges.map(({ host }) => host).sort((a, b) => a - b)).toEqual(HOSTS)
    const expected = ranges.flatMap(({ host, from, to }) => {
      expect(from).toBe(0)
      expect(to).toBeGreaterThanOrEqual(durableBefore)
      return rollupsOf(
        host,
        Array.from({ length: to + 1 }, (_, each) => frameOf(host, each)),
      )
    })
    expect(sorted([...inspection.rollups()])).toEqual(sorted(expected))
  }
}, 120_000)

test('a backup taken while days are sealed holds each of their buckets once', async () => {
  await using dir = await tempDir()
  const data = join(dir.path, 'data')
  prepareDataDir(data)
  await using _control = await openControlDb(data, 'inline')
  const clock = testClock(D0)
  const options = { clock, log: silentLog, autoFlush: false, retention: { coldMs: 365 * DAY } }
  await using store = await openTsdb({ dir: join(data, 'tsdb'), ...options })
  const hosts = [1, 2, 3]
  let seq = 0
  let sealing: Promise<void> | undefined
  const push = async () => {
    for (const until = seq + 24; seq < until; seq++) {
      clock.time = D0 + seq * 30 * MINUTE + MINUTE
      for (const host of hosts) store.append(host, 's', dayFrame(host, seq))
    }
    await store.flush('all')
    sealing ??= store.compact().finally(() => {
      sealing = undefined
    })
  }
  for (let half = 0; half < 8; half++) await push()
  await sealing
  for (let round = 0; round < 3; round++) {
    const file = join(dir.path, `backup-${round}`)
    {
      // a job is under way when the hold is asked for
      await push()
      using _held = await store.holdFiles()
      const copy = startCopy(data, file)
      while (copy.exitCode === null) await push()
      expect(copy.exitCode).toBe(0)
    }
    await sealing
    const target = join(dir.path, `target-${round}`)
    await restoreBackup({ file, dataDir: target, passphrase: null, replaces: false })
    {
      await using restored = await openTsdb({ dir: join(target, 'tsdb'), ...options })
      expect(restored.health().repairs).toEqual([])
    }
    const newest = newestSeqs(join(target, 'tsdb'))
    expect([...newest.keys()]).toEqual(hosts)
    const frames = Array.from(newest, ([host, to]) => ({
      host,
      samples: Array.from({ length: to + 1 }, (_, each) => dayFrame(host, each)),
    }))
    expect(foldedDirectory(join(target, 'tsdb'))).toEqual(foldedFrames(frames))
    using inspection = inspectTsdb(join(target, 'tsdb'))
    expect(inspection.coldFiles().length).toBeGreaterThan(2)
  }
}, 120_000)

/** By host, the highest seq it calls durable. */
function newestSeqs(tsdb: string): Map<number, number> {
  using inspection = inspectTsdb(tsdb)
  const newest = new Map<number, number>()
  for (const { host, to } of inspection.durable()) newest.set(host, Math.max(newest.get(host) ?? 0, to))
  return newest
}
