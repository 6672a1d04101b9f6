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
}, 120_000)

test.each(['await alarm(0)', `process.on('SIGALRM', () => {})`])(
  'after %s an alarm ends nothing',
  async (calm) => {
    const well = `setTimeout(() => { console.log('well'); process.exit(0) }, 1_500)`
    await using child = startChild(program(`await alarm(1); ${calm}; ${well}`))
    expect(await child.exited).toBe(0)
    expect(child.stdout()).toContain('well')
  },
  120_000,
)
