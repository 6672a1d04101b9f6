import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from '@lumen/testkit/temp-dir'
import { SNAPSHOT_COPY } from '../testing/snapshot-copy.ts'

const ROWS = 4_000

/** A database in which every transaction gives all rows the next number. */
function evenDatabase(path: string): Database {
  const db = new Database(path, { create: true })
  db.run('PRAGMA page_size = 2048')
  db.run('PRAGMA journal_mode = WAL')
  db.run('PRAGMA synchronous = OFF')
  db.run('CREATE TABLE even (id INTEGER PRIMARY KEY, turn INTEGER NOT NULL, filling BLOB NOT NULL)')
  db.run(
    `INSERT INTO even SELECT value, 0, randomblob(300) FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${ROWS}) SELECT value FROM n)`,
  )
  return db
}

/** Copies in a process of its own; `between` is called before each piece. */
async function copy(from: string, to: string, between: () => void = () => undefined): Promise<void> {
  const child = Bun.spawn([process.execPath, SNAPSHOT_COPY, from, to], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  for await (const _ready of child.stdout) {
    between()
    child.stdin.write('\n')
    await child.stdin.flush()
  }
  expect(await child.exited).toBe(0)
}

/** Lowest and highest turn of a copy that is sound. */
function turnsOf(path: string): number[] {
  using db = new Database(path, { readwrite: true, create: false })
  expect(db.query('PRAGMA integrity_check').values()).toEqual([['ok']])
  return db.query('SELECT min(turn), max(turn), count(*) FROM even').values()[0] as number[]
}

/** How the log is when a copy begins: moved whole and so often that it starts over, moved in part, never moved. */
test.each([20, 1_500, 0])(
  'a copy taken while transactions go on is one of their states (log moved every %p pages)',
  async (checkpointPages) => {
    await using dir = await tempDir()
    const path = join(dir.path, 'even.db')
    using db = evenDatabase(path)
    db.run(`PRAGMA wal_autocheckpoint = ${checkpointPages}`)
    let turn = 0
    for (let round = 0; round < 6; round++) {
      if (round % 2 === 0) db.run('PRAGMA wal_checkpoint(RESTART)')
      const before = turn
      const to = join(dir.path, `copy-${round}.db`)
      await copy(path, to, () => {
        for (let each = 0; each < 3; each++) db.run('UPDATE even SET turn = ?', [++turn])
      })
      expect(turn).toBeGreaterThan(before + 12)
      const [low, high, rows] = turnsOf(to)
      expect(low).toBe(high!)
      expect(rows).toBe(ROWS)
      expect(low).toBe(before)
    }
  },
  120_000,
)

test('a copy of a database nobody has open holds what a crash left in its log', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, 'even.db')
  const crashed = join(dir.path, 'crashed.db')
  const to = join(dir.path, 'copy.db')
  {
    using db = evenDatabase(path)
    db.run('PRAGMA wal_checkpoint(TRUNCATE)')
    db.run('PRAGMA wal_autocheckpoint = 0')
    db.run('UPDATE even SET turn = 7')
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0)
    for (const suffix of ['', '-wal']) await Bun.write(crashed + suffix, Bun.file(path + suffix))
  }
  await copy(crashed, to)
  expect(turnsOf(to)).toEqual([7, 7, ROWS])
})
