import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { startChild } from '@lumen/testkit/child'

const ALARM = JSON.stringify(join(import.meta.dir, 'alarm.ts'))

/** Becomes a shell that would run for ever. */
const BECOME = `process.execve('/bin/sh', ['sh', '-c', 'while :; do sleep 1; done'], { PATH: process.env.PATH })`
const program = (text: string) => [
  process.execPath,
  '-e',
  `const { alarm } = await import(${ALARM}); ${text}`,
]

test('a process is ended when its time is over, whatever it became meanwhile', async () => {
  await using child = startChild(program(`await alarm(1); ${BECOME}`))
  expect(await child.exited).toBeNull()
}, 30_000)

test('an alarm that was taken back does not ring', async () => {
  await using child = startChild(
    program(
      `await alarm(1); await alarm(0); setTimeout(() => { console.log('well'); process.exit(0) }, 1_500)`,
    ),
  )
  expect(await child.exited).toBe(0)
  expect(child.stdout()).toContain('well')
}, 30_000)
