import { expect, test } from 'bun:test'
import { Turnstile } from './turnstile.ts'

test('work beyond the limit waits its turn, in order, and failures free their place', async () => {
  const turnstile = new Turnstile({ atOnce: 2, waiting: 2 })
  const begun: number[] = []
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
  const runs = ends.map(({ promise }, n) =>
    turnstile.run(() => {
      begun.push(n)
      return promise
    }),
  )
  expect(begun).toEqual([0, 1])
  expect(turnstile.isFull).toBe(true)
  ends[1]!.reject(new Error('failed'))
  await runs[1]!.catch(() => {})
  expect(begun).toEqual([0, 1, 2])
  expect(turnstile.isFull).toBe(false)
  ends[0]!.resolve()
  await runs[0]
  expect(begun).toEqual([0, 1, 2, 3])
  ends[2]!.resolve()
  ends[3]!.resolve()
  await Promise.all([runs[2], runs[3]])
  await turnstile.run(async () => begun.push(4))
  expect(begun).toEqual([0, 1, 2, 3, 4])
})
