import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTests, summary } from './test-run.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lumen-runner-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const IMPORT = `import { test, expect } from 'bun:test'\n`
const file = (name: string, source: string) => writeFileSync(join(folder, name), IMPORT + source)

test('passed, failed and skipped tests are counted', async () => {
  file('a.test.ts', `test('a', () => {})\ntest('b', () => { expect(1).toBe(2) })\ntest.skip('c', () => {})\n`)
  expect(await runTests(['a.test.ts'], { cwd: folder, isQuiet: true })).toEqual({
    passed: 1,
    failed: 1,
    skipped: ['a.test.ts: c'],
    faults: [],
  })
})

test('a file that cannot be loaded counts as one failed, and the others still run', async () => {
  file('a.test.ts', `test('a', () => {})\n`)
  file('b.test.ts', `import { x } from './missing.ts'\ntest('b', () => x)\n`)
  expect(await runTests(['a.test.ts', 'b.test.ts'], { cwd: folder, isQuiet: true })).toEqual({
    passed: 1,
    failed: 1,
    skipped: [],
    faults: ['b.test.ts: no test of it ran'],
  })
})

test('a file without tests is a failure', async () => {
  file('a.test.ts', `expect(1).toBe(1)\n`)
  expect(await runTests(['a.test.ts'], { cwd: folder, isQuiet: true })).toMatchObject({
    passed: 0,
    failed: 1,
  })
})

test('a run that is killed is a failure', async () => {
  file('a.test.ts', `test('a', () => {})\ntest('b', () => process.kill(process.pid, 'SIGKILL'))\n`)
  expect(await runTests(['a.test.ts'], { cwd: folder, isQuiet: true })).toMatchObject({
    passed: 0,
    failed: 1,
  })
})

test('the sum is the last line, and a skip fails where nothing may skip', () => {
  const totals = { passed: 3, failed: 0, skipped: ['a.test.ts: needs root'], faults: [] }
  expect(summary({ ...totals, skipped: [] }, true)).toEqual({ lines: ['3 passed, 0 failed'], exitCode: 0 })
  expect(summary(totals, false)).toMatchObject({ exitCode: 0 })
  expect(summary(totals, false).lines.at(-1)).toBe('3 passed, 0 failed, 1 skipped')
  expect(summary(totals, true)).toMatchObject({ exitCode: 1 })
  expect(summary(totals, true).lines.at(-1)).toBe('3 passed, 1 failed')
  expect(summary({ passed: 0, failed: 0, skipped: [], faults: [] }, false)).toMatchObject({ exitCode: 1 })
})
