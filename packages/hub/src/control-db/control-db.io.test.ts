import { expect, test } from 'bun:test'
import { tempDir } from '@lumen/testkit/temp-dir'
import { openControlDb } from './control-db.ts'

test.each(['worker', 'inline'] as const)(
  'rows asked for after a write show it, and a fault of the question says so (%s)',
  async (writes) => {
    await using dir = await tempDir()
    await using db = await openControlDb(dir.path, writes)
    const written = db.run({ sql: 'INSERT INTO settings (key, value) VALUES (?, ?)', values: ['a', '1'] })
    expect(await db.query('SELECT value FROM settings WHERE key = ?', 'a')).toEqual([{ value: '1' }])
    await written
    expect(await db.query('SELECT 1 AS one FROM settings WHERE key = ?', 'b')).toEqual([])
    const fault = await db.query('SELECT of nothing').catch((thrown: unknown) => thrown)
    expect(fault).toMatchObject({ code: 'control_db_read_failed' })
  },
)
