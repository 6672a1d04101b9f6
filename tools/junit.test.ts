import { expect, test } from 'bun:test'
import { readJunit } from './junit.ts'

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="4" failures="1" skipped="1">
  <testsuite name="a.test.ts" file="a.test.ts">
    <testcase name="a &gt; &quot;q&quot;" time="0" file="a.test.ts" line="2" assertions="0" />
    <testcase name="s &lt;x&gt;" time="0" file="a.test.ts" line="3"><skipped /></testcase>
    <testsuite name="d" file="a.test.ts">
      <testcase name="f" classname="d" file="a.test.ts" line="5">
        <failure type="AssertionError" message="a&#10;b">Error: &lt;testcase&gt;</failure>
      </testcase>
    </testsuite>
  </testsuite>
  <testsuite name="b.test.ts" file="b.test.ts"><testcase name="ok" file="b.test.ts" /></testsuite>
</testsuites>
`

test('cases are counted one by one, nested suites included', () => {
  expect(readJunit(XML)).toEqual({
    passed: 2,
    failed: 1,
    failedFiles: new Set(['a.test.ts']),
    skipped: ['a.test.ts: s <x>'],
    files: new Set(['a.test.ts', 'b.test.ts']),
  })
})

test('a report that a crash cut off is refused', () => {
  expect(() => readJunit(XML.slice(0, -20))).toThrow('cut off')
})
