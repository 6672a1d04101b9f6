import { expect, test } from 'bun:test'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BackupsAnswer } from '@lumen/protocol/http/backups'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { openTsdb } from '@lumen/tsdb/open'
import { pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'
import { isBackupEncrypted } from './read-backup.ts'
import { restoreBackup } from './restore-backup.ts'

async function saved(t: TestHub, directory: string): Promise<{ status: number; code?: string }> {
  const answer = await t.call('PUT', '/api/settings', { backups: { directory, every_hours: 24, keep: 2 } })
  const { code } = (await answer.json()) as { code?: string }
  return { status: answer.status, ...(code !== undefined && { code }) }
}

async function backupsOf(t: TestHub): Promise<BackupsAnswer> {
  return (await (await t.call('GET', '/api/backups')).json()) as BackupsAnswer
}

async function madeBackup(t: TestHub): Promise<BackupsAnswer> {
  expect((await t.call('POST', '/api/backups')).status).toBe(200)
  return until(
    'the backup to end',
    async () => {
      const found = await backupsOf(t)
      return found.running === null ? found : undefined
    },
    { withinMs: 15_000 },
  )
}

test('a running hub makes a backup of itself that another directory can be restored from', async () => {
  await using dir = await tempDir()
  await using t = await startTestHub({ deps: { openTsdb } })
  await t.logIn()
  const { token } = await t.addHost('nas')
  const directory = join(dir.path, 'backups')
  expect(await saved(t, directory)).toEqual({ status: 200 })
  const { backups, fault, next_at } = await madeBackup(t)
  expect(fault).toBeNull()
  expect(backups).toHaveLength(1)
  expect(next_at).toBe(backups[0]!.made_at + 24 * 3_600_000)
  const file = join(directory, backups[0]!.file)
  const target = join(dir.path, 'target')
  const manifest = await restoreBackup({ file, dataDir: target, passphrase: null, replaces: false })
  expect(manifest.hub).toMatch(/^[0-9a-f-]{36}$/)
  await using again = await startTestHub({ dataDir: target, deps: { openTsdb } })
  // its agent goes on with the token it has
  expect((await again.push(token, pushOf([]))).status).toBe(200)
}, 120_000)

test('with a passphrase file they are encrypted; without a readable one none is made', async () => {
  await using dir = await tempDir()
  const passphraseFile = join(dir.path, 'passphrase')
  await using t = await startTestHub({ config: { backupPassphraseFile: passphraseFile } })
  await t.logIn()
  const directory = join(dir.path, 'backups')
  await saved(t, directory)
  const refused = await madeBackup(t)
  expect(refused).toMatchObject({
    backups: [],
    is_encrypted: true,
    fault: expect.stringContaining(passphraseFile),
  })
  writeFileSync(passphraseFile, 'correct horse battery\n')
  const { backups, fault } = await madeBackup(t)
  expect(fault).toBeNull()
  const { file, is_encrypted } = backups[0]!
  expect(is_encrypted).toBe(true)
  expect(file).toEndWith('.tar.zst.age')
  expect(await isBackupEncrypted(join(directory, file))).toBe(true)
}, 120_000)

test('a directory no backup can go to is refused with the field’s name, and a hub without one makes none', async () => {
  await using dir = await tempDir()
  await using t = await startTestHub()
  await t.logIn()
  expect((await t.call('POST', '/api/backups')).status).toBe(409)
  const refused = { status: 400, code: 'backup_directory_unusable' }
  const unusable = async (directory: string) => expect(await saved(t, directory)).toEqual(refused)
  await unusable('backups')
  await unusable(join(t.dataDir, 'tsdb', 'backups'))
  writeFileSync(join(dir.path, 'file'), '')
  await unusable(join(dir.path, 'file'))
  await unusable(join(dir.path, 'file', 'below'))
  mkdirSync(join(t.dataDir, 'backups'))
  expect(await saved(t, join(t.dataDir, 'backups'))).toEqual({ status: 200 })
})

test('a directory that is refused is not made: its name could be that of a finished restore', async () => {
  await using dir = await tempDir()
  await using t = await startTestHub()
  await t.logIn()
  symlinkSync(t.dataDir, join(dir.path, 'link'))
  for (const directory of [
    join(t.dataDir, 'restored', 'tsdb'),
    join(t.dataDir, 'restoring'),
    `${t.dataDir}/backups/../restored/tsdb`,
    join(dir.path, 'link', 'restored', 'tsdb'),
  ]) {
    expect(await saved(t, directory)).toEqual({ status: 400, code: 'backup_directory_unusable' })
  }
  expect(readdirSync(t.dataDir).filter((name) => name.startsWith('rest'))).toEqual([])
})

test('only who is logged in may list or make backups', async () => {
  await using t = await startTestHub()
  expect((await t.call('GET', '/api/backups')).status).toBe(401)
  expect((await t.call('POST', '/api/backups')).status).toBe(401)
})
