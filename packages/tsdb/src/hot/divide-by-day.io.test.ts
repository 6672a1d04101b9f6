import { Database } from 'bun:sqlite'
import { afterEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { DAY } from '@lumen/model/time'
import { errorCode } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from '../open.ts'
import { TsdbSnapshot } from '../snapshot.ts'
import { D0, dayFrames, foldedDirectory, foldedFrames } from '../testing/cold-days.ts'
import { scratchDir, testClock } from '../testing/samples.ts'
import { undivide } from '../testing/undivide.ts'
import { undivided } from './divide-by-day.ts'

const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

const SENT = [1, 2].map((host) => ({ host, samples: dayFrames(host, 3) }))
const open = (dir: string) =>
  openTsdb({ dir, clock: testClock(D0 + 3 * DAY), log: silentLog, autoFlush: false })

/** Three days of two hosts as format 2 has them. */
async function format2(): Promise<string> {
  dirs.push(scratchDir())
  const { dir } = dirs.at(-1)!
  {
    await using store = await open(dir)
    for (const { host, samples } of SENT) for (const each of samples) store.append(host, 's', each)
    await store.flush('all')
  }
  const db = new Database(join(dir, 'hot.db'))
  undivide(db)
  for (const table of ['cold_file', 'cold_tombstone', 'store', 'host_first', 'wear', 'given'])
    db.run(`DROP TABLE ${table}`)
  db.run('PRAGMA user_version = 2')
  db.close(true)
  return dir
}

function undividedIn(dir: string): number {
  const db = new Database(join(dir, 'hot.db'))
  try {
    return undivided(db).length
  } finally {
    db.close(true)
  }
}

test('rows of format 2 move to tables of their days when it is opened', async () => {
  const dir = await format2()
  expect(undividedIn(dir)).toBeGreaterThan(0)
  expect(foldedDirectory(dir)).toEqual(foldedFrames(SENT))
  {
    await using store = await open(dir)
    expect(store.health().repairs).toEqual([])
    expect(store.append(1, 's', SENT[0]!.samples[0]!).kind).toBe('duplicate')
  }
  expect(undividedIn(dir)).toBe(0)
  expect(foldedDirectory(dir)).toEqual(foldedFrames(SENT))
})

test.each([1, 2, 4])('kill -9 while entity %d moves loses and doubles none (T2, T6)', async (nth) => {
  const dir = await format2()
  const child = Bun.spawn(
    [
      process.execPath,
      join(import.meta.dir, '../testing/crash-child.ts'),
      dir,
      `divide.before-commit@${nth}`,
    ],
    { stdout: 'ignore', stderr: 'inherit' },
  )
  await child.exited
  expect(child.signalCode).toBe('SIGKILL')
  expect(undividedIn(dir)).toBeGreaterThan(0)
  expect(foldedDirectory(dir)).toEqual(foldedFrames(SENT))
  let refused: unknown
  try {
    new TsdbSnapshot(dir)[Symbol.dispose]()
  } catch (thrown) {
    refused = thrown
  }
  expect(errorCode(refused)).toBe('database_too_old')
  {
    await using store = await open(dir)
    expect(store.health().repairs).toEqual([])
  }
  expect(undividedIn(dir)).toBe(0)
  expect(foldedDirectory(dir)).toEqual(foldedFrames(SENT))
})
