import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, LumenError } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { openTsdb } from '@lumen/tsdb/open'
import { testClock } from '@lumen/tsdb/testing/samples'
import type { Answer } from './answer.ts'
import { ask } from './ask.ts'
import { makeHistory } from './testing/history.ts'

const EMPTY: Answer = { columns: [], rows: [] }
const failed = () => new LumenError('sql_failed', 'IO Error: No files found')

async function history(): Promise<TempDir & { folder(): string }> {
  const dir = await tempDir()
  await makeHistory(join(dir.path, 'data'), Date.now())
  mkdirSync(join(dir.path, 'scratch'))
  return Object.assign(dir, { folder: () => mkdtempSync(join(dir.path, 'scratch', 'files-')) })
}

/** Paths of files in the statements. */
function pathsOf(setup: readonly string[]): string[] {
  return [...setup.join('\n').matchAll(/'([^']+\.parquet)'/g)].map((match) => match[1]!)
}

test('a file that the hub merged away meanwhile is asked for once more from the start', async () => {
  await using dir = await history()
  const data = join(dir.path, 'data')
  const asked: string[][] = []
  const answer = await ask(
    {
      async run(setup) {
        asked.push(pathsOf(setup))
        if (asked.length > 1) return EMPTY
        const options = { dir: join(data, 'tsdb'), clock: testClock(Date.now()), log: silentLog }
        await using store = await openTsdb({ ...options, autoFlush: false })
        await store.compact()
        throw failed()
      },
    },
    data,
    'SELECT * FROM host',
    dir.folder,
  )
  expect(answer).toEqual(EMPTY)
  expect(asked.length).toBe(2)
  expect(asked[0]!.every((path) => existsSync(path))).toBe(false)
  expect(asked[1]!.filter((path) => !existsSync(path))).toEqual([])
}, 120_000)

test('what fails for another reason, or again, is not tried on and on', async () => {
  await using dir = await history()
  let runs = 0
  const fail = (meanwhile: (paths: string[]) => void) => ({
    async run(setup: readonly string[]): Promise<Answer> {
      runs++
      meanwhile(pathsOf(setup).filter((path) => path.includes('/cold/')))
      throw failed()
    },
  })
  const data = join(dir.path, 'data')
  const run = (meanwhile: (paths: string[]) => void) =>
    ask(fail(meanwhile), data, 'SELECT * FROM disk', dir.folder).catch(errorCode)
  expect([await run(() => undefined), runs]).toEqual(['sql_failed', 1])
  expect([await run((paths) => rmSync(paths[0]!, { force: true })), runs]).toEqual(['sql_failed', 3])
}, 120_000)

test('a hub that begins to write while files are gathered makes it begin anew', async () => {
  await using dir = await history()
  const data = join(dir.path, 'data')
  let folders = 0
  const folder = () => {
    // Runs at the first pause of the gathering, when the database is open.
    if (++folders === 1) queueMicrotask(() => writeFileSync(join(data, 'tsdb', 'hot.db-wal'), ''))
    return dir.folder()
  }
  expect(await ask({ run: async () => EMPTY }, data, 'SELECT * FROM host', folder)).toEqual(EMPTY)
  expect(folders).toBe(2)
}, 120_000)
