import { expect, test } from 'bun:test'
import { MINUTE, SECOND } from '@lumen/model/time'
import { DurableRanges } from '../pending/durable-ranges.ts'
import { metric, rowOf, sampleOf, T0 } from '../testing/samples.ts'
import { HostRing, MOST_VALUES } from './host-ring.ts'

const WINDOW = 15 * MINUTE
const PIDS = metric('container.pids')
const tick = (seq: number) => T0 + seq * 5 * SECOND

function filled(frames: number): HostRing {
  const ring = new HostRing(WINDOW)
  for (let seq = 0; seq < frames; seq++) ring.append('s', sampleOf(seq, tick(seq), 1), tick(seq))
  return ring
}

test('live frames first, replay after: the ring holds them in order of time', () => {
  const ring = new HostRing(WINDOW)
  const now = tick(200)
  for (const seq of [198, 199, 200, 30, 31, 29]) ring.append('s', sampleOf(seq, tick(seq), 1), now)
  expect(ring.frames().map(({ ts }) => ts)).toEqual([29, 30, 31, 198, 199, 200].map(tick))
  expect(ring.latest?.seq).toBe(200)
})

test('memory stays flat while containers come and go', () => {
  const ring = filled(200)
  const sizes: number[] = []
  for (let seq = 200; seq < 3_000; seq++) {
    const rows = [rowOf('container', `c${Math.floor(seq / 20)}`, { pids: 1 })]
    ring.append('s', sampleOf(seq, tick(seq), 1, rows), tick(seq))
    if (seq >= 600 && seq % 200 === 0) sizes.push(ring.bytes)
  }
  expect(Math.max(...sizes)).toBeLessThan(1.3 * Math.min(...sizes))
  expect(ring.seriesCount('container')).toBeLessThan(14)
})

test('a host with very many series has a shorter window, not more memory', () => {
  const ring = new HostRing(WINDOW)
  let now = T0
  for (let seq = 0; seq < 900; seq++, now += SECOND) ring.append('s', sampleOf(seq, now, 1, [], 1_000), now)
  expect(ring.completeFrom(now, null)).toBeLessThan(T0)
  const many = { cpu_pct: 1, mem_used_bytes: 1e12, pids: 1, net_rx_bytes_per_s: 1, net_tx_bytes_per_s: 1 }
  const rows = Array.from({ length: 5_000 }, (_, n) => rowOf('container', `c${n}`, many))
  for (let seq = 900; seq < 903; seq++, now += SECOND) {
    expect(ring.append('s', sampleOf(seq, now, 1, rows, 1_000), now)).toBe(true)
  }
  expect(ring.bytes).toBeLessThan(8 * MOST_VALUES)
  expect(ring.latest?.seq).toBe(902)
  expect(ring.frames().length).toBe(Math.floor(MOST_VALUES / 25_001))
  expect(ring.completeFrom(now, null)).toBeGreaterThan(T0 + 200 * SECOND)
  expect(ring.column('container', 'c4999', PIDS.index)?.get(ring.slots(0, now).at(-1)!)).toBe(1)
})

test('a slot used again shows nothing of the frame that had it', () => {
  const ring = new HostRing(WINDOW)
  ring.append('s', sampleOf(0, T0, 1, [rowOf('container', 'a', { pids: 7 })]), T0)
  const later = T0 + WINDOW + 2 * MINUTE
  ring.append('s', sampleOf(1, later - MINUTE, 1, [rowOf('container', 'a', { pids: 8 })]), later)
  ring.append('s', sampleOf(2, later, 1), later)
  const column = ring.column('container', 'a', PIDS.index)!
  expect(ring.slots(0, later + 1).map((slot) => column.get(slot))).toEqual([8, Number.NaN])
})

test('a shorter interval makes room, a longer one gives it back', () => {
  const ring = new HostRing(WINDOW)
  let now = T0
  for (let seq = 0; seq < 2_000; seq++, now += SECOND) ring.append('s', sampleOf(seq, now, 1, [], 1_000), now)
  const dense = ring.bytes
  for (let seq = 2_000; seq < 2_200; seq++, now += 10 * SECOND)
    ring.append('s', sampleOf(seq, now, 1, [], 10_000), now)
  expect(ring.bytes).toBeLessThan(dense / 4)
  expect(ring.frames().length).toBe(97)
})

const onDisk = (from: number, to: number, stream = 's') => ({
  newestTs: tick(to),
  streams: new Map([[stream, new DurableRanges([{ from, to, newestTs: tick(to) }])]]),
})

test('complete from the window start, but after a restart only as far back as the replay reached', () => {
  expect(filled(10).completeFrom(tick(10), null)).toBe(tick(10) - WINDOW - MINUTE)
  const now = tick(300)
  const ring = new HostRing(WINDOW)
  ring.append('s', sampleOf(300, tick(300), 1), now)
  const atOpen = onDisk(1, 298)
  expect(ring.completeFrom(now, atOpen)).toBe(tick(298) + 1)
  for (let seq = 298; seq >= 250; seq--) ring.append('s', sampleOf(seq, tick(seq), 1), now)
  expect(ring.completeFrom(now, atOpen)).toBe(tick(250))
  for (let seq = 249; seq >= 108; seq--) ring.append('s', sampleOf(seq, tick(seq), 1), now)
  expect(ring.completeFrom(now, atOpen)).toBe(now - WINDOW - MINUTE)
})

test('a host younger than the window is complete after a restart as soon as all it had on disk is in again', () => {
  const now = tick(300)
  const windowStart = now - WINDOW - MINUTE
  const ring = new HostRing(WINDOW)
  for (let seq = 300; seq > 251; seq--) ring.append('s', sampleOf(seq, tick(seq), 1), now)
  expect(ring.completeFrom(now, onDisk(251, 298))).toBe(tick(252))
  ring.append('s', sampleOf(251, tick(251), 1), now)
  expect(ring.completeFrom(now, onDisk(251, 298))).toBe(windowStart)
  expect(ring.completeFrom(now, onDisk(250, 298))).toBe(tick(251))
  expect(ring.completeFrom(now, onDisk(251, 298, 'an earlier run'))).toBe(tick(251))
})

test('after the clock was set back the newest frame is the one that came last, not one of the future', () => {
  const ring = new HostRing(WINDOW)
  ring.append('s', sampleOf(1, T0 + 60 * MINUTE, 1), T0 + 60 * MINUTE)
  ring.append('s', sampleOf(2, T0, 2, [], 1_000), T0)
  expect(ring.latest?.seq).toBe(2)
  expect(ring.intervalMs).toBe(1_000)
  ring.append('s', sampleOf(3, T0 - 5 * SECOND, 3), T0)
  expect(ring.latest?.seq).toBe(2)
})
