import { expect, test } from 'bun:test'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@lumen/std/error'
import { tempDir } from '@lumen/testkit/temp-dir'
import { runBackupProcess } from './backup-process.ts'
import { PARTIAL_SUFFIX } from './whole-file.ts'

/** A process of its own in place of the one that copies. */
async function run(script: string, stallMs?: number) {
  await using dir = await tempDir()
  const file = join(dir.path, 'backup.tar.zst')
  writeFileSync(file + PARTIAL_SUFFIX, 'half')
  const told: number[] = []
  const order = { dataDir: dir.path, file, passphraseFile: null, version: '0.1.0', madeAt: 0 }
  const watch = {
    signal: new AbortController().signal,
    onProgress: ({ bytes }: { bytes: number }) => told.push(bytes),
    ...(stallMs === undefined ? {} : { stallMs }),
  }
  const outcome = await runBackupProcess([process.execPath, '-e', script], order, watch).catch(errorCode)
  return { outcome, told, isPartialLeft: existsSync(file + PARTIAL_SUFFIX) }
}

const say = (news: object) => `process.stdout.write(${JSON.stringify(`${JSON.stringify(news)}\n`)});`

test('a process that says nothing for too long is ended, and its partial file goes', async () => {
  const script = `${say({ kind: 'progress', bytes: 4, total: 9 })} setInterval(() => {}, 1000)`
  expect(await run(script, 1_500)).toEqual({ outcome: 'backup_stalled', told: [4], isPartialLeft: false })
}, 120_000)

test('one that goes on is not, and its end is its answer', async () => {
  expect(await run(say({ kind: 'done', bytes: 9 }))).toMatchObject({ outcome: 9 })
  expect(await run(say({ kind: 'failed', code: 'disk_full', message: 'no space' }))).toMatchObject({
    outcome: 'disk_full',
  })
  expect(await run('process.exit(3)')).toMatchObject({ outcome: 'backup_failed' })
})
