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

test('names what it waited for and what the last try met, which is the cause', async () => {
  const failing = until(
    'a miracle',
    () => {
      throw new Error('no')
    },
    { withinMs: 5, everyMs: 1 },
  )
  const error = await failing.catch((thrown: Error) => thrown)
  expect(error.message).toBe('Waited 5 ms for: a miracle; the last try: no')
  expect((error.cause as Error).message).toBe('no')
})
