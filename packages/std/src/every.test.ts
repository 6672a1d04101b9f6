import { expect, test } from 'bun:test'
import { every } from './every.ts'

test('calls again and again until disposed', async () => {
  let calls = 0
  await new Promise<void>((resolve) => {
    const timer = every(1, () => {
      calls += 1
      if (calls < 3) return
      timer[Symbol.dispose]()
      setTimeout(resolve, 10)
    })
  })
  expect(calls).toBe(3)
})
