import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from '@lumen/testkit/temp-dir'
import { checkData } from './check-data.ts'
import { checkRestore } from './check-restore.ts'

test('a data directory that this user may not read is one finding with a fix, not an error', async () => {
  await using dir = await tempDir()
  const data = join(dir.path, 'data')
  mkdirSync(data)
  chmodSync(dir.path, 0o755)
  chmodSync(data, 0o000)
  const found = asNobody(() => checkData(data))
  chmodSync(data, 0o700)
  expect(found).toContainEqual({
    level: 'fail',
    text: expect.stringContaining('cannot be written'),
    fix: expect.any(String),
  })
})

/** Root may read everything, so it steps down meanwhile. */
function asNobody<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(65_534)
  try {
    return work()
  } finally {
    process.seteuid?.(0)
  }
}

test('doctor undoes a restore that was cut off before it counted, and finishes one that was cut off after', async () => {
  await using dir = await tempDir()
  expect(checkRestore(dir.path)).toEqual([])
  mkdirSync(join(dir.path, 'restoring'))
  expect(checkRestore(dir.path)).toMatchObject([{ level: 'ok', text: expect.stringContaining('undone') }])
  writeFileSync(join(dir.path, 'control.db'), 'old')
  mkdirSync(join(dir.path, 'restored', 'tsdb'), { recursive: true })
  writeFileSync(join(dir.path, 'restored', 'control.db'), 'new')
  expect(checkRestore(dir.path)).toMatchObject([{ level: 'ok', text: expect.stringContaining('finished') }])
  expect(readFileSync(join(dir.path, 'control.db'), 'utf8')).toBe('new')
  expect(readdirSync(dir.path).sort()).toEqual(['control.db', 'hub.lock', 'tsdb'])
})
