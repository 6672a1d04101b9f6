import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { layoutOf } from '@lumen/model/metric'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { tempDir } from '@lumen/testkit/temp-dir'
import { openTsdb } from '@lumen/tsdb/open'
import { checkStore } from './check-store.ts'

const NOW = 20_000 * DAY + 30 * HOUR

/** A store with one day in the cold tier. */
async function makeStore(data: string): Promise<void> {
  const clock = { time: NOW - 30 * HOUR, now: () => clock.time, monotonic: () => clock.time }
  await using store = await openTsdb({ dir: join(data, 'tsdb'), clock, log: silentLog, autoFlush: false })
  const values = new Float64Array(layoutOf('host').metrics.length).fill(1)
  const rows = [{ entity: 'host' as const, key: '', values, attributes: {} }]
  for (let seq = 1; seq <= 3; seq++) {
    clock.time += MINUTE
    store.append(1, 's', { seq, ts: clock.time - 1, intervalMs: 5_000, rows })
  }
  await store.flush('all')
  clock.time = NOW + 40 * HOUR
  await store.compact()
}

const levels = (found: ReturnType<typeof checkStore>) => found.map(({ level }) => level)

test('a whole store without a cap is fine, and one that is not there yet says nothing', async () => {
  await using dir = await tempDir()
  expect(checkStore(dir.path)).toEqual([])
  await makeStore(dir.path)
  const found = checkStore(dir.path)
  expect(levels(found)).toEqual(['ok', 'ok'])
  expect(found[0]!.text).toContain('1 files of the cold tier are whole')
})

test('damaged and unlisted cold files and files in quarantine are named, with why', async () => {
  await using dir = await tempDir()
  await makeStore(dir.path)
  const cold = join(dir.path, 'tsdb', 'cold', 'host')
  const [name] = readdirSync(cold)
  const bytes = readFileSync(join(cold, name!))
  bytes[40]! ^= 0xff
  writeFileSync(join(cold, name!), bytes)
  writeFileSync(join(cold, 'stray.parquet'), 'x')
  mkdirSync(join(dir.path, 'tsdb', 'quarantine'))
  writeFileSync(join(dir.path, 'tsdb', 'quarantine', 'hot.db-7'), 'x')
  writeFileSync(join(dir.path, 'tsdb', 'quarantine', 'hot.db-7.reason'), 'file is not a database\n')
  const texts = checkStore(dir.path).map(({ level, text }) => `${level} ${text}`)
  expect(texts).toContainEqual(expect.stringMatching(/^fail cold file .+ is damaged: .+/))
  expect(texts).toContain(`warn ${join('cold', 'host', 'stray.parquet')} belongs to no history`)
  expect(texts).toContain('warn quarantine/hot.db-7 was set aside: file is not a database')
})

test('space is held against the cap and the floor an admin set', async () => {
  await using dir = await tempDir()
  await makeStore(dir.path)
  const settings = new Database(join(dir.path, 'control.db'), { create: true })
  settings.run('CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)')
  const put = (budget: object) =>
    settings.run("INSERT OR REPLACE INTO settings VALUES ('budget', ?)", [JSON.stringify(budget)])
  put({ max_bytes: 1_000, min_free_bytes: 0 })
  expect(checkStore(dir.path).at(-1)).toMatchObject({
    level: 'warn',
    text: expect.stringContaining('more than its cap'),
  })
  put({ max_bytes: 1e12, min_free_bytes: Number.MAX_SAFE_INTEGER })
  expect(levels(checkStore(dir.path))).toEqual(['ok', 'ok', 'warn'])
  settings.close()
})
