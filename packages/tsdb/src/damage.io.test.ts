import { Database } from 'bun:sqlite'
import { afterEach, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { errorCode } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { tableOf } from './hot/rollup-table.ts'
import { openTsdb } from './open.ts'
import { metric, rowOf, sampleOf, scratchDir, T0, testClock } from './testing/samples.ts'

const READS = metric('disk.read_iops')
const MINUTES = 600
const TABLE = tableOf('disk', Math.floor(T0 / DAY))
const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

function open(dir: string, now = T0 + MINUTE) {
  // Every file is too large to be read whole at open.
  const options = { dir, clock: testClock(now), log: silentLog, autoFlush: false, wholeCheckBytes: 0 }
  return openTsdb(options)
}

/** Ten hours of one host with some disks, and a page in the middle of the disks' table broken. */
async function damaged(): Promise<string> {
  dirs.push(scratchDir())
  const { dir } = dirs.at(-1)!
  const rows = Array.from({ length: 8 }, (_, disk) => rowOf('disk', `sd${disk}`, { read_iops: disk }))
  {
    await using store = await open(dir)
    for (let seq = 0; seq < MINUTES; seq++) {
      store.append(1, 's', sampleOf(seq, T0 - (MINUTES - seq) * MINUTE, 50, rows))
    }
  }
  breakMiddle(join(dir, 'hot.db'), TABLE)
  return dir
}

function breakMiddle(path: string, table: string): void {
  const db = new Database(path)
  const { page_size: pageBytes } = db.query<{ page_size: number }, []>('PRAGMA page_size').get()!
  const pages = db
    .query<{ pageno: number }, [string]>(
      "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path",
    )
    .all(table)
  db.close(true)
  const at = (pages[Math.floor(pages.length / 2)]!.pageno - 1) * pageBytes
  const bytes = readFileSync(path)
  // The count of cells and where they begin.
  for (let offset = 3; offset < 7; offset++) bytes[at + offset]! ^= 0x55
  writeFileSync(path, bytes)
}

const reads = (from: number, to: number) => ({
  host: 1,
  metrics: [READS],
  key: 'sd1',
  range: { from, to },
  points: 5_000,
})
const early = reads(T0 - MINUTES * MINUTE, T0 - (MINUTES - 60) * MINUTE)
const all = reads(T0 - MINUTES * MINUTE, T0)
const outcome = (promise: Promise<unknown>) => promise.then(() => 'answered', errorCode)

test('a broken old page is found by the check, named, and the next open begins with a new file', async () => {
  const dir = await damaged()
  {
    await using store = await open(dir)
    expect(store.health()).toMatchObject({ repairs: [], flushFault: null })
    await store.check()
    const { repairs, flushFault } = store.health()
    expect(repairs).toEqual([expect.stringMatching(/^hot\.db is damaged \(rollup_disk_\d+: .+\)/)])
    expect(flushFault).toBe(repairs[0]!)
    await store.check()
    expect(store.health().repairs).toEqual(repairs)
  }
  {
    await using store = await open(dir)
    expect(store.health()).toMatchObject({
      repairs: [
        expect.stringMatching(/^hot\.db was damaged \(rollup_disk_\d+: .+\); it was moved to quarantine/),
      ],
      flushFault: null,
    })
    expect(readdirSync(join(dir, 'quarantine')).map((name) => name.replace(/\d+$/, 'N'))).toEqual(
      expect.arrayContaining(['hot.db-N', 'hot.db-damaged-N']),
    )
    expect(store.append(1, 's', sampleOf(0, T0, 50)).kind).toBe('taken')
  }
  await using store = await open(dir)
  expect(store.health().repairs).toEqual([])
})

test('until then reads and deletions that meet the page fail alone, and the rest is served', async () => {
  const dir = await damaged()
  await using store = await open(dir, T0 + 24 * HOUR - 2 * MINUTE)
  expect(await outcome(store.query(all))).toStartWith('SQLITE_CORRUPT')
  expect(store.health().flushFault).toContain('hot.db is damaged')
  expect(existsSync(join(dir, 'hot.db-damaged'))).toBe(true)
  expect(await outcome(store.retain())).toStartWith('SQLITE_CORRUPT')
  expect(await outcome(store.query(early))).toBe('answered')
  expect(await store.events(1, { from: 0, to: T0 })).toEqual([])
  store.append(1, 's', sampleOf(MINUTES, T0 + 23 * HOUR, 50))
  await store.flush('all')
  expect(store.durableRanges(1, 's').at(-1)?.[1]).toBe(MINUTES)
})

test('a mark whose file is gone does not condemn the next one', async () => {
  const dir = await damaged()
  {
    await using store = await open(dir)
    await store.check()
  }
  rmSync(join(dir, 'hot.db'))
  for (let turn = 0; turn < 2; turn++) {
    await using store = await open(dir)
    expect(store.health()).toMatchObject({ repairs: [], flushFault: null })
  }
})

test('every file is for its owner alone, also where the umask is open', async () => {
  const before = process.umask(0)
  try {
    const dir = join(await damaged(), 'deeper')
    const parent = join(dir, '..')
    {
      await using store = await open(parent)
      await store.check()
    }
    await using _quarantined = await open(parent)
    await using _fresh = await open(dir)
    const names = readdirSync(parent, { recursive: true, encoding: 'utf8' })
    expect(names).toContain(join('deeper', 'hot.db-wal'))
    for (const name of names) {
      const stat = statSync(join(parent, name))
      const mode = (stat.mode & 0o777).toString(8)
      expect({ name, mode }).toEqual({ name, mode: stat.isDirectory() ? '700' : '600' })
    }
  } finally {
    process.umask(before)
  }
})

test('a database whose pages are sound but whose words make no sense is replaced at once, not refused for ever', async () => {
  dirs.push(scratchDir())
  const { dir } = dirs.at(-1)!
  {
    await using store = await open(dir)
    store.append(1, 's', sampleOf(1, T0, 50))
  }
  const db = new Database(join(dir, 'hot.db'))
  db.run('UPDATE staged_layout SET columns = \'["cpu_pct_n"\'')
  db.close(true)
  {
    await using store = await open(dir)
    expect(store.health().repairs).toEqual([expect.stringContaining('hot.db was damaged')])
    expect(store.append(1, 's', sampleOf(2, T0, 50)).kind).toBe('taken')
    await store.flush('all')
  }
  await using store = await open(dir)
  expect(store.health().repairs).toEqual([])
  expect(store.durableRanges(1, 's')).toEqual([[2, 2]])
})
