import { expect, test } from 'bun:test'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from '@lumen/testkit/temp-dir'
import { SecretBox } from '../secrets/secret-box.ts'
import { backUp, someData } from '../testing/backup-data.ts'
import { SECRET_KEY } from './manifest.ts'
import { restoreBackup } from './restore-backup.ts'

test('an encrypted backup brings the key of secrets with it, for its owner alone; another does not', async () => {
  await using dir = await tempDir()
  const at = (name: string) => join(dir.path, name)
  await someData(at('source'), ['ada'])
  const sealed = SecretBox.open(at('source')).seal('hunter2', 'x')
  const key = readFileSync(join(at('source'), SECRET_KEY))

  const file = await backUp(at('source'), at('plain'))
  expect(readFileSync(file).includes(key)).toBe(false)
  const plain = await restoreBackup({ file, dataDir: at('one'), passphrase: null, replaces: false })
  expect(plain.files.map(({ path }) => path)).not.toContain(SECRET_KEY)
  expect(existsSync(join(at('one'), SECRET_KEY))).toBe(false)

  const passphrase = 'correct horse battery staple'
  await backUp(at('source'), at('sealed'), passphrase)
  await restoreBackup({ file: at('sealed'), dataDir: at('one'), passphrase, replaces: true })
  expect(SecretBox.open(at('one')).open(sealed, 'x')).toBe('hunter2')
  expect(statSync(join(at('one'), SECRET_KEY)).mode & 0o777).toBe(0o600)
}, 120_000)

test('a backup without the key leaves the one that is there', async () => {
  await using dir = await tempDir()
  const at = (name: string) => join(dir.path, name)
  await someData(at('source'), ['ada'])
  const sealed = SecretBox.open(at('source')).seal('hunter2', 'x')
  const file = await backUp(at('source'), at('plain'))
  await restoreBackup({ file, dataDir: at('source'), passphrase: null, replaces: true })
  expect(SecretBox.open(at('source')).open(sealed, 'x')).toBe('hunter2')
}, 120_000)

test('a key that is none is refused before anything is touched', async () => {
  await using dir = await tempDir()
  const at = (name: string) => join(dir.path, name)
  await someData(at('source'), ['ada'])
  writeFileSync(join(at('source'), SECRET_KEY), 'short')
  await backUp(at('source'), at('sealed'), 'correct horse battery staple')
  const fault = await restoreBackup({
    ...{
      file: at('sealed'),
      dataDir: at('one'),
      passphrase: 'correct horse battery staple',
      replaces: false,
    },
  }).catch((thrown: unknown) => thrown)
  expect(fault).toMatchObject({ code: 'backup_damaged' })
  expect(existsSync(at('one'))).toBe(false)
}, 120_000)
