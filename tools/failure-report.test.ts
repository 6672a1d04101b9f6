import { expect, test } from 'bun:test'
import { failureReport } from './failure-report.ts'

const OUTPUT = `
a.test.ts:
(pass) fine [0.32ms]

b/c.test.tsx:
seed 7
error: expect(received).toBe(expected)


a.test.ts:
(pass) fine as well [0.32ms]

b/c.test.tsx:
Expected: 2
(fail) wrong [0.43ms]
(skip) elsewhere

d.test.ts:
✗ d.test.ts (worker crashed: SIGKILL)

1 tests failed:
(fail) wrong [0.43ms]

 1 pass
 2 fail
Ran 4 tests across 3 files. [1.56s]
`

test('failures are told whole, with what their file printed, and without what passed', () => {
  expect(failureReport(OUTPUT, new Set(['b/c.test.tsx', 'd.test.ts', 'silent.test.ts']))).toEqual([
    'b/c.test.tsx:\nseed 7\nerror: expect(received).toBe(expected)\n\n\nExpected: 2\n(fail) wrong [0.43ms]',
    'd.test.ts:\n✗ d.test.ts (worker crashed: SIGKILL)',
  ])
})

test('without a failure there is nothing to tell', () => {
  expect(failureReport(OUTPUT, new Set())).toEqual([])
})

test('what still ran when a run was stopped is told', () => {
  const stopped = `${OUTPUT}\nInterrupted while still running:\n  e.test.ts (19s)\n`
  expect(failureReport(stopped, new Set())).toEqual(['Interrupted while still running:\n  e.test.ts (19s)'])
})
