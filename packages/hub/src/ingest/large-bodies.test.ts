import { expect, test } from 'bun:test'
import { LargeBodies } from './large-bodies.ts'

function line(limits: { atOnce?: number; waiting?: number; bytes?: number; sweepEveryBytes?: number } = {}) {
  let sweeps = 0
  const bodies = new LargeBodies({
    ...{ atOnce: 1, waiting: 10, bytes: 1_000, sweepEveryBytes: 1_000_000, ...limits },
    sweep: () => {
      sweeps += 1
    },
  })
  const decoded: number[] = []
  const ends: (() => void)[] = []
  const push = (bytes: number, decodedBytes = bytes) =>
    bodies
      .run(
        new Uint8Array(bytes),
        () => {
          decoded.push(decodedBytes)
          return new Uint8Array(decodedBytes)
        },
        ({ length }) => new Promise<number>((resolve) => ends.push(() => resolve(length))),
      )
      .catch((fault: { code?: string }) => fault.code ?? String(fault))
  return { push, decoded, ends, sweeps: () => sweeps }
}

test('a body that waits is not decoded before its turn', async () => {
  const { push, decoded, ends } = line()
  const answers = [push(10, 100), push(20, 200)]
  expect(decoded).toEqual([100])
  ends[0]!()
  expect(await answers[0]!).toBe(100)
  expect(decoded).toEqual([100, 200])
  ends[1]!()
  expect(await answers[1]!).toBe(200)
})

test('bodies past the bytes that may wait, or past their number, are told to come later', async () => {
  const few = line({ waiting: 1 })
  const first = few.push(1)
  const second = few.push(1)
  expect(await few.push(1)).toBe('push_rate')
  few.ends[0]!()
  await first
  few.ends[1]!()
  expect(await second).toBe(1)

  const { push, ends } = line({ bytes: 100 })
  const held = push(60)
  expect(await push(50)).toBe('push_rate')
  ends[0]!()
  expect(await held).toBe(60)
  const after = push(100)
  ends[1]!()
  expect(await after).toBe(100)
})

test('a body that cannot be decoded gives its place and its bytes back', async () => {
  const bodies = new LargeBodies({
    ...{ atOnce: 1, waiting: 0, bytes: 10, sweepEveryBytes: 1_000, sweep: () => {} },
  })
  const broken = () => {
    throw new Error('is not gzip')
  }
  await expect(bodies.run(new Uint8Array(10), broken, async () => 1)).rejects.toThrow('is not gzip')
  expect(
    await bodies.run(
      new Uint8Array(10),
      () => new Uint8Array(1),
      async () => 2,
    ),
  ).toBe(2)
})

test('memory is swept after so many decoded bytes, not after each body', async () => {
  const { push, ends, sweeps } = line({ sweepEveryBytes: 250 })
  const seen: number[] = []
  for (let n = 0; n < 6; n++) {
    const answer = push(1, 100)
    ends[n]!()
    await answer
    seen.push(sweeps())
  }
  expect(seen).toEqual([0, 0, 1, 1, 1, 2])
})
