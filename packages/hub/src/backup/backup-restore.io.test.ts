import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@lumen/std/error'
import { tempDir } from '@lumen/testkit/temp-dir'
import { backUp, someData } from '../testing/backup-data.ts'
import { restoreBackup } from './restore-backup.ts'
import { verifyBackup } from './verify-backup.ts'

function usersOf(dataDir: string): unknown[] {
  using db = new Database(join(dataDir, 'control.db'), { readonly: true })
  return db.query('SELECT name FROM users ORDER BY name').all()
}

test.each([null, 'correct horse battery'])(
  'what is restored is what was backed up (passphrase %p)',
  async (passphrase) => {
    await using dir = await tempDir()
    const data = join(dir.path, 'data')
    await someData(data, ['ada'])
    const file = await backUp(data, join(dir.path, 'b'), passphrase)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const manifest = await verifyBackup(file, passphrase)
    expect(manifest.files.map(({ path }) => path)).toEqual([
      'control.db',
      'tsdb/hot.db',
      'tsdb/cold/host/2026-11-23-1.parquet',
    ])
    const target = join(dir.path, 'target')
    await restoreBackup({ file, dataDir: target, passphrase, replaces: false })
    expect(readdirSync(target).sort()).toEqual(['control.db', 'hub.lock', 'tsdb'])
    expect(readdirSync(join(target, 'tsdb')).sort()).toEqual(['cold', 'hot.db'])
    expect(usersOf(target)).toEqual([{ name: 'ada' }])
    expect(readFileSync(join(target, 'tsdb/cold/host/2026-11-23-1.parquet'), 'utf8')).toBe('a cold file')
    expect(existsSync(join(target, 'tsdb/cold/host/x.tmp'))).toBe(false)
    expect(statSync(join(target, 'control.db')).mode & 0o777).toBe(0o600)
    expect(await restoreBackup({ file, dataDir: target, passphrase, replaces: false }).catch(errorCode)).toBe(
      'data_exists',
    )
  },
)
