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
    failures: [expect.stringMatching(/^a\.test\.ts:\n[\s\S]*Received: 1\n[\s\S]*\(fail\) b/)],
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
    failures: [expect.stringContaining("Cannot find module './missing.ts'")],
  })
})

test('a file without tests is a failure', async () => {
  file('a.test.ts', `expect(1).toBe(1)\n`)
  expect(await runTests(['a.test.ts'], { cwd: folder, isQuiet: true })).toMatchObject({
    passed: 0,
    failed: 1,
  })
})

test('files side by side are counted as one by one', async () => {
  for (const name of ['a', 'b', 'c'])
    file(`${name}.test.ts`, `test('${name}', () => expect('${name}').not.toBe('b'))\n`)
  const files = ['a.test.ts', 'b.test.ts', 'c.test.ts']
  expect(await runTests(files, { cwd: folder, isQuiet: true, workers: 3 })).toEqual({
    passed: 2,
    failed: 1,
    skipped: [],
    faults: [],
    failures: [expect.stringMatching(/^b\.test\.ts:\n/)],
  })
})

test('a test that ends its process is a failure', async () => {
  file('a.test.ts', `test('a', () => {})\ntest('b', () => process.kill(process.pid, 'SIGKILL'))\n`)
  file('b.test.ts', `test('c', () => {})\n`)
  const files = ['a.test.ts', 'b.test.ts']
  expect(await runTests(files, { cwd: folder, isQuiet: true })).toMatchObject({
    passed: 0,
    failed: 1,
    faults: ['bun test ended with 137 and left no report'],
  })
  // The others still run where it had a worker of its own.
  expect(await runTests(files, { cwd: folder, isQuiet: true, workers: 2 })).toMatchObject({
    passed: 2,
    failed: 1,
    failures: [expect.stringContaining('a.test.ts (worker crashed: SIGKILL)')],
  })
})

test.each([1, 2])(
  'a run that hangs is stopped at its limit and is a failure, with %d workers',
  async (workers) => {
    file('a.test.ts', `test('a', () => { for (;;); })\n`)
    file('b.test.ts', `test('b', () => { for (;;); })\n`)
    const options = { cwd: folder, isQuiet: true, workers, limitMs: 1_500 }
    const { passed, failed, faults, failures } = await runTests(['a.test.ts', 'b.test.ts'], options)
    expect({ passed, isFailed: failed > 0 }).toEqual({ passed: 0, isFailed: true })
    expect(faults).toContain('stopped after 1.5 s, which is the limit of a run')
    if (workers > 1) expect(failures.join()).toMatch(/Interrupted while still running:[\s\S]*a\.test\.ts/)
  },
)

test('failures stand once more above the sum', () => {
  const totals = { passed: 3, failed: 1, skipped: [], faults: [], failures: ['a.test.ts:\n(fail) b'] }
  expect(summary(totals, false).lines).toEqual(['\nfailed: a.test.ts:\n(fail) b\n', '3 passed, 1 failed'])
})

test('the sum is the last line, and a skip fails where nothing may skip', () => {
  const totals = { passed: 3, failed: 0, skipped: ['a.test.ts: needs root'], faults: [], failures: [] }
  expect(summary({ ...totals, skipped: [] }, true)).toEqual({ lines: ['3 passed, 0 failed'], exitCode: 0 })
  expect(summary(totals, false)).toMatchObject({ exitCode: 0 })
  expect(summary(totals, false).lines.at(-1)).toBe('3 passed, 0 failed, 1 skipped')
  expect(summary(totals, true)).toMatchObject({ exitCode: 1 })
  expect(summary(totals, true).lines.at(-1)).toBe('3 passed, 1 failed')
  expect(summary({ passed: 0, failed: 0, skipped: [], faults: [], failures: [] }, false)).toMatchObject({
    exitCode: 1,
  })
})
