import { expect, test } from 'bun:test'
import { startChild } from './child.ts'

const bun = process.execPath

test('keeps what a process prints and its exit code', async () => {
  await using child = startChild(
    [bun, '-e', 'console.log("out " + process.env.WORD); console.error("err"); process.exitCode = 3'],
    {
      env: { WORD: 'lumen' },
    },
  )
  expect(await child.exited).toBe(3)
  expect(child.stdout()).toBe('out lumen\n')
  expect(child.stderr()).toBe('err\n')
})

test('waits for a line and finds its parts', async () => {
  await using child = startChild([bun, '-e', 'console.log("port 1234"); setInterval(() => {}, 1000)'])
  expect((await child.printed(/port (\d+)/))[1]).toBe('1234')
  expect(child.isRunning()).toBe(true)
})

test('says what was printed when a process ends before the line came', async () => {
  await using child = startChild([bun, '-e', 'console.error("no such thing")'])
  await expect(child.printed(/port/)).rejects.toThrow(/before it printed(.|\n)*no such thing/)
})

test('a process that ignores SIGTERM is killed', async () => {
  await using child = startChild([
    bun,
    '-e',
    'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)',
  ])
  await child.printed(/up/)
  expect(await child.stop(50)).toBe(null)
  expect(child.isRunning()).toBe(false)
})
