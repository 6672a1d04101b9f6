import { Database } from 'bun:sqlite'
import { afterEach, describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bucketStart, DAY, HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { errorCode, errorMessage } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { tableOf } from './hot/rollup-table.ts'
import { inspectTsdb } from './inspect.ts'
import { openTsdb } from './open.ts'
import type { TsdbOptions } from './options.ts'
import { metric, rowOf, sampleOf, scratchDir, T0, testClock } from './testing/samples.ts'

const CPU = metric('host.cpu_pct')
const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

function scratch(): string {
  dirs.push(scratchDir())
  return dirs.at(-1)!.dir
}

function open(dir: string, options: Partial<TsdbOptions> = {}) {
  return openTsdb({ dir, clock: testClock(T0 + MINUTE), log: silentLog, autoFlush: false, ...options })
}

/** The code a promise is rejected with. (The runner's own `rejects` blocks the loop a worker answers on.) */
async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(() => 'it was fulfilled', errorCode)
}

/** A directory with an hour of one host in it, closed. */
async function filled(): Promise<string> {
  const dir = scratch()
  await using store = await open(dir)
  for (let seq = 0; seq < 60; seq++) store.append(1, 's', sampleOf(seq, T0 - seq * MINUTE, 50))
  return dir
}

async function counted(store: Awaited<ReturnType<typeof open>>, host = 1): Promise<number> {
  const range = { from: T0 - 23 * HOUR, to: T0 + MINUTE }
  const answer = await store.query({ host, metrics: [CPU], key: null, range, points: 5_000 })
  return answer.series[0]!.avg.filter((value) => !Number.isNaN(value)).length
}

test('a second process on the same directory is refused, and let in once the first is gone', async () => {
  const dir = scratch()
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/testing/hold-child.ts`, dir], {
    stdout: 'pipe',
  })
  const reader = child.stdout.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('open\n')
  expect(await codeOf(open(dir))).toBe('data_in_use')
  child.kill('SIGKILL')
  await child.exited
  await using store = await open(dir)
  expect(store.health().repairs).toEqual([])
})

test('a second store in the same process is refused too', async () => {
  const dir = scratch()
  await using _first = await open(dir)
  expect(await codeOf(open(dir))).toBe('data_in_use')
  expect(() => inspectTsdb(dir)).toThrow('another process holds it')
})

test('a directory that cannot be made is refused with its name', async () => {
  const file = join(scratch(), 'file')
  writeFileSync(file, '')
  const refused: unknown = await open(join(file, 'data')).catch((thrown: unknown) => thrown)
  expect(errorCode(refused)).toBe('data_unwritable')
  expect(errorMessage(refused)).toContain(join(file, 'data'))
})

test('a database of a newer program is refused and left alone', async () => {
  const dir = await filled()
  const db = new Database(join(dir, 'hot.db'))
  db.run('PRAGMA user_version = 99')
  db.close()
  const before = readFileSync(join(dir, 'hot.db'))
  expect(await codeOf(open(dir))).toBe('database_too_new')
  expect(readFileSync(join(dir, 'hot.db')).equals(before)).toBe(true)
  expect(existsSync(join(dir, 'quarantine'))).toBe(false)
})

test('a field new in the catalogue gets its columns in an older database', async () => {
  const dir = await filled()
  const db = new Database(join(dir, 'hot.db'))
  for (const column of ['cpu_pct_n', 'cpu_pct_sum', 'cpu_pct_max']) {
    db.run(`ALTER TABLE ${tableOf('host', Math.floor(T0 / DAY))} DROP COLUMN ${column}`)
  }
  db.close()
  await using store = await open(dir)
  expect(await counted(store)).toBe(0)
  store.append(1, 's', sampleOf(60, T0, 50))
  await store.flush('all')
  expect(await counted(store)).toBe(1)
})

describe('a damaged hot.db is quarantined, reported, and a new one serves', () => {
  const damages: [string, (path: string) => void][] = [
    ['truncated', (path) => truncateSync(path, 10_000)],
    ['with a broken header', (path) => flip(path, 3)],
    ['with a broken page', (path) => flip(path, 4096 * 3, 64)],
    [
      'some other file',
      (path) => writeFileSync(path, 'not a database at all, but long enough to look like a file'),
    ],
    ['some other database', foreign],
  ]
  test.each(damages)('%s', async (_name, damage) => {
    const dir = await filled()
    damage(join(dir, 'hot.db'))
    const damaged = readFileSync(join(dir, 'hot.db'))
    await using store = await open(dir)
    expect(store.health().repairs).toEqual([
      expect.stringMatching(/^hot\.db was damaged \(.+\); it was moved to quarantine/),
    ])
    const kept = readdirSync(join(dir, 'quarantine')).filter((name) => /^hot\.db-\d+$/.test(name))
    expect(kept.length).toBe(1)
    expect(readFileSync(join(dir, 'quarantine', kept[0]!)).equals(damaged)).toBe(true)
    expect(store.append(1, 's', sampleOf(0, T0, 50)).kind).toBe('taken')
    await store.flush('all')
    expect(await counted(store)).toBe(1)
  })
})

test('a WAL cut short or damaged loses whole flushes from its end, rows and seqs together (T6)', async () => {
  const source = scratch()
  await using writer = await open(source)
  for (let seq = 0; seq < 20; seq++) {
    writer.append(1, 's', sampleOf(seq, T0 - seq * MINUTE, 50))
    await writer.flush('all')
  }
  const wal = readFileSync(join(source, 'hot.db-wal'))
  const seen = new Set<number>()
  for (const share of [0, 0.3, 0.6, 0.9, 1]) {
    for (const isFlipped of [false, true]) {
      const dir = scratch()
      writeFileSync(join(dir, 'hot.db'), readFileSync(join(source, 'hot.db')))
      const at = Math.min(wal.length - 1, Math.floor(wal.length * share))
      const damaged = Buffer.from(isFlipped ? wal : wal.subarray(0, at))
      if (isFlipped) damaged[at]! ^= 0xff
      writeFileSync(join(dir, 'hot.db-wal'), damaged)
      await using store = await open(dir)
      expect(store.health().repairs.map((sentence) => sentence.slice(0, 22))).toEqual(
        isFlipped ? ['hot.db-wal was damaged'] : [],
      )
      const durable = store.durableRanges(1, 's').reduce((sum, [from, to]) => sum + to - from + 1, 0)
      expect(await counted(store)).toBe(durable)
      seen.add(durable)
      for (let seq = 0; seq < 20; seq++) store.append(1, 's', sampleOf(seq, T0 - seq * MINUTE, 50))
      expect(await counted(store)).toBe(20)
    }
  }
  expect(seen.size).toBeGreaterThan(2)
})

test('while the disk is full nothing is lost, and it is written once there is room again', async () => {
  const clock = testClock(T0 + MINUTE)
  const dir = scratch()
  await using store = await open(dir, {
    clock,
    maxHotBytes: 220_000,
    // As short as it gets: after a day everything may be deleted.
    retention: { coldMs: DAY },
  })
  const rows = Array.from({ length: 40 }, (_, index) =>
    rowOf('disk', `sd${index}`, { read_iops: 9e9 + index }),
  )
  let seq = 0
  const fill = async () => {
    for (; seq < 200; seq++) {
      clock.time = T0 + seq * MINUTE
      store.append(1, 's', sampleOf(seq, clock.time, 50, rows))
      await store.flush('all')
    }
  }
  expect(await codeOf(fill())).toBe('flush_failed')
  const durable = store.durableRanges(1, 's')
  expect(durable).toEqual([[0, seq - 1]])
  expect(store.health()).toMatchObject({ flushFault: expect.stringContaining('full'), pendingFrames: 1 })
  expect(store.append(1, 's', sampleOf(seq, clock.time, 50, rows)).kind).toBe('duplicate')
  const answer = await store.query({
    host: 1,
    metrics: [CPU],
    key: null,
    range: { from: T0, to: clock.time + 1 },
    points: 5_000,
  })
  expect(answer.series[0]!.avg.every((value) => value === 5_000)).toBe(true)

  clock.time = bucketStart(clock.time, DAY) + 2 * DAY
  store.append(1, 's', sampleOf(seq + 1, clock.time, 50, rows))
  await store.retain()
  await store.flush('all')
  expect(store.health()).toMatchObject({ flushFault: null, pendingFrames: 0 })
  expect(store.durableRanges(1, 's')).toEqual([[0, seq + 1]])
})

test('a flush that fails leaves what came meanwhile and what failed to be written together', async () => {
  await using store = await open(scratch(), { faultPoint: 'flush.before-commit:fail' })
  store.append(1, 's', sampleOf(1, T0, 10))
  store.appendEvents(1, [{ at: T0, type: 'start', detail: { boot: 'x' } }])
  const failing = store.flush('all')
  await Promise.resolve()
  store.append(1, 's', sampleOf(2, T0 + SECOND, 30))
  expect(await codeOf(failing)).toBe('flush_failed')
  expect(store.durableRanges(1, 's')).toEqual([])
  await store.flush('all')
  expect(store.durableRanges(1, 's')).toEqual([[1, 2]])
  const answer = await store.query({
    host: 1,
    metrics: [CPU],
    key: null,
    range: { from: T0 - HOUR, to: T0 + HOUR },
    points: 200,
  })
  expect(answer.series[0]!.avg.filter((value) => !Number.isNaN(value))).toEqual(new Float64Array([2_000]))
  expect(await store.events(1, { from: T0, to: T0 + 1 })).toEqual([
    { at: T0, type: 'start', detail: { boot: 'x' } },
  ])
})

test('a disk that stalls delays neither appends nor reads from memory', async () => {
  await using store = await open(scratch(), { faultPoint: 'flush.before-commit:stall=1500' })
  store.append(1, 's', sampleOf(1, T0, 10))
  let isFlushed = false
  const flushed = store.flush('all').then(() => {
    isFlushed = true
  })
  await Promise.resolve()
  expect(store.append(1, 's', sampleOf(2, T0 + 5 * SECOND, 20)).kind).toBe('taken')
  expect(store.append(1, 's', sampleOf(1, T0, 10)).kind).toBe('duplicate')
  expect(store.latest(1)?.seq).toBe(2)
  expect([...store.ramAverages(1, CPU, T0 + 10 * SECOND, 5 * SECOND, 2)]).toEqual([1_000, 2_000])
  const range = { from: T0, to: T0 + 10 * SECOND }
  const raw = await store.query({ host: 1, metrics: [CPU], key: null, range, points: 600 })
  expect([...raw.series[0]!.avg]).toEqual([1_000, 2_000])
  expect(isFlushed).toBe(false)
  expect(store.durableRanges(1, 's')).toEqual([])
  await flushed
  expect(store.durableRanges(1, 's')).toEqual([[1, 1]])
})

test('minutes given up for lack of memory are asked for again once the disk works, and then count', async () => {
  const clock = testClock(T0)
  await using store = await open(scratch(), {
    clock,
    maxPendingBytes: 60_000,
    faultPoint: 'flush.before-begin:fail=2',
  })
  for (let seq = 0; seq < 2_000; seq++) {
    clock.time = T0 + seq * 5 * SECOND
    store.append(1, 's', sampleOf(seq, clock.time, 50))
  }
  const lost = store.health().givenUpFrames!
  expect(lost).toBeGreaterThan(0)
  expect(store.health().pendingFrames).toBe(2_000 - lost)
  expect(store.append(1, 's', sampleOf(1_999, clock.time, 50)).kind).toBe('duplicate')
  expect(store.replayFrom(1, 's')).toBeNull()
  for (let attempt = 0; attempt < 2; attempt++) {
    expect(await codeOf(store.flush('all'))).toBe('flush_failed')
    expect(store.replayFrom(1, 's')).toBeNull()
  }
  await store.flush('all')
  expect(store.durableRanges(1, 's')).toEqual([[lost, 1_999]])
  expect(store.replayFrom(1, 's')).toBe(0)
  expect(store.replayFrom(1, 'another')).toBeNull()
  for (let seq = 0; seq < lost; seq++) {
    expect(store.append(1, 's', sampleOf(seq, T0 + seq * 5 * SECOND, 50)).kind).toBe('taken')
    expect(store.replayFrom(1, 's')).toBe(seq + 1 < lost ? seq + 1 : null)
    if (seq % 300 === 0) await store.flush('all')
  }
  await store.flush('all')
  expect(store.durableRanges(1, 's')).toEqual([[0, 1_999]])
  expect(store.health().givenUpFrames).toBe(lost)
})

test('frames with a thousand rows in a minute each stay within the memory for pending minutes', async () => {
  const maxPendingBytes = 8 * 1024 * 1024
  await using store = await open(scratch(), { clock: testClock(T0), maxPendingBytes })
  const rows = Array.from({ length: 1_000 }, (_, n) => rowOf('container', `c${n}`, {}))
  let most = 0
  for (let seq = 1; seq <= 200; seq++) {
    store.append(1, 's', sampleOf(seq, T0 - seq * MINUTE, 1, rows))
    const { ramBytes, isCrowded } = store.health()
    most = Math.max(most, ramBytes)
    if (ramBytes > maxPendingBytes) expect(isCrowded).toBe(true)
  }
  expect(most).toBeLessThan(2 * maxPendingBytes)
  expect(store.health().givenUpFrames).toBeGreaterThan(0)
})

function flip(path: string, at: number, length = 1): void {
  const bytes = readFileSync(path)
  for (let index = at; index < at + length; index++) bytes[index]! ^= 0xff
  writeFileSync(path, bytes)
}

function foreign(path: string): void {
  writeFileSync(path, '')
  const db = new Database(path)
  db.run('CREATE TABLE theirs (a)')
  db.close()
}
