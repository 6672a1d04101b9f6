import { expect, test } from 'bun:test'
import { until } from './until.ts'

test('waits through refusals and errors and returns the first answer', async () => {
  let tries = 0
  const answer = await until(
    'the third try',
    () => {
      tries += 1
      if (tries === 1) throw new Error('not yet')
      return tries === 3 && { tries }
    },
    { withinMs: 5_000, everyMs: 1 },
  )
  expect(answer.tries).toBe(3)
})

test('names what it waited for, with the last error as cause', async () => {
  const failing = until(
    'a miracle',
    () => {
      throw new Error('no')
    },
    { withinMs: 5, everyMs: 1 },
  )
  expect(failing).rejects.toThrow('a miracle')
  await failing.catch((error: Error) => expect((error.cause as Error).message).toBe('no'))
})
