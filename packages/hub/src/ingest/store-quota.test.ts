import { expect, test } from 'bun:test'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { StoreQuota } from './store-quota.ts'

const never = () => false
const HOST = 1

/** Stores frames until the quota says wait; answers how many went in and the wait. */
function fill(quota: StoreQuota, most: number, frame: (n: number) => [string, number], isStored = never) {
  for (let n = 0; n < most; n++) {
    const [stream, seq] = frame(n)
    const waitS = quota.waitS(HOST, stream, seq, isStored)
    if (waitS > 0) return { stored: n, waitS }
    quota.stored(HOST, stream, seq, 'taken', isStored)
  }
  return { stored: most, waitS: 0 }
}

test('frames in order never draw on the allowance', () => {
  const quota = new StoreQuota(new FakeClock())
  expect(fill(quota, 100_000, (n) => ['s', n + 1])).toEqual({ stored: 100_000, waitS: 0 })
})

test('a backlog between live frames costs two ranges, not one a frame', () => {
  const quota = new StoreQuota(new FakeClock())
  const live = (n: number) => 1_000_000 + n
  expect(fill(quota, 100_000, (n) => ['s', n % 2 === 0 ? live(n / 2) : (n + 1) / 2]).waitS).toBe(0)
})

test('a new stream each time is stopped after 2,000 and then goes on at one in ten seconds', () => {
  const clock = new FakeClock()
  const quota = new StoreQuota(clock)
  expect(fill(quota, 10_000, (n) => [`s${n}`, 1])).toEqual({ stored: 2_000, waitS: 10 })
  clock.advance(10_000)
  expect(fill(quota, 10_000, (n) => [`t${n}`, 1])).toEqual({ stored: 1, waitS: 10 })
})

test('seqs with holes between them are stopped after 20,000', () => {
  const quota = new StoreQuota(new FakeClock())
  expect(fill(quota, 30_000, (n) => ['s', 1 + 2 * n]).stored).toBe(19_991)
})

test('a stream the store knows from before costs a range; a frame it had costs nothing', () => {
  const quota = new StoreQuota(new FakeClock())
  expect(
    fill(
      quota,
      30_000,
      (n) => [`s${n}`, 1],
      () => true,
    ).stored,
  ).toBe(20_000)
  quota.stored(HOST, 'known', 7, 'duplicate', () => true)
  expect(quota.waitS(HOST, 'known', 8, () => true)).toBe(0)
})

test('one host’s waste is not another’s', () => {
  const quota = new StoreQuota(new FakeClock())
  fill(quota, 10_000, (n) => [`s${n}`, 1])
  expect(quota.waitS(2, 'stream', 1, never)).toBe(0)
  quota.forget(HOST)
  expect(quota.waitS(HOST, 'stream', 1, never)).toBe(0)
})

test('events draw on an allowance by their size', () => {
  const quota = new StoreQuota(new FakeClock())
  const event = (length: number) => ({ at: 1, type: 'x', detail: { text: 'y'.repeat(length) } })
  let small = 0
  while (quota.takeEvent(1, event(10))) small += 1
  expect(small).toBe(4_000)
  let large = 0
  while (quota.takeEvent(2, event(1_000))) large += 1
  expect(large).toBe(800)
})
