import { expect, test } from 'bun:test'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@lumen/std/error'
import { tempDir } from '@lumen/testkit/temp-dir'
import { backUp, someData } from '../testing/backup-data.ts'
import { contentOf } from '../testing/data-content.ts'
import { restoreBackup } from './restore-backup.ts'
import { verifyBackup } from './verify-backup.ts'

test.each([null, 'correct horse battery'])(
  'what is restored is what was backed up (passphrase %p)',
  async (passphrase) => {
    await using dir = await tempDir()
    const data = join(dir.path, 'data')
    await someData(data, ['ada'])
    const file = await backUp(data, join(dir.path, 'b'), passphrase)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const manifest = await verifyBackup(file, passphrase)
    const [first, second, ...cold] = manifest.files.map(({ path }) => path)
    expect([first, second]).toEqual(['control.db', 'tsdb/hot.db'])
    expect(cold.length).toBeGreaterThan(2)
    for (const path of cold) expect(path).toMatch(/^tsdb\/cold\/[a-z]+\/2026-06-15-\d+\.parquet$/)
    const target = join(dir.path, 'target')
    await restoreBackup({ file, dataDir: target, passphrase, replaces: false })
    expect(readdirSync(target).sort()).toEqual(['control.db', 'hub.lock', 'tsdb'])
    expect(readdirSync(join(target, 'tsdb')).sort()).toEqual(['cold', 'hot.db'])
    expect(contentOf(target)).toEqual(contentOf(data))
    expect(existsSync(join(target, 'tsdb/cold/host/x.parquet.tmp'))).toBe(false)
    expect(statSync(join(target, 'control.db')).mode & 0o777).toBe(0o600)
    expect(await restoreBackup({ file, dataDir: target, passphrase, replaces: false }).catch(errorCode)).toBe(
      'data_exists',
    )
  },
  120_000,
)
