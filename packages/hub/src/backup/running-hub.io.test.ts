import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { tempDir } from '@lumen/testkit/temp-dir'
import { inspectTsdb, type StoredRollup } from '@lumen/tsdb/inspect'
import { openTsdb } from '@lumen/tsdb/open'
import { frameOf } from '@lumen/tsdb/testing/crash-frames'
import { rollupsOf } from '@lumen/tsdb/testing/expected-rollups'
import { T0, testClock } from '@lumen/tsdb/testing/samples'
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
  const clock = testClock(T0)
  await using store = await openTsdb({ dir: join(data, 'tsdb'), clock, log: silentLog, autoFlush: false })
  let seq = 0
  const push = async () => {
    for (const host of HOSTS) store.append(host, 's', frameOf(host, seq))
    seq += 1
    clock.time = Math.max(clock.time, T0 + (seq * MINUTE) / 12)
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
}, 60_000)
