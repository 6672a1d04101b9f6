import { Database } from 'bun:sqlite'
import { afterEach, expect, test } from 'bun:test'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { DayTables } from './hot/day-tables.ts'
import { tableOf } from './hot/rollup-table.ts'
import { inspectTsdb, type StoredRollup } from './inspect.ts'
import { openTsdb } from './open.ts'
import { rollupsOf } from './testing/expected-rollups.ts'
import { metric, rowOf, sampleOf, scratchDir, T0, testClock } from './testing/samples.ts'
import { undivide } from './testing/undivide.ts'

const CPU = metric('host.cpu_pct')
const DAY_OF_T0 = Math.floor(T0 / DAY)
const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

function scratch(): string {
  dirs.push(scratchDir())
  return dirs.at(-1)!.dir
}

const open = (dir: string) =>
  openTsdb({ dir, clock: testClock(T0 + 3 * MINUTE), log: silentLog, autoFlush: false })
const frame = (seq: number) =>
  sampleOf(seq, T0 + seq * 5_000, seq, [rowOf('disk', 'sda', { read_iops: seq, write_iops: 2 * seq })])
const rowsIn = (path: string, table: string) => {
  const db = new Database(path)
  const { rows } = db.query<{ rows: number }, []>(`SELECT count(*) AS rows FROM ${table}`).get()!
  db.close(true)
  return rows
}

const tablesIn = (path: string) => {
  const db = new Database(path)
  const tables = new DayTables(db).all()
  db.close(true)
  return tables
}

/** A copy of a directory as a crash would leave it. */
function crashed(from: string): string {
  const dir = scratch()
  for (const name of ['hot.db', 'hot.db-wal']) copyFileSync(join(from, name), join(dir, name))
  return dir
}

function rollups(dir: string) {
  using inspection = inspectTsdb(dir)
  return sorted([...inspection.rollups()])
}

function sorted(found: StoredRollup[]): StoredRollup[] {
  const name = ({ t, entity, key, field }: StoredRollup) => `${t} ${entity} ${key} ${field}`
  return found.sort((a, b) => (name(a) < name(b) ? -1 : 1))
}

const expected = (frames: number) =>
  sorted(
    rollupsOf(
      1,
      Array.from({ length: frames }, (_, seq) => frame(seq)),
    ),
  )

test('small flushes wait in one table, are read beside the others, and move there when the store closes', async () => {
  const dir = scratch()
  {
    await using store = await open(dir)
    for (let seq = 0; seq < 20; seq++) {
      store.append(1, 's', frame(seq))
      if (seq % 4 === 3) await store.flush('all')
    }
    const copy = join(crashed(dir), 'hot.db')
    expect([rowsIn(copy, 'staged'), tablesIn(copy)]).toEqual([10, []])
    const range = { from: T0 - HOUR, to: T0 + HOUR }
    const answer = await store.query({ host: 1, metrics: [CPU], key: null, range, points: 5_000 })
    expect(answer.series[0]!.avg.filter((value) => !Number.isNaN(value))).toEqual(
      new Float64Array([550, 1_550]),
    )
  }
  const path = join(dir, 'hot.db')
  expect([rowsIn(path, 'staged'), rowsIn(path, tableOf('host', DAY_OF_T0))]).toEqual([0, 2])
  expect(rollups(dir)).toEqual(expected(20))
})

test('rows staged by a program with other columns are merged by the columns it knew', async () => {
  const source = scratch()
  await using store = await open(source)
  for (let seq = 0; seq < 4; seq++) store.append(1, 's', frame(seq))
  await store.flush('all')
  const dir = crashed(source)
  const before = rollups(dir)
  expect(before.length).toBe(3)
  const db = new Database(join(dir, 'hot.db'))
  const { columns } = db
    .query<{ columns: string }, []>("SELECT columns FROM staged_layout WHERE entity = 'disk'")
    .get()!
  const names = JSON.parse(columns) as string[]
  const swapped = names.map((_, index) => `c${index} = c${names.length - 1 - index}`)
  db.run(`UPDATE staged SET ${swapped.join(', ')} WHERE entity = 'disk'`)
  db.run("UPDATE staged_layout SET columns = ? WHERE entity = 'disk'", [JSON.stringify(names.toReversed())])
  db.close(true)
  {
    await using again = await open(dir)
    again.append(1, 's', frame(4))
  }
  expect(rollups(dir)).toEqual(expected(5))
})

test('a database of format 1 with its larger pages is taken over as it is', async () => {
  const dir = scratch()
  const path = join(dir, 'hot.db')
  {
    await using store = await open(dir)
    for (let seq = 0; seq < 20; seq++) store.append(1, 's', frame(seq))
  }
  const db = new Database(path)
  undivide(db)
  for (const table of ['staged', 'staged_layout']) db.run(`DROP TABLE ${table}`)
  for (const [name, value] of [
    ['user_version', 1],
    ['journal_mode', 'DELETE'],
    ['page_size', 4096],
  ]) {
    db.run(`PRAGMA ${name} = ${value}`)
  }
  db.run('VACUUM')
  db.close(true)
  expect(rollups(dir).length).toBe(6)
  {
    await using store = await open(dir)
    expect(store.health().repairs).toEqual([])
    store.append(1, 's', frame(20))
    await store.flush('all')
    expect(store.health().hotBytes % 4096).toBe(0)
  }
  expect(rollups(dir)).toEqual(expected(21))
})
