import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from '@lumen/testkit/temp-dir'
import { checkData } from './check-data.ts'

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
