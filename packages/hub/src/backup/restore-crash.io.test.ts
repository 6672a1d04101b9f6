import { expect, test } from 'bun:test'
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { openTsdb } from '@lumen/tsdb/open'
import { testClock } from '@lumen/tsdb/testing/samples'
import { openAdmin } from '../admin/open-admin.ts'
import { backUp, DATA_TIME, someData } from '../testing/backup-data.ts'
import { contentOf } from '../testing/data-content.ts'
import { RESTORE_CHILD } from '../testing/restore-child.ts'
import { startTestHub } from '../testing/test-hub.ts'
import { RESTORE_STEPS, type RestoreStep } from './finish-restore.ts'

async function killedAt(step: RestoreStep, file: string, dataDir: string): Promise<void> {
  const child = Bun.spawn([process.execPath, RESTORE_CHILD, file, dataDir, step], { stderr: 'inherit' })
  await child.exited
  expect(child.signalCode).toBe('SIGKILL')
}

async function oldAndNew(dir: TempDir) {
  const [source, data, file] = ['source', 'data', 'backup'].map((name) => join(dir.path, name)) as [
    string,
    string,
    string,
  ]
  await someData(source, ['ada', 'grace'], 40)
  await someData(data, ['bob'], 20)
  await backUp(source, file)
  return { data, file, was: contentOf(data), wanted: contentOf(source) }
}

const COMMIT_AT = RESTORE_STEPS.indexOf('commit-done')

test.each([...RESTORE_STEPS])(
  'kill -9 at %s leaves the old data whole or the new, and a hub starts on it',
  async (step) => {
    await using dir = await tempDir()
    const { data, file, was, wanted } = await oldAndNew(dir)
    expect(wanted.cold.length).toBeGreaterThan(2)
    expect(was.rollups).not.toEqual(wanted.rollups)
    expect(was.cold).not.toEqual(wanted.cold)
    await killedAt(step, file, data)
    {
      // the real store, so that it opens what the restore left
      await using t = await startTestHub({ dataDir: data, deps: { openTsdb }, clock: testClock(DATA_TIME) })
      expect((await t.call('GET', '/readyz')).status).toBe(200)
    }
    const left = contentOf(data)
    const isNew = RESTORE_STEPS.indexOf(step) >= COMMIT_AT
    expect(left).toEqual(isNew ? wanted : was)
    expect(existsSync(join(data, 'restoring'))).toBe(false)
    expect(existsSync(join(data, 'restored'))).toBe(false)
    expect(existsSync(join(data, 'this-machine.token'))).toBe(!isNew)
  },
  120_000,
)

test('a restore that was cut off twice is finished by the third start', async () => {
  await using dir = await tempDir()
  const { data, file, wanted } = await oldAndNew(dir)
  await killedAt('commit-done', file, data)
  // somebody copies the directory as it is meanwhile
  const copy = join(dir.path, 'copy')
  cpSync(data, copy, { recursive: true })
  await killedAt('history-moved', file, data)
  for (const each of [data, copy]) {
    {
      await using admin = await openAdmin(each)
      expect((await admin.listUsers()).map(({ name }) => name)).toEqual(['ada', 'grace'])
    }
    expect(contentOf(each)).toEqual(wanted)
  }
}, 120_000)
