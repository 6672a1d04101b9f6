import { expect, test } from 'bun:test'
import { until } from '@lumen/testkit/until'
import { FolderPatience } from './folder-patience.ts'

const never = () => new Promise<never>(() => undefined)

test('a folder that answers is asked as often as wanted', async () => {
  const patience = new FolderPatience()
  expect(await patience.ask('/a', async () => 1)).toBe(1)
  await expect(
    patience.ask('/a', async () => {
      throw new Error('no such folder')
    }),
  ).rejects.toThrow('no such folder')
  expect(await patience.ask('/a', async () => 2)).toBe(2)
})

test('one that hangs is told of, and not asked again while it hangs; others are', async () => {
  const patience = new FolderPatience(1)
  await expect(patience.ask('/hung', never)).rejects.toThrow('/hung does not answer')
  let asked = 0
  const count = async () => ++asked
  await expect(patience.ask('/hung', count)).rejects.toThrow('/hung does not answer')
  expect(asked).toBe(0)
  expect(await patience.ask('/other', count)).toBe(1)
})

test('one that comes back is asked again', async () => {
  const patience = new FolderPatience(1)
  const { promise, resolve } = Promise.withResolvers<number>()
  await expect(patience.ask('/slow', () => promise)).rejects.toThrow('does not answer')
  resolve(1)
  await until('the folder is asked again', () => patience.ask('/slow', async () => true).catch(() => false), {
    withinMs: 60_000,
  })
})
