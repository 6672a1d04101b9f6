import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './run.ts'
import { lanesOf, NAMED, timings, workerCount } from './test-lanes.ts'

test('every file is in one lane, and what needs the machine for itself comes last and alone', () => {
  expect(lanesOf(['e2e/crash.test.ts', 'e2e/stall.test.ts', 'tools/junit.test.ts'])).toEqual([
    { files: ['e2e/crash.test.ts', 'tools/junit.test.ts'], workers: workerCount() },
    { files: ['e2e/stall.test.ts'], workers: 1 },
  ])
  expect(lanesOf(['e2e/stall.test.ts'])).toHaveLength(1)
  expect(lanesOf([])).toEqual([])
})

test('files that are treated in a way of their own exist', () => {
  expect(NAMED.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

test('the longest are told to the runner in milliseconds', () => {
  expect(JSON.parse(timings())).toMatchObject({ version: 1, files: { 'e2e/crash.test.ts': 170_000 } })
})

test('a small machine runs more files than it has cores, a large one no more than its memory bears', () => {
  expect([1, 2, 4, 64].map((cores) => workerCount(cores))).toEqual([2, 4, 8, 8])
})
